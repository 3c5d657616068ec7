using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MemoryRL.Core;

/// <summary>
/// A shard's store of steps: whole episodes in the order of their arrival, each observation once, evicted oldest first when either capacity is
/// passed. One thread at a time.
/// </summary>
/// <remarks>
/// A step's fields lie in one row (<see cref="RowLayout"/>), an episode of <c>T</c> steps takes <c>T + 1</c> consecutive rows, and the last
/// row holds only the last observation. Episodes get arrival numbers 1, 2, 3 ... when they are stored.
/// </remarks>
public sealed partial class StepArena
{
    // Rows whose fields are copied column by column while they stay in the first-level cache.
    private const int CopyRows = 128;

    private readonly RowLayout _layout;
    private readonly RowBlocks _rows;
    private readonly ArrivalQueue _episodes = new();
    private readonly Dictionary<Guid, long> _arrivalById = [];
    private long _headRow;
    private long _steps;
    private long _appendedSteps;
    private long _evictedEpisodes;
    private long _sampledRows;

    /// <summary>Initializes an empty arena.</summary>
    /// <param name="spec">What a step is made of.</param>
    /// <param name="capacitySteps">The number of steps held at most, at least 1.</param>
    /// <param name="capacityBytes">The number of bytes held at most, at least those of an episode of one step.</param>
    /// <exception cref="InvalidExperienceException">The spec or a capacity is not allowed; the message names it.</exception>
    public StepArena(ExperienceSpec spec, long capacitySteps, long capacityBytes = long.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(spec);
        spec.Validate();
        InvalidExperienceException.ThrowUnless(capacitySteps >= 1, "capacity_steps", "1 or more steps", capacitySteps);
        var leastBytes = BytesOf(spec, 1);
        InvalidExperienceException.ThrowUnless(capacityBytes >= leastBytes, "capacity_bytes", $"{leastBytes} or more bytes", capacityBytes);
        Spec = spec;
        CapacitySteps = capacitySteps;
        CapacityBytes = capacityBytes;
        _layout = new RowLayout(spec);
        _prefetchBytes = Math.Min(_layout.Stride + _layout.ObservationBytes, MaxPrefetchBytes);
        _rows = new RowBlocks(_layout.Stride, Math.Min(capacitySteps, capacityBytes / _layout.Stride));
    }

    /// <summary>Gets what a step is made of.</summary>
    public ExperienceSpec Spec { get; }

    /// <summary>Gets the number of steps held at most.</summary>
    public long CapacitySteps { get; }

    /// <summary>Gets the number of bytes held at most.</summary>
    public long CapacityBytes { get; }

    /// <summary>Gets the number of steps held.</summary>
    public long Steps => _steps;

    /// <summary>Gets the number of episodes held.</summary>
    public int Episodes => _episodes.Count;

    /// <summary>Gets the arrival number of the episode stored last; 0 before the first.</summary>
    public long LastArrival => _episodes.LastArrival;

    /// <summary>Gets how full the arena is and what passed through it.</summary>
    public StoreStatistics Statistics => new(
        _episodes.Count, _steps, (_headRow - TailRow) * _layout.Stride, CapacitySteps, CapacityBytes, _episodes.LastArrival, _appendedSteps, _evictedEpisodes, _sampledRows);

    private long TailRow => _episodes.Count == 0 ? _headRow : _episodes.Oldest.FirstRow;

