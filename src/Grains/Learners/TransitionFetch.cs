using MemoryRL.Core;
using MemoryRL.Grains.Interfaces;

namespace MemoryRL.Grains;

/// <summary>Samples transitions uniformly over all shards of a memory, waiting until it holds its minimum size.</summary>
/// <param name="shards">The shards.</param>
/// <param name="spec">The memory's spec.</param>
/// <param name="learnerName">The learner that they are for: planned targets must be its own.</param>
/// <param name="run">The learner's run, which must have asked for them.</param>
/// <param name="waitPeriod">How long one wait inside a shard lasts.</param>
/// <param name="pause">How long to pause after a wait in vain.</param>
/// <param name="time">The clock.</param>
internal sealed class TransitionFetch(IMemoryShardGrain[] shards, MemorySpec spec, string learnerName, Guid run, TimeSpan waitPeriod, TimeSpan pause, TimeProvider time)
{
    /// <summary>Samples a batch.</summary>
    /// <param name="count">The number of transitions, at least 1.</param>
    /// <param name="seed">The seed of the draws.</param>
    /// <param name="onWait">Told the reason of every wait in vain, after which the sample is asked for again.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The batch.</returns>
    public async Task<TransitionBatch> SampleAsync(int count, ulong seed, Func<string, Task> onWait, CancellationToken cancellationToken)
    {
        var parts = await SamplePartsAsync(count, seed, withTargets: false, onWait, cancellationToken);
        return BatchJoin.Join(spec.Experience, [.. parts.Select(part => TransitionBatch.FromBuffer(spec.Experience, part.Count, part.Data))]);
    }

    /// <summary>Samples a batch with planned targets.</summary>
    /// <param name="count">The number of transitions, at least 1.</param>
    /// <param name="seed">The seed of the draws.</param>
    /// <param name="onWait">Told the reason of every wait in vain, after which the sample is asked for again.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The batch.</returns>
    public async Task<PlannedBatch> SamplePlannedAsync(int count, ulong seed, Func<string, Task> onWait, CancellationToken cancellationToken)
    {
        var parts = await SamplePartsAsync(count, seed, withTargets: true, onWait, cancellationToken);
        return BatchJoin.Join(spec.Experience, [.. parts.Select(part => PlannedBatch.FromBuffer(spec.Experience, part.Count, part.Data))]);
    }

    private async Task<IReadOnlyList<Columns>> SamplePartsAsync(int count, ulong seed, bool withTargets, Func<string, Task> onWait, CancellationToken cancellationToken)
    {
        if (shards.Length == 1)
        {
            return [await SampleShardAsync(shards[0], Request(count, seed, withTargets), onWait, cancellationToken)];
        }

        var random = new RandomStream(seed);
        var counts = await ShareAsync(count, random.NextUInt64(), onWait, cancellationToken);
        var parts = new List<Columns>();
        for (var shard = 0; shard < shards.Length; shard++)
        {
            var shardSeed = random.NextUInt64();
            if (counts[shard] > 0)
            {
                parts.Add(await SampleShardAsync(shards[shard], Request(counts[shard], shardSeed, withTargets), onWait, cancellationToken));
            }
        }

        return parts;
    }

    private SampleRequest Request(int count, ulong seed, bool withTargets) => withTargets
        ? new SampleRequest(count, 1, seed, waitPeriod, learnerName, run)
        : new SampleRequest(count, 1, seed, waitPeriod);

    private async Task<Columns> SampleShardAsync(IMemoryShardGrain shard, SampleRequest request, Func<string, Task> onWait, CancellationToken cancellationToken)
    {
        while (true)
        {
            var sample = await shard.SampleAsync(request, cancellationToken);
            if (sample.Batch is { } batch)
            {
                return batch;
            }

            await onWait(sample.WaitReason ?? "sampling waits");
            await Task.Delay(pause, time, cancellationToken);
        }
    }

    private async Task<int[]> ShareAsync(int count, ulong seed, Func<string, Task> onWait, CancellationToken cancellationToken)
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
                await onWait(reason);
                await Task.Delay(pause, time, cancellationToken);
            }
        }
    }
}
