using MemoryRL.Core;

namespace MemoryRL.Datasets;

/// <summary>Cuts the rows of a D4RL file into episodes, as <see cref="D4rlRule"/> says.</summary>
internal sealed class D4rlEpisodes
{
    private const int Observations = 0;
    private const int Actions = 1;
    private const int Rewards = 2;
    private const int Terminals = 3;

    private readonly string _file;
    private readonly ExperienceSpec _spec;
    private readonly D4rlReaderOptions _options;
    private readonly D4rlColumns _columns;
    private readonly long _rowCount;
    private readonly D4rlWindow _window;
    private readonly int _timeouts;
    private readonly int _policyVersions;
    private readonly int _extras;
    private long _yielded;

    /// <summary>Initializes the cutting, before the first row.</summary>
    /// <param name="file">The file.</param>
    /// <param name="spec">What a step is made of.</param>
    /// <param name="options">The rule and the step limit.</param>
    /// <param name="columns">The columns.</param>
    /// <param name="rowCount">The number of rows.</param>
    public D4rlEpisodes(string file, ExperienceSpec spec, D4rlReaderOptions options, D4rlColumns columns, long rowCount)
    {
        _file = file;
        _spec = spec;
        _options = options;
        _columns = columns;
        _rowCount = rowCount;
        List<Hdf5Column> all = [columns.Observations, columns.Actions, columns.Rewards, columns.Terminals];
        _timeouts = Optional(columns.Timeouts);
        _policyVersions = Optional(columns.PolicyVersions);
        _extras = all.Count;
        all.AddRange(columns.Extras);
        _window = new D4rlWindow(all, rowCount);

        int Optional(Hdf5Column? column)
        {
            if (column is null)
            {
                return -1;
            }

            all.Add(column);
            return all.Count - 1;
        }
    }

    /// <summary>Reads the episodes.</summary>
    /// <returns>Each in turn.</returns>
    /// <exception cref="DatasetFormatException">The file is damaged, or a number in it is not allowed.</exception>
    public IEnumerable<Episode> Read()
    {
        var (start, row) = (0L, 0L);
        while (_window.HasMore)
        {
            _window.Advance(start);
            while (FindEnd(start, ref row) is { } end)
            {
                if (TakeEnded(start, row - 1, end) is { } episode)
                {
                    yield return episode;
                }

                start = row;
            }
        }

        // What follows the last end: no sequence, but transitions all the same.
        if (_options.Rule == D4rlRule.Transitions && _rowCount - start > 1)
        {
            yield return Create(start, (int)(_rowCount - start - 1), EpisodeEnd.Truncated, lastIsRow: true);
        }
    }

    // Moves row behind the row that ends the episode, or to the end of the window.
    private RowEnd? FindEnd(long start, ref long row)
    {
        var count = (int)(_window.End - row);
        var terminals = _window.Rows(Terminals, row, count);
        var ended = terminals.IndexOf((byte)1);
        if (_timeouts >= 0)
        {
            var timedOut = _window.Rows(_timeouts, row, count).IndexOf((byte)1);
            return Choose(ended, timedOut, ref row, count);
        }

        var limit = _options.MaxEpisodeSteps is { } steps ? start + steps - 1 - row : long.MaxValue;
        return Choose(ended, limit < count ? (int)limit : -1, ref row, count);
    }

    private static RowEnd? Choose(int ended, int timedOut, ref long row, int count)
    {
        var first = (uint)ended < (uint)timedOut ? ended : timedOut;
        row += first < 0 ? count : first + 1;
        return first < 0 ? null : new RowEnd(ended == first, timedOut == first);
    }

    private Episode? TakeEnded(long start, long last, RowEnd end)
    {
        var steps = last - start + 1;
        if (_options.Rule == D4rlRule.Transitions && (end.IsTimeout || last == _rowCount - 1))
        {
            return steps == 1 ? null : Create(start, Checked(start, steps - 1), EpisodeEnd.Truncated, lastIsRow: true);
        }

        return Create(start, Checked(start, steps), end.IsTerminal ? EpisodeEnd.Terminated : EpisodeEnd.Truncated, lastIsRow: false);
    }

    private int Checked(long start, long steps) => steps < int.MaxValue
        ? (int)steps
        : throw new DatasetFormatException(_file, D4rlLayout.Terminals, start, $"expected an episode of fewer than {int.MaxValue} steps but got {steps}.");

    private Episode Create(long start, int steps, EpisodeEnd end, bool lastIsRow)
    {
        try
        {
            var layout = new EpisodeLayout(_spec, steps);
            var data = new byte[layout.ByteCount];
            FillObservations(data.AsSpan(layout.Observations), start, steps, lastIsRow);
            _window.Rows(Actions, start, steps).CopyTo(data.AsSpan(layout.Actions));
            _window.Rows(Rewards, start, steps).CopyTo(data.AsSpan(layout.Rewards));
            if (_policyVersions >= 0)
            {
                _window.Rows(_policyVersions, start, steps).CopyTo(data.AsSpan(layout.PolicyVersions));
            }

            for (var i = 0; i < _columns.Extras.Count; i++)
            {
                _window.Rows(_extras + i, start, steps).CopyTo(data.AsSpan(layout.Extra(i)));
            }

            return Episode.FromBuffer(_spec, DatasetIds.Create(_spec, data, end, _yielded++), end, steps, data);
        }
        catch (InvalidExperienceException error)
        {
            throw Fault(error, start, steps, lastIsRow);
        }
    }

    private void FillObservations(Span<byte> destination, long start, int steps, bool lastIsRow)
    {
        var rows = lastIsRow ? steps + 1 : steps;
        _window.Rows(Observations, start, rows).CopyTo(destination);
        if (lastIsRow)
        {
            return;
        }

        var last = destination[(steps * _columns.Observations.RowBytes)..];
        if (_columns.NextObservations is { } next)
        {
            next.Read(start + steps - 1, last);
        }
        else
        {
            _window.Rows(Observations, start + steps - 1, 1).CopyTo(last);
        }
    }

    private DatasetFormatException Fault(InvalidExperienceException error, long start, int steps, bool lastIsRow)
    {
        var isLast = error.Step == steps;
        var place = error.Field switch
        {
            "episode.observations" when isLast && !lastIsRow && _columns.NextObservations is not null => D4rlLayout.NextObservations,
            "episode.observations" => D4rlLayout.Observations,
            "episode.actions" => D4rlLayout.Actions,
            "episode.rewards" => D4rlLayout.Rewards,
            "episode.policy_versions" => D4rlLayout.PolicyVersions,
            "episode.length" => D4rlLayout.Terminals,
            _ => _spec.ExtraColumns.FirstOrDefault(column => error.Field == $"episode.{column.Name}") is { } column ? D4rlLayout.PlaceOf(column) : error.Field,
        };
        var row = error.Step is { } step ? start + (isLast && !lastIsRow ? step - 1 : step) : start;
        return new DatasetFormatException(_file, place, row, $"expected {error.Expected} of the episode but got {error.Actual}.", error);
    }

    private readonly record struct RowEnd(bool IsTerminal, bool IsTimeout);
}
