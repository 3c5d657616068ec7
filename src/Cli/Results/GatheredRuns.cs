using System.Collections.Immutable;
using System.Text.Json;

namespace MemoryRL.Cli;

/// <summary>A run that was found, with its folder.</summary>
/// <param name="Folder">The folder.</param>
/// <param name="Result">What it came to.</param>
internal sealed record GatheredRun(string Folder, RunResult Result);

/// <summary>A folder that is in no table.</summary>
/// <param name="Folder">The folder.</param>
/// <param name="Reason">Why.</param>
internal sealed record LeftOutRun(string Folder, string Reason);

/// <summary>The runs in some folders, and the folders that were left out.</summary>
internal sealed class GatheredRuns
{
    // The grains' storage of a run; nothing in it is a run.
    private const string StateFolder = "state";

    private readonly List<GatheredRun> _runs = [];
    private readonly List<LeftOutRun> _leftOut = [];

    private GatheredRuns()
    {
    }

    /// <summary>Gets the runs, in the order in which they were found.</summary>
    public IReadOnlyList<GatheredRun> Runs => _runs;

    /// <summary>Gets the folders that were left out.</summary>
    public IReadOnlyList<LeftOutRun> LeftOut => _leftOut;

    /// <summary>Gathers the runs.</summary>
    /// <param name="folders">Folders of runs, and folders with such folders in them at any depth.</param>
    /// <returns>The runs that came to their end, one for each task, dataset, method and seed: the last by the order of the arguments, then of the names.</returns>
    /// <exception cref="UsageException">A folder is not there.</exception>
    public static GatheredRuns In(IEnumerable<string> folders)
    {
        var gathered = new GatheredRuns();
        foreach (var folder in folders.Select(Path.TrimEndingDirectorySeparator).Distinct())
        {
            if (!Directory.Exists(folder))
            {
                throw new UsageException($"folders: expected the folder of a run, or of several, but got '{folder}'.");
            }

            if (!gathered.Visit(folder))
            {
                gathered._leftOut.Add(new LeftOutRun(folder, $"no {RunResult.FileName}, nor params.json with metrics.csv, here or below"));
            }
        }

        gathered.LeaveTwinsOut();
        return gathered;
    }

    // Whether there is a run here or below, whatever became of it.
    private bool Visit(string folder)
    {
        var isRun = File.Exists(Path.Combine(folder, RunResult.FileName)) || File.Exists(new RunFolder(folder).Metrics);
        if (isRun)
        {
            Read(folder);
        }

        var hasRuns = false;
        foreach (var child in Directory.EnumerateDirectories(folder).Where(child => !(isRun && Path.GetFileName(child) == StateFolder)).Order(StringComparer.Ordinal))
        {
            hasRuns |= Visit(child);
        }

        if (!isRun && !hasRuns && File.Exists(new RunFolder(folder).Parameters))
        {
            _leftOut.Add(new LeftOutRun(folder, $"it has neither {RunResult.FileName} nor metrics.csv yet"));
            return true;
        }

        return isRun || hasRuns;
    }

    private void Read(string folder)
    {
        try
        {
            var result = Load(new RunFolder(folder));
            if (!result.IsComplete)
            {
                _leftOut.Add(new LeftOutRun(folder, $"it was stopped before its end, after {result.Steps:#,0} steps and {result.Updates:#,0} updates"));
            }
            else if (result.Final is null)
            {
                _leftOut.Add(new LeftOutRun(folder, "its last policy was not evaluated"));
            }
            else
            {
                _runs.Add(new GatheredRun(folder, result));
            }
        }
        catch (Exception error) when (error is JsonException or FormatException or UsageException or IOException)
        {
            _leftOut.Add(new LeftOutRun(folder, error.Message.ReplaceLineEndings(" ")));
        }
    }

    private static RunResult Load(RunFolder folder)
    {
        if (File.Exists(folder.Result))
        {
            return RunResult.Load(folder.Result);
        }

        var (parameters, metrics) = (folder.ReadParameters(), MetricsTable.Read(folder.Metrics));
        return MetricsResult.From(parameters, metrics, MetricsResult.IsComplete(parameters, metrics));
    }

    // A seed that counted twice would narrow the intervals.
    private void LeaveTwinsOut()
    {
        var twins = _runs.GroupBy(run => (run.Result.Task, run.Result.Dataset, run.Result.Method, run.Result.Seed));
        foreach (var (run, last) in twins.SelectMany(group => group.SkipLast(1).Select(run => (run, group.Last()))).ToImmutableArray())
        {
            _ = _runs.Remove(run);
            _leftOut.Add(new LeftOutRun(run.Folder, $"the same method and seed {run.Result.Seed} are there again in {last.Folder}"));
        }
    }
}
