using MemoryRL.Core;
using MemoryRL.Grains.Interfaces;

namespace MemoryRL.Grains;

/// <summary>Samples transitions uniformly over all shards of a memory, waiting until it holds its minimum size.</summary>
/// <param name="shards">The shards.</param>
/// <param name="spec">The memory's spec.</param>
/// <param name="waitPeriod">How long one wait inside a shard lasts.</param>
/// <param name="pause">How long to pause after a wait in vain.</param>
/// <param name="time">The clock.</param>
internal sealed class TransitionFetch(IMemoryShardGrain[] shards, MemorySpec spec, TimeSpan waitPeriod, TimeSpan pause, TimeProvider time)
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
            await Task.Delay(pause, time, cancellationToken);
        }
    }

    private async Task<int[]> ShareAsync(int count, ulong seed, Action<string> onWait, CancellationToken cancellationToken)
    {
        while (true)
        {
            var statistics = await Task.WhenAll(shards.Select(shard => shard.GetStatisticsAsync(cancellationToken)));
            var shares = new ShardShares(spec, [.. statistics.Select(shard => (shard.Steps, shard.EvictedEpisodes))]);
            if (shares.CanSample)
            {
                return shares.Draw(count, seed);
            }

            if (await shards.WaitForAnyAsync(waitPeriod, cancellationToken) is { } reason)
            {
                onWait(reason);
                await Task.Delay(pause, time, cancellationToken);
            }
        }
    }
}
