using MemoryRL.Core;

namespace MemoryRL.Grains;

/// <summary>One agent's latest episodes, the oldest dropped when the steps pass a capacity.</summary>
/// <remarks>
/// Short episodes are copied one behind the other into blocks that are used again and again: kept as objects, each would live just long enough
/// for the garbage collector to carry it through all generations. Long ones share the bytes of the messages they came in.
/// </remarks>
/// <param name="spec">What a step is made of.</param>
/// <param name="capacitySteps">The number of steps kept.</param>
internal sealed class RecentEpisodes(ExperienceSpec spec, int capacitySteps)
{
    private const int BlockBytes = 16 << 10;
    private const int MostCopiedBytes = BlockBytes / 4;

    private readonly Queue<KeptEpisode> _episodes = new();
    private readonly HashSet<Guid> _ids = [];
    private readonly Stack<Block> _free = new();
    private Block? _filling;
    private long _steps;

    /// <summary>Gets the number of episodes.</summary>
    public int Count => _episodes.Count;

    /// <summary>Adds an episode; one that is kept already, or is longer than all that is kept, is left out.</summary>
    /// <param name="episode">The episode, of the same spec.</param>
    public void Add(in AgentEpisode episode)
    {
        var length = episode.Episode.Length;
        if (length > capacitySteps || !_ids.Add(episode.Episode.Id))
        {
            return;
        }

        _steps += length;
        while (_steps > capacitySteps)
        {
            RemoveOldest();
        }

        var data = episode.Episode.Data;
        var block = data.Length <= MostCopiedBytes ? Copy(data.Span) : null;
        _episodes.Enqueue(new KeptEpisode(
            episode.Episode.Id, episode.AgentId, episode.Episode.End, episode.Outcome, length, block, block is null ? data : block.Bytes.AsMemory(block.Used - data.Length, data.Length)));
    }

    /// <summary>Gets the newest episodes, the newest last, over bytes that stay as they are.</summary>
    /// <param name="count">How many at most.</param>
    /// <returns>The episodes.</returns>
    public AgentEpisode[] TakeNewest(int count)
    {
        var episodes = new AgentEpisode[Math.Min(count, _episodes.Count)];
        var (next, skipped) = (0, _episodes.Count - episodes.Length);
        foreach (var kept in _episodes)
        {
            if (skipped-- <= 0)
            {
                var data = kept.Block is null ? kept.Data : kept.Data.ToArray();
                episodes[next++] = new AgentEpisode(Episode.FromBuffer(spec, kept.Id, kept.End, kept.Length, data), kept.AgentId, kept.Outcome);
            }
        }

        return episodes;
    }

    private Block Copy(ReadOnlySpan<byte> data)
    {
        if (_filling is null || _filling.Used + data.Length > BlockBytes)
        {
            _filling = _free.TryPop(out var used) ? used : new Block();
        }

        data.CopyTo(_filling.Bytes.AsSpan(_filling.Used));
        _filling.Used += data.Length;
        _filling.Episodes++;
        return _filling;
    }

    private void RemoveOldest()
    {
        var oldest = _episodes.Dequeue();
        _ = _ids.Remove(oldest.Id);
        _steps -= oldest.Length;
        if (oldest.Block is { } block && --block.Episodes == 0)
        {
            block.Used = 0;
            if (!ReferenceEquals(block, _filling))
            {
                _free.Push(block);
            }
        }
    }

    private sealed class Block
    {
        public byte[] Bytes { get; } = new byte[BlockBytes];

        public int Used { get; set; }

        /// <summary>Gets or sets how many of the episodes kept lie here.</summary>
        public int Episodes { get; set; }
    }

    private readonly record struct KeptEpisode(Guid Id, string AgentId, EpisodeEnd End, EpisodeOutcome Outcome, int Length, Block? Block, ReadOnlyMemory<byte> Data);
}
