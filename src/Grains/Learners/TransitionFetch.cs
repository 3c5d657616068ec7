using MemoryRL.Core;
using MemoryRL.Grains.Interfaces;

namespace MemoryRL.Grains;

/// <summary>Samples transitions uniformly over all shards of a memory, waiting until it holds its minimum size.</summary>
/// <param name="shards">The shards.</param>
/// <param name="spec">The memory's spec.</param>
/// <param name="waitPeriod">How long one wait inside a shard lasts.</param>
internal sealed class TransitionFetch(IMemoryShardGrain[] shards, MemorySpec spec, TimeSpan waitPeriod)
{
    /// <summary>Samples a batch.</summary>
    /// <param name="count">The number of transitions, at least 1.</param>
    /// <param name="seed">The seed of the draws.</param>
    /// <param name="onWait">Told the reason of every wait.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The batch.</returns>
    public async Task<TransitionBatch> SampleAsync(int count, ulong seed, Action<string> onWait, CancellationToken cancellationToken)
    {
        if (shards.Length == 1)
        {
            return await SampleShardAsync(shards[0], count, seed, onWait, cancellationToken);
        }

        var random = new RandomStream(seed);
        var counts = await ShareAsync(count, random.NextUInt64(), onWait, cancellationToken);
        var parts = new List<TransitionBatch>();
        for (var shard = 0; shard < shards.Length; shard++)
        {
            var shardSeed = random.NextUInt64();
            if (counts[shard] > 0)
            {
                parts.Add(await SampleShardAsync(shards[shard], counts[shard], shardSeed, onWait, cancellationToken));
            }
        }

        return BatchJoin.Join(spec.Experience, parts);
    }

    private async Task<TransitionBatch> SampleShardAsync(IMemoryShardGrain shard, int count, ulong seed, Action<string> onWait, CancellationToken cancellationToken)
    {
        while (true)
        {
            var sample = await shard.SampleAsync(new SampleRequest(count, 1, seed, waitPeriod), cancellationToken);
            if (sample.Batch is { } batch)
            {
                return TransitionBatch.FromBuffer(spec.Experience, batch.Count, batch.Data);
            }

            onWait(sample.WaitReason ?? "sampling waits");
        }
    }

    // Each transition falls on a shard by the steps that the shard holds, so that every step of the memory is as likely as every other.
    // Shards below their part of the minimum size cannot be sampled yet and are left out.
    private async Task<int[]> ShareAsync(int count, ulong seed, Action<string> onWait, CancellationToken cancellationToken)
    {
        while (true)
        {
            var statistics = await Task.WhenAll(shards.Select(shard => shard.GetStatisticsAsync(cancellationToken)));
            var minimum = ShardLimits.MinSizeToSample(spec);
            var ends = new long[shards.Length];
            var total = 0L;
            for (var shard = 0; shard < shards.Length; shard++)
            {
                total += statistics[shard].Steps >= minimum || statistics[shard].EvictedEpisodes > 0 ? statistics[shard].Steps : 0;
                ends[shard] = total;
            }

            if (total > 0)
            {
                return Draw(count, seed, ends, total);
            }

            // Any shard will do: the first to hold its part ends the wait for all.
            var waits = shards.Select(shard => shard.SampleAsync(new SampleRequest(1, 1, seed, waitPeriod), cancellationToken)).ToList();
            var first = await await Task.WhenAny(waits);
            onWait(first.WaitReason ?? "sampling waits");
        }
    }

    private static int[] Draw(int count, ulong seed, long[] ends, long total)
    {
        var random = new RandomStream(seed);
        var counts = new int[ends.Length];
        for (var i = 0; i < count; i++)
        {
            var row = random.NextInt64(total);
            var shard = Array.BinarySearch(ends, row + 1);
            counts[shard >= 0 ? FirstOf(ends, shard) : ~shard]++;
        }

        return counts;
    }

    // Shards without steps repeat the end of the one before them.
    private static int FirstOf(long[] ends, int shard)
    {
        while (shard > 0 && ends[shard - 1] == ends[shard])
        {
            shard--;
        }

        return shard;
    }
}
