using System.Collections.Immutable;

namespace MemoryRL.Core;

/// <content>Reading episodes back, for learners on fresh data and for agents that look at their own past.</content>
public sealed partial class StepArena
{
    /// <summary>Counts the steps held that arrived after a cursor.</summary>
    /// <param name="cursor">The arrival number of the last episode read; 0 for none.</param>
    /// <returns>The number of steps.</returns>
    public long StepsAfter(long cursor)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(cursor);
        return cursor < _episodes.FirstArrival ? _steps
            : cursor >= _episodes.LastArrival ? 0
            : _appendedSteps - _episodes.At(cursor).StepsThrough;
    }

    /// <summary>Gets whether an episode that arrived after a cursor was evicted, so that the arena, all of it unread, is as full as it gets.</summary>
    /// <param name="cursor">The arrival number of the last episode read; 0 for none.</param>
    /// <returns>Whether one was.</returns>
    public bool HasEvictedAfter(long cursor)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(cursor);
        return cursor < _episodes.FirstArrival - 1;
    }

    /// <summary>Reads whole episodes that arrived after a cursor, the oldest first.</summary>
    /// <param name="cursor">The arrival number of the last episode read; 0 to start with the oldest held.</param>
    /// <param name="maxSteps">Stops after the episode that reaches this number of steps, at least 1.</param>
    /// <returns>The episodes and the next cursor.</returns>
    public ArenaRead ReadAfter(long cursor, long maxSteps)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(cursor);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxSteps, 1);
        var missed = Math.Max(0, _episodes.FirstArrival - 1 - cursor);
        var next = Math.Max(cursor, _episodes.FirstArrival - 1);
        var episodes = ImmutableArray.CreateBuilder<AgentEpisode>();
        var steps = 0L;
        while (next < _episodes.LastArrival && steps < maxSteps)
        {
            next++;
            episodes.Add(ReadEpisode(next));
            steps += _episodes.At(next).Length;
        }

        return new ArenaRead(episodes.DrainToImmutable(), steps, next, missed);
    }

    /// <summary>Reads the newest episodes, the newest last.</summary>
    /// <param name="count">How many at most, at least 1.</param>
    /// <returns>The episodes.</returns>
    public ImmutableArray<AgentEpisode> ReadNewest(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var first = Math.Max(_episodes.FirstArrival, _episodes.LastArrival - count + 1);
        var episodes = ImmutableArray.CreateBuilder<AgentEpisode>();
        for (var arrival = first; arrival <= _episodes.LastArrival; arrival++)
        {
            episodes.Add(ReadEpisode(arrival));
        }

        return episodes.DrainToImmutable();
    }

    private AgentEpisode ReadEpisode(long arrival)
    {
        ref readonly var stored = ref _episodes.At(arrival);
        var columns = new EpisodeLayout(Spec, stored.Length);
        var data = new byte[columns.ByteCount];
        ReadColumns(stored, columns, data);
        return new AgentEpisode(Episode.FromChecked(Spec, stored.Id, stored.End, columns, data), stored.AgentId, stored.Outcome);
    }

    private unsafe void ReadColumns(in StoredEpisode stored, EpisodeLayout columns, Span<byte> buffer)
    {
        var (layout, stride) = (_layout, _layout.Stride);
        fixed (byte* data = buffer)
        {
            var to = data;
            for (var step = 0; step <= stored.Length;)
            {
                var row = stored.FirstRow + step;
                var rows = Math.Min(Math.Min(stored.Length + 1 - step, _rows.RowsToBlockEnd(row)), CopyRows);
                var steps = Math.Min(rows, stored.Length - step);
                var source = (byte*)_rows.AddressOf(row);
                RowCopy.Strided(source, stride, to + At(columns.Observations, step, layout.ObservationBytes), layout.ObservationBytes, layout.ObservationBytes, rows);
                RowCopy.Strided(source + layout.Action, stride, to + At(columns.Actions, step, layout.ActionBytes), layout.ActionBytes, layout.ActionBytes, steps);
                RowCopy.Strided(source + layout.Reward, stride, to + At(columns.Rewards, step, sizeof(float)), sizeof(float), sizeof(float), steps);
                RowCopy.Strided(source + layout.PolicyVersion, stride, to + At(columns.PolicyVersions, step, sizeof(long)), sizeof(long), sizeof(long), steps);
                for (var i = 0; i < layout.Extras.Length; i++)
                {
                    var bytes = layout.ExtraBytes[i];
                    RowCopy.Strided(source + layout.Extras[i], stride, to + At(columns.Extra(i), step, bytes), bytes, bytes, steps);
                }

                step += rows;
            }
        }

        GC.KeepAlive(this);

        static nint At(Range column, int step, int bytes) => column.Start.Value + ((nint)step * bytes);
    }
}
