namespace MemoryRL.Cli;

/// <summary>The numbers of one seed over its training, as a table for scripts and as events for TensorBoard; both grow while it trains. Safe for several threads.</summary>
/// <remarks>
/// The table has one row for a moment and one column for a metric. A metric that was not there before adds its column, for which the file is written
/// anew: that happens at the first rows alone.
/// </remarks>
internal sealed class OfflineMetrics : IDisposable
{
    private const string FileName = "metrics.csv";
    private const string Elapsed = "elapsed_seconds";
    private const string Updates = "updates";
    private const string Return = "evaluation/return";

    private readonly Lock _gate = new();
    private readonly long _startedAt = TimeProvider.System.GetTimestamp();
    private readonly string _path;
    private readonly double _secondsBefore;
    private readonly MetricsTable _table = MetricsTable.Create([Elapsed, Updates]);
    private readonly EventFile _events;

    /// <summary>Begins both files, or goes on with what an earlier sitting has written up to where the training goes on from.</summary>
    /// <param name="folder">The seed's folder.</param>
    /// <param name="state">What the training goes on from; null for a new one.</param>
    public OfflineMetrics(string folder, OfflineState? state)
    {
        _path = Path.Combine(folder, FileName);
        if (state is not null && File.Exists(_path))
        {
            _table = MetricsTable.Recover(_path);
            var (updates, returns) = (_table.Column(Updates), _table.Column(Return));
            _table.Keep(row => double.IsFinite(returns[row]) ? state.Versions.Any(version => version.Point?.At == updates[row]) : updates[row] <= state.Updates);
        }

        _secondsBefore = _table.RowCount > 0 ? _table.Last(Elapsed) : 0;
        _table.Write(_path);
        _events = new EventFile(folder);
        if (EventFile.In(folder).Length > 1)
        {
            _events.Restart(state is null ? 0 : state.Updates + 1);
        }
    }

    /// <summary>Adds what is known of a moment.</summary>
    /// <param name="updates">The number of updates that it is of.</param>
    /// <param name="metrics">The metrics by name; those that are NaN are not known, and nothing is written where none is.</param>
    public void Add(long updates, IReadOnlyCollection<KeyValuePair<string, double>> metrics)
    {
        // NaN is what cannot be said, such as the effective share of samples whose weights are all 0.
        KeyValuePair<string, double>[] known = [.. metrics.Where(metric => !double.IsNaN(metric.Value))];
        lock (_gate)
        {
            if (known.Length > 0)
            {
                _events.Write(updates, known);
                WriteRow([new(Elapsed, _secondsBefore + TimeProvider.System.GetElapsedTime(_startedAt).TotalSeconds), new(Updates, updates), .. known.OrderBy(metric => metric.Key, StringComparer.Ordinal)]);
            }
        }
    }

    /// <summary>Adds an evaluation.</summary>
    /// <param name="point">How a policy did, in the measures that its task has.</param>
    public void Add(ResultPoint point)
    {
        List<KeyValuePair<string, double>> metrics = [new(Return, point.Return)];
        if (point.Score is { } score)
        {
            metrics.Add(new("evaluation/score", score));
        }

        if (point.Success is { } success)
        {
            metrics.Add(new("evaluation/success", success));
        }

        Add(point.At, metrics);
    }

    /// <summary>Ends both files.</summary>
    public void Dispose() => _events.Dispose();

    private void WriteRow(IEnumerable<KeyValuePair<string, double>> row)
    {
        if (_table.Add(row))
        {
            _table.Write(_path);
        }
        else
        {
            _table.AppendTo(_path);
        }
    }
}
