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

    private readonly Lock _gate = new();
    private readonly long _startedAt = TimeProvider.System.GetTimestamp();
    private readonly string _path;
    private readonly MetricsTable _table = MetricsTable.Create([Elapsed, Updates]);
    private readonly EventFile _events;

    /// <summary>Begins both files.</summary>
    /// <param name="folder">The seed's folder.</param>
    public OfflineMetrics(string folder)
    {
        _path = Path.Combine(folder, FileName);
        _table.Write(_path);
        _events = new EventFile(folder);
    }

    /// <summary>Adds what is known of a moment.</summary>
    /// <param name="updates">The number of updates that it is of.</param>
    /// <param name="metrics">The metrics by name; none is written where there is none.</param>
    public void Add(long updates, IReadOnlyCollection<KeyValuePair<string, double>> metrics)
    {
        lock (_gate)
        {
            if (metrics.Count > 0)
            {
                _events.Write(updates, metrics);
                WriteRow([new(Elapsed, TimeProvider.System.GetElapsedTime(_startedAt).TotalSeconds), new(Updates, updates), .. metrics.OrderBy(metric => metric.Key, StringComparer.Ordinal)]);
            }
        }
    }

    /// <summary>Adds an evaluation.</summary>
    /// <param name="point">How a policy did, in the measures that its task has.</param>
    public void Add(ResultPoint point)
    {
        List<KeyValuePair<string, double>> metrics = [new("evaluation/return", point.Return)];
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
