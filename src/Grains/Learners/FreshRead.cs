using System.Collections.Immutable;
using MemoryRL.Core;
using MemoryRL.Grains.Interfaces;

namespace MemoryRL.Grains;

/// <summary>Reads fresh episodes from every shard of a memory until enough steps are together, whichever shards they come from.</summary>
/// <param name="shards">The shards.</param>
/// <param name="spec">What a step is made of.</param>
/// <param name="cursors">For each shard, the cursor to start from.</param>
internal sealed class FreshRead(IMemoryShardGrain[] shards, ExperienceSpec spec, ImmutableArray<long> cursors)
{
    private readonly long[] _cursors = [.. cursors];
    private readonly List<Episode> _episodes = [];

    /// <summary>Gets the episodes read so far.</summary>
    public IReadOnlyList<Episode> Episodes => _episodes;

    /// <summary>Gets the number of their steps.</summary>
    public long Steps { get; private set; }

    /// <summary>Gets how many episodes were evicted before they could be read.</summary>
    public long MissedEpisodes { get; private set; }

    /// <summary>Gets, for each shard, the cursor after what was read.</summary>
    public ImmutableArray<long> Cursors => [.. _cursors];

    /// <summary>Reads once from every shard.</summary>
    /// <param name="wanted">How many steps are wanted together.</param>
    /// <param name="maxWait">How long to wait for them.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Why a shard still waits, or null.</returns>
    public async Task<string?> ReadAsync(int wanted, TimeSpan maxWait, CancellationToken cancellationToken)
    {
        // A quarter of a shard's share: whatever the spread over the shards, as long as the missing steps are there some shard has as many.
        var missing = (int)Math.Min(wanted - Steps, int.MaxValue);
        // And no more than its share from each, so that all together pass what is wanted by an episode a shard at most.
        var most = (int)(((long)missing + shards.Length - 1) / shards.Length);
        var minimum = shards.Length == 1 ? missing : Math.Max(1, missing / (4 * shards.Length));
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var reads = shards.Select((shard, i) => shard.ReadAsync(new ReadRequest(_cursors[i], minimum, most, maxWait), enough.Token)).ToList();
        var waiting = reads.ToDictionary(read => read, reads.IndexOf);
        var reason = default(string);
        try
        {
            while (waiting.Count > 0)
            {
                var read = await Task.WhenAny(waiting.Keys);
                _ = waiting.Remove(read, out var shard);
                if (await TakeAsync(read, shard, enough.Token, cancellationToken) is { } wait)
                {
                    reason = wait;
                }
                else
                {
                    // What the others may still bring is read next time, from their unmoved cursors.
                    await enough.CancelAsync();
                }
            }
        }
        finally
        {
            await enough.CancelAsync();
        }

        return reason;
    }

    private async Task<string?> TakeAsync(Task<ReadResult> read, int shard, CancellationToken enough, CancellationToken cancellationToken)
    {
        ReadResult result;
        try
        {
            result = await read;
        }
        catch (OperationCanceledException) when (enough.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }

        MissedEpisodes += result.MissedEpisodes;
        _cursors[shard] = result.NextCursor;
        foreach (var episode in result.Episodes)
        {
            var end = episode.Terminated ? EpisodeEnd.Terminated : EpisodeEnd.Truncated;
            _episodes.Add(Episode.FromBuffer(spec, episode.EpisodeId, end, episode.Steps.Count, episode.Steps.Data));
            Steps += episode.Steps.Count;
        }

        return result.WaitReason;
    }
}
