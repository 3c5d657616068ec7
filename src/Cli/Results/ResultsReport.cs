using System.Collections.Immutable;
using System.Text.Json.Serialization;
using MemoryRL.Client;

namespace MemoryRL.Cli;

/// <summary>What runs came to over their seeds, for a file.</summary>
/// <param name="Version">The program's version.</param>
/// <param name="Tasks">The tasks.</param>
/// <param name="Aggregates">The methods with scores on several tasks or datasets: of their last policies.</param>
/// <param name="LeftOut">The folders that are in no table.</param>
internal sealed record ResultsReport(string Version, ImmutableArray<TaskResults> Tasks, ImmutableArray<TaskAggregate> Aggregates, ImmutableArray<LeftOutRun> LeftOut)
{
    /// <summary>Sums runs up.</summary>
    /// <param name="gathered">The runs.</param>
    /// <returns>The report; tasks, datasets and methods in the order of their names.</returns>
    public static ResultsReport Of(GatheredRuns gathered)
    {
        var runs = gathered.Runs.Select(run => run.Result).ToArray();
        ImmutableArray<TaskResults> tasks = [.. runs.GroupBy(run => run.Task).OrderBy(task => task.Key, StringComparer.Ordinal).Select(task => TaskResults.Of(task.Key, [.. task]))];
        var aggregates = runs.GroupBy(run => run.Method).OrderBy(method => method.Key, StringComparer.Ordinal).Select(method => TaskAggregate.Of(
            method.Key,
            [.. method.GroupBy(run => run.Dataset ?? run.Task).OrderBy(task => task.Key, StringComparer.Ordinal).Select(task => (task.Key, task.Select(run => run.Final?.Score).ToImmutableArray()))]));
        return new ResultsReport(BuildInformation.Version, tasks, [.. aggregates.OfType<TaskAggregate>()], [.. gathered.LeftOut]);
    }
}

/// <summary>What the methods came to on one task.</summary>
/// <param name="Task">The task.</param>
/// <param name="Methods">The methods.</param>
/// <param name="Comparisons">Each pair of methods on the same data, by their last policies' returns.</param>
internal sealed record TaskResults(string Task, ImmutableArray<MethodResults> Methods, ImmutableArray<MethodComparison> Comparisons)
{
    /// <summary>Sums a task's runs up.</summary>
    /// <param name="task">The task.</param>
    /// <param name="runs">Its runs.</param>
    /// <returns>The results.</returns>
    public static TaskResults Of(string task, IReadOnlyList<RunResult> runs)
    {
        var methods = runs.GroupBy(run => (run.Dataset, run.Method)).OrderBy(group => group.Key.Dataset, StringComparer.Ordinal).ThenBy(group => group.Key.Method, StringComparer.Ordinal).Select(group => group.ToArray()).ToArray();
        var pairs = methods.SelectMany((first, i) => methods.Skip(i + 1).Where(second => second[0].Dataset == first[0].Dataset).Select(second => MethodComparison.Of(first, second)));
        return new TaskResults(task, [.. methods.Select(MethodResults.Of)], [.. pairs.OfType<MethodComparison>()]);
    }
}

/// <summary>What one method came to on one task over its seeds.</summary>
/// <param name="Method">The method.</param>
/// <param name="Algorithm">Its algorithm.</param>
/// <param name="Dataset">The data that it was trained on; null where its agents made their own.</param>
/// <param name="Seeds">The training seeds.</param>
/// <param name="Final">How the last policies did.</param>
/// <param name="Best">How the best policies did, which were chosen by the very figures that are averaged here: too good; null where a run has none.</param>
internal sealed record MethodResults(string Method, string Algorithm, string? Dataset, ImmutableArray<long> Seeds, PointSummary Final, PointSummary? Best)
{
    /// <summary>Sums a method's runs up.</summary>
    /// <param name="runs">Its runs, at least one, each with a last policy.</param>
    /// <returns>The results.</returns>
    public static MethodResults Of(IReadOnlyList<RunResult> runs) => new(
        runs[0].Method,
        runs[0].Algorithm,
        runs[0].Dataset,
        [.. runs.Select(run => run.Seed).Order()],
        PointSummary.Of(runs, run => run.Final)!,
        PointSummary.Of(runs, run => run.Best));
}

/// <summary>What the policies of several runs came to.</summary>
/// <param name="Return">The return; null where a run does not know it.</param>
/// <param name="Score">The normalised score; null where the task has none.</param>
/// <param name="Success">The share of successes; null where the task has no goal.</param>
/// <param name="MinAt">How far the training was at least.</param>
/// <param name="MaxAt">How far the training was at most.</param>
/// <param name="Unit">What that counts.</param>
/// <param name="MinEpisodes">The least number of evaluation episodes of a run.</param>
/// <param name="MaxEpisodes">The largest number of evaluation episodes of a run.</param>
internal sealed record PointSummary(SeedSummary? Return, SeedSummary? Score, SeedSummary? Success, long MinAt, long MaxAt, string Unit, int MinEpisodes, int MaxEpisodes)
{
    /// <summary>Sums policies up, one of each run.</summary>
    /// <param name="runs">The runs, at least one.</param>
    /// <param name="choose">Which policy of a run.</param>
    /// <returns>The summary; null where a run has no such policy.</returns>
    public static PointSummary? Of(IReadOnlyList<RunResult> runs, Func<RunResult, ResultPoint?> choose)
    {
        var points = runs.Select(choose).OfType<ResultPoint>().ToArray();
        return points.Length < runs.Count ? null : new PointSummary(
            SeedSummary.Of(points.Select(point => (double?)point.Return)),
            SeedSummary.Of(points.Select(point => point.Score)),
            SeedSummary.Of(points.Select(point => point.Success)),
            points.Min(point => point.At),
            points.Max(point => point.At),
            string.Join(" or ", runs.Select(run => run.ProgressUnit).Distinct()),
            points.Min(point => point.Episodes),
            points.Max(point => point.Episodes));
    }
}

/// <summary>How likely a run of one method ends with a better policy than a run of another (Agarwal et al. 2021).</summary>
/// <param name="Dataset">The data of both; null where their agents made their own.</param>
/// <param name="Method">The one.</param>
/// <param name="Other">The other.</param>
/// <param name="Probability">The probability that the one's last policy has the higher return; ties count one half.</param>
internal sealed record MethodComparison(string? Dataset, string Method, string Other, Interval Probability)
{
    /// <summary>Compares two methods' runs on one task.</summary>
    /// <param name="runs">The runs of the one.</param>
    /// <param name="others">The runs of the other.</param>
    /// <returns>The comparison; null where a method has a single run or a return is not known.</returns>
    public static MethodComparison? Of(IReadOnlyList<RunResult> runs, IReadOnlyList<RunResult> others)
    {
        double[] mine = [.. runs.Select(run => run.Final!.Return)], theirs = [.. others.Select(run => run.Final!.Return)];
        return mine.Length < 2 || theirs.Length < 2 || mine.Concat(theirs).Any(double.IsNaN) ? null
            : new MethodComparison(runs[0].Dataset, runs[0].Method, others[0].Method, BootstrapInterval.OfImprovement([mine], [theirs]));
    }
}

/// <summary>Source-generated JSON of reports of results.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(ResultsReport))]
internal sealed partial class ResultsJsonContext : JsonSerializerContext;
