using MemoryRL.Core;
using MemoryRL.Grains.Interfaces;

namespace MemoryRL.Client;

/// <summary>The steps that each shard of a memory holds, kept for a while, so that every step is equally likely to be sampled.</summary>
/// <param name="shards">The shards.</param>
/// <param name="period">How old the counts may be.</param>
/// <param name="time">The clock.</param>
internal sealed class ShardWeights(IMemoryShardGrain[] shards, TimeSpan period, TimeProvider time)
{
    private sealed record Counts(long[] Cumulative, long Read);

    private Counts? _counts;

    /// <summary>Splits a number of draws over the shards, each draw uniform over all steps.</summary>
    /// <param name="count">The number of draws.</param>
    /// <param name="random">The random numbers.</param>
    /// <param name="cancellationToken">Ends the wait for the shards.</param>
    /// <returns>The draws of each shard; all are the first shard's while no shard holds steps.</returns>
    public async Task<int[]> SplitAsync(int count, RandomStream random, CancellationToken cancellationToken)
    {
        var draws = new int[shards.Length];
        var cumulative = shards.Length == 1 ? null : await ReadAsync(cancellationToken);
        var total = cumulative?[^1] ?? 0;
        if (total == 0)
        {
            draws[0] = count;
            return draws;
        }

        for (var i = 0; i < count; i++)
        {
            // The first shard whose cumulative count passes the step.
            var found = Array.BinarySearch(cumulative!, random.NextInt64(total) + 1);
            var shard = found < 0 ? ~found : found;
            while (shard > 0 && cumulative![shard - 1] == cumulative[shard])
            {
                shard--;
            }

            draws[shard]++;
        }

        return draws;
    }

    /// <summary>Forgets the counts, so that the next split reads them.</summary>
    public void Forget() => _counts = null;

    private async Task<long[]> ReadAsync(CancellationToken cancellationToken)
    {
        var counts = _counts;
        if (counts is null || time.GetElapsedTime(counts.Read) >= period)
        {
            var statistics = await Task.WhenAll(shards.Select(shard => shard.GetStatisticsAsync(cancellationToken)));
            var cumulative = new long[shards.Length];
            var total = 0L;
            for (var i = 0; i < shards.Length; i++)
            {
                cumulative[i] = total += statistics[i].Steps;
            }

            _counts = counts = new Counts(cumulative, time.GetTimestamp());
        }

        return counts.Cumulative;
    }
}