    /// <summary>Computes the bytes that an episode takes in an arena.</summary>
    /// <param name="spec">What a step is made of.</param>
    /// <param name="length">The number of steps.</param>
    /// <returns>The bytes of its <c>length + 1</c> rows.</returns>
    public static long BytesOf(ExperienceSpec spec, int length)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return (length + 1L) * new RowLayout(spec).Stride;
    }

    /// <summary>Gets whether an episode is held.</summary>
    /// <param name="id">Its id.</param>
    /// <returns>Whether it is.</returns>
    public bool Contains(Guid id) => _arrivalById.ContainsKey(id);

    /// <summary>Appends one episode, evicting the oldest as needed. An episode whose id is held already is left alone.</summary>
    /// <param name="episode">The episode, its agent and its outcome.</param>
    /// <returns>What became of it.</returns>
    /// <exception cref="InvalidExperienceException">It has another spec or is larger than the arena; nothing was changed.</exception>
    public ArenaAppend Append(AgentEpisode episode) => Append(MemoryMarshal.CreateReadOnlySpan(ref episode, 1));

    /// <summary>Appends episodes in order, all or none, evicting the oldest as needed. Those whose id is held already are left alone.</summary>
    /// <param name="episodes">The episodes, their agents and their outcomes.</param>
    /// <returns>What became of them.</returns>
    /// <exception cref="InvalidExperienceException">One has another spec or is larger than the arena; nothing was changed.</exception>
    public ArenaAppend Append(ReadOnlySpan<AgentEpisode> episodes)
    {
        foreach (ref readonly var episode in episodes)
        {
            episode.Check(Spec);
            var length = episode.Episode.Length;
            InvalidExperienceException.ThrowUnless(length <= CapacitySteps, "episode.length", $"at most the capacity of {CapacitySteps} steps", length);
            var bytes = (length + 1L) * _layout.Stride;
            InvalidExperienceException.ThrowUnless(bytes <= CapacityBytes, "episode.bytes", $"at most the capacity of {CapacityBytes} bytes", bytes);
        }

        var stored = 0;
        foreach (ref readonly var episode in episodes)
        {
            if (!_arrivalById.ContainsKey(episode.Episode.Id))
            {
                Store(episode);
                stored++;
            }
        }

        return new ArenaAppend(stored, episodes.Length - stored);
    }

    private void Store(in AgentEpisode episode)
    {
        var length = episode.Episode.Length;
        while (_steps + length > CapacitySteps || (_headRow - TailRow + length + 1) * _layout.Stride > CapacityBytes)
        {
            EvictOldest();
        }

        var firstRow = _headRow;
        _rows.ReleaseBefore(TailRow);
        _rows.ExtendTo(firstRow + length);
        WriteRows(episode.Episode, firstRow);
        if (_targets is not null)
        {
            _targets.Slide(TailRow, firstRow + length);
            _targets.WriteReturns(firstRow, episode.Episode.Rewards, episode.Episode.End);
        }

        _headRow = firstRow + length + 1;
        _steps += length;
        _appendedSteps += length;
        var entry = new StoredEpisode(episode.Episode.Id, episode.AgentId, firstRow, _appendedSteps, length, episode.Episode.End, episode.Outcome);
        _arrivalById.Add(entry.Id, _episodes.Enqueue(entry));
    }

    private void EvictOldest()
    {
        ref readonly var oldest = ref _episodes.Oldest;
        _ = _arrivalById.Remove(oldest.Id);
        _steps -= oldest.Length;
        _evictedEpisodes++;
        _episodes.Dequeue();
    }

    private unsafe void WriteRows(Episode episode, long firstRow)
    {
        fixed (byte* data = episode.Data.Span)
        {
            // The last row holds an observation but no step, so it is the row after the steps of its segment.
            for (var step = 0; step <= episode.Length;)
            {
                var row = firstRow + step;
                var rows = Math.Min(Math.Min(episode.Length + 1 - step, _rows.RowsToBlockEnd(row)), CopyRows);
                WriteSegment(episode, data, step, rows, (byte*)_rows.AddressOf(row));
                var steps = Math.Min(rows, episode.Length - step);
                _rows.MarkSteps(row, steps);
                step += rows;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private unsafe void WriteSegment(Episode episode, byte* data, int step, int rows, byte* destination)
    {
        var (layout, stride) = (_layout, _layout.Stride);
        var columns = episode.Layout;
        var steps = Math.Min(rows, episode.Length - step);

        // The row behind a block's last one repeats the observation that starts the next block, and behind any other is about to be written.
        var observations = Math.Min(rows + 1, episode.Length + 1 - step);
        RowCopy.Strided(At(columns.Observations, layout.ObservationBytes), layout.ObservationBytes, destination, stride, layout.ObservationBytes, observations);
        RowCopy.Strided(At(columns.Actions, layout.ActionBytes), layout.ActionBytes, destination + layout.Action, stride, layout.ActionBytes, steps);
        RowCopy.Strided(At(columns.Rewards, sizeof(float)), sizeof(float), destination + layout.Reward, stride, sizeof(float), steps);
        RowCopy.Strided(At(columns.PolicyVersions, sizeof(long)), sizeof(long), destination + layout.PolicyVersion, stride, sizeof(long), steps);
        for (var i = 0; i < layout.Extras.Length; i++)
        {
            var bytes = layout.ExtraBytes[i];
            RowCopy.Strided(At(columns.Extra(i), bytes), bytes, destination + layout.Extras[i], stride, bytes, steps);
        }

        var flags = destination + layout.Flags;
        for (var i = 0; i < steps; i++)
        {
            flags[i * stride] = RowLayout.StepFlag;
        }

        if (step + steps == episode.Length && steps > 0)
        {
            flags[(steps - 1) * stride] |= episode.End == EpisodeEnd.Terminated ? RowLayout.TerminatedFlag : RowLayout.TruncatedFlag;
        }

        byte* At(Range column, int bytes) => data + column.Start.Value + ((nint)step * bytes);
    }
}
