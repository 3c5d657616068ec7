namespace MemoryRL.Core;

/// <summary>
/// Splits draws over the shards of a memory by the steps that they hold, so that every step is as likely as every other. A shard that is still
/// below its part of the minimum size cannot be sampled and gets none. Not changed once made; safe for many threads.
/// </summary>
public sealed class ShardShares
{
    private readonly long[] _ends;

    /// <summary>Initializes the shares.</summary>
    /// <param name="spec">The memory's spec.</param>
    /// <param name="held">For each shard, the steps that it holds and the episodes that it has evicted so far.</param>
    public ShardShares(MemorySpec spec, ReadOnlySpan<(long Steps, long EvictedEpisodes)> held)
    {
        var minimum = ShardLimits.MinSizeToSample(spec);
        _ends = new long[held.Length];
        var total = 0L;
        for (var shard = 0; shard < held.Length; shard++)
        {
            // One that has evicted is as full as it gets.
            total += held[shard].Steps >= minimum || held[shard].EvictedEpisodes > 0 ? held[shard].Steps : 0;
            _ends[shard] = total;
        }
    }

    /// <summary>Gets whether there is a shard to sample from.</summary>
    public bool CanSample => _ends[^1] > 0;

    /// <summary>Splits a number of draws.</summary>
    /// <param name="count">The number of draws, 0 or more.</param>
    /// <param name="seed">The seed.</param>
    /// <returns>The draws of each shard.</returns>
    /// <exception cref="InvalidOperationException">No shard can be sampled.</exception>
    public int[] Draw(int count, ulong seed)
    {
        if (!CanSample)
        {
            throw new InvalidOperationException("Expected a shard that can be sampled but there is none.");
        }

        var random = new RandomStream(seed);
        var counts = new int[_ends.Length];
        for (var i = 0; i < count; i++)
        {
            // The first shard whose end passes the step; shards without steps repeat the end of the one before them.
            var found = Array.BinarySearch(_ends, random.NextInt64(_ends[^1]) + 1);
            var shard = found < 0 ? ~found : found;
            while (shard > 0 && _ends[shard - 1] == _ends[shard])
            {
                shard--;
            }

            counts[shard]++;
        }

        return counts;
    }
}
