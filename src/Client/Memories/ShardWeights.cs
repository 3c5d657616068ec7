using MemoryRL.Core;
using MemoryRL.Grains.Interfaces;

namespace MemoryRL.Client;

/// <summary>The steps that each shard of a memory holds, kept for a while, so that every step is equally likely to be sampled.</summary>
/// <param name="spec">The memory's spec.</param>
/// <param name="shards">The shards.</param>
/// <param name="period">How old the counts may be.</param>
/// <param name="time">The clock.</param>
internal sealed class ShardWeights(MemorySpec spec, IMemoryShardGrain[] shards, TimeSpan period, TimeProvider time)
{
    private sealed record Counts(ShardShares Shares, long Read);

    private Counts? _counts;

    /// <summary>Splits a number of draws over the shards, each draw uniform over all steps of the shards that can be sampled.</summary>
    /// <param name="count">The number of draws.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="cancellationToken">Ends the wait for the shards.</param>
    /// <returns>The draws of each shard; null while no shard can be sampled.</returns>
    public async Task<int[]?> SplitAsync(int count, ulong seed, CancellationToken cancellationToken)
    {
        if (shards.Length == 1)
        {
            return [count];
        }

        var counts = _counts;
        if (counts is null || !counts.Shares.CanSample || time.GetElapsedTime(counts.Read) >= period)
        {
            var statistics = await Task.WhenAll(shards.Select(shard => shard.GetStatisticsAsync(cancellationToken)));
            var shares = new ShardShares(spec, [.. statistics.Select(shard => (shard.Steps, shard.EvictedEpisodes))]);
            _counts = counts = new Counts(shares, time.GetTimestamp());
        }

        return counts.Shares.CanSample ? counts.Shares.Draw(count, seed) : null;
    }

    /// <summary>Forgets the counts, so that the next split reads them.</summary>
    public void Forget() => _counts = null;
}
