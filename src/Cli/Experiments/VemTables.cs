using System.Collections.Immutable;
using MemoryRL.Client;

namespace MemoryRL.Cli;

/// <summary>The tables of the page of <c>experiment vem</c>.</summary>
/// <param name="results">The finished runs.</param>
internal sealed class VemTables(SuiteResults results)
{
    private const double FullScore = 100;

    /// <summary>Makes the table of all tasks: a row for each data set, a column for each method.</summary>
    /// <param name="datasets">The data sets.</param>
    /// <param name="methods">The methods.</param>
    /// <returns>The table of the last policies' scores.</returns>
    public TextTable Overview(ImmutableArray<string> datasets, ImmutableArray<string> methods) => new(
        ["data set", "seeds", .. methods],
        [.. datasets.Select(dataset => (ImmutableArray<string>)[dataset, Seeds(methods.Select(method => results.Of(dataset, method).Length)), .. methods.Select(method => SuiteText.Number(Final(dataset, method)))])]);

    /// <summary>Makes the table of one data set: a row for each method.</summary>
    /// <param name="dataset">The data set.</param>
    /// <param name="firstTitle">The title of the first column.</param>
    /// <param name="rows">The methods, each with what the first column calls it; those without a finished run are left out.</param>
    /// <returns>The table.</returns>
    public TextTable Methods(string dataset, string firstTitle, IEnumerable<(string Name, string Method)> rows)
    {
        var present = rows.Select(row => (row.Name, Cells: results.Of(dataset, row.Method))).Where(row => row.Cells.Length > 0).ToArray();
        var hasGoal = present.All(row => row.Cells.All(cell => cell.Result.Final!.Success is not null));
        return new TextTable(
            [firstTitle, "seeds", "final score", .. hasGoal ? ["final success (%)"] : (string[])[], "best score", "late change", "core-minutes a run"],
            [.. present.Select(row => (ImmutableArray<string>)
            [
                row.Name,
                ReportText.Count(row.Cells.Length),
                SuiteText.Number(SuiteResults.Mean(row.Cells.Select(cell => cell.Result.Final!.Score))),
                .. hasGoal ? [SuiteText.Number(SuiteResults.Mean(row.Cells.Select(cell => 100 * cell.Result.Final!.Success)))] : (string[])[],
                SuiteText.Number(SuiteResults.Mean(row.Cells.Select(cell => Best(cell)?.Score))),
                SuiteText.Number(SuiteResults.Mean(row.Cells.Select(cell => LateChange(cell.Result.Curve)))),
                SuiteText.Number(row.Cells.Average(cell => cell.Record.CoreSeconds) / 60),
            ])]);
    }

    /// <summary>Makes the table over tasks, each task a stratum.</summary>
    /// <param name="datasets">The data sets.</param>
    /// <param name="methods">The methods.</param>
    /// <returns>The table; without rows where there are fewer than 2 data sets.</returns>
    public TextTable Aggregates(ImmutableArray<string> datasets, ImmutableArray<string> methods)
    {
        var aggregates = methods.Select(method => TaskAggregate.Of(method, [.. datasets.Select(dataset => (dataset, results.FinalScores(dataset, method).Select(score => (double?)score).ToImmutableArray()))]));
        return new TextTable(
            ["method", "runs", "interquartile mean", "mean", "median", $"short of {FullScore:0}"],
            [.. aggregates.OfType<TaskAggregate>().Select(aggregate => (ImmutableArray<string>)
            [
                aggregate.Method, ReportText.Count(aggregate.Runs), SuiteText.Number(aggregate.InterquartileMean), SuiteText.Number(aggregate.Mean), SuiteText.Number(aggregate.Median), SuiteText.Number(aggregate.OptimalityGap),
            ])]);
    }

    /// <summary>Makes the table of how likely a run of one method beats one of another, on a task drawn at random.</summary>
    /// <param name="datasets">The data sets.</param>
    /// <param name="method">The one.</param>
    /// <param name="rivals">The others.</param>
    /// <returns>The table; rivals that share no data set with it are left out.</returns>
    public TextTable Improvements(ImmutableArray<string> datasets, string method, IEnumerable<string> rivals)
    {
        var rows = ImmutableArray.CreateBuilder<ImmutableArray<string>>();
        foreach (var rival in rivals)
        {
            var shared = datasets.Where(dataset => results.FinalScores(dataset, method).Length > 0 && results.FinalScores(dataset, rival).Length > 0).ToArray();
            if (shared.Length > 0)
            {
                var improvement = BootstrapInterval.OfImprovement([.. shared.Select(dataset => results.FinalScores(dataset, method))], [.. shared.Select(dataset => results.FinalScores(dataset, rival))]);
                rows.Add([rival, ReportText.Count(shared.Length), SuiteText.Probability(improvement)]);
            }
        }

        return new TextTable([$"{method} against", "data sets", "probability of improvement"], rows.ToImmutable());
    }

    /// <summary>Makes the table of what the runs took, by algorithm.</summary>
    /// <returns>The table.</returns>
    public TextTable Compute() => new(
        ["algorithm", "runs", "updates a run", "core-minutes a run", "core-milliseconds an update", "core-hours"],
        [.. results.Finished.GroupBy(cell => cell.Cell.Algorithm).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => (ImmutableArray<string>)
        [
            group.Key,
            ReportText.Count(group.Count()),
            ReportText.Count(group.Average(cell => cell.Cell.Updates)),
            SuiteText.Number(group.Average(cell => cell.Record.CoreSeconds) / 60),
            (1000 * group.Sum(cell => cell.Record.CoreSeconds) / group.Sum(cell => (double)cell.Cell.Updates)).ToString("0.00"),
            (group.Sum(cell => cell.Record.CoreSeconds) / 3600).ToString("0.00"),
        ])]);

    /// <summary>Makes the table of the data that the runs learned from: one row for each data set and content.</summary>
    /// <returns>The table; runs of one data set whose contents differ stand in several rows.</returns>
    public TextTable Data() => new(
        ["data set", "runs", "SHA-256 of its episodes"],
        [.. results.Finished.GroupBy(cell => (cell.Cell.Dataset, cell.Result.DatasetFingerprint)).OrderBy(group => group.Key.Dataset, StringComparer.Ordinal).Select(group => (ImmutableArray<string>)
        [
            group.Key.Dataset, ReportText.Count(group.Count()), group.Key.DatasetFingerprint ?? "not known",
        ])]);

    /// <summary>Computes how a curve still moves at its end.</summary>
    /// <param name="curve">The evaluations.</param>
    /// <returns>The mean score of its last third less that of the third before; null where it has fewer than 3 points.</returns>
    public static double? LateChange(ImmutableArray<ResultPoint> curve)
    {
        var third = curve.Length / 3;
        return third == 0 ? null : curve[^third..].Average(point => point.Score) - curve[^(2 * third)..^third].Average(point => point.Score);
    }

    // A policy that was never trained is none of its method's.
    private static ResultPoint? Best(FinishedCell cell) => RunResult.BestOf(cell.Result.Curve.Where(point => point.At > cell.Cell.UpdatesBeforePolicy));

    private static string Seeds(IEnumerable<int> counts)
    {
        int[] distinct = [.. counts.Where(count => count > 0).Distinct().Order()];
        return distinct.Length == 0 ? "0" : distinct.Length == 1 ? $"{distinct[0]}" : $"{distinct[0]} to {distinct[^1]}";
    }

    private Interval? Final(string dataset, string method) => SuiteResults.Mean(results.Of(dataset, method).Select(cell => cell.Result.Final!.Score));
}
