using System.Collections.Immutable;
using MemoryRL.Environments;

namespace MemoryRL.Cli;

/// <summary>What a <c>memoryrl run</c> came to, from its parameters and its metrics.</summary>
internal static class MetricsResult
{
    /// <summary>Reads the result off.</summary>
    /// <param name="parameters">The run.</param>
    /// <param name="metrics">Its metrics: every look at the greedy policy is a point of the curve.</param>
    /// <param name="isComplete">Whether the run came to its end.</param>
    /// <returns>The result; without a last policy where the last row does not say how it did.</returns>
    public static RunResult From(RunParameters parameters, MetricsTable metrics, bool isComplete)
    {
        var task = EnvironmentRegistry.Names.Contains(parameters.Task) ? EnvironmentRegistry.Find(parameters.Task).Spec : null;
        var (steps, success, returns) = (metrics.Column(RunReportColumns.Steps), metrics.Column(RunReportColumns.GreedySuccessRate), metrics.Column(RunReportColumns.GreedyMeanReturn));
        ImmutableArray<ResultPoint> curve =
        [
            .. Enumerable.Range(0, metrics.RowCount).Where(row => double.IsFinite(success[row])).Select(row => new ResultPoint
            {
                At = (long)steps[row],
                Return = returns[row],
                Score = double.IsFinite(returns[row]) ? task?.References?.Score(returns[row]) : null,
                Success = task is { HasGoal: false } ? null : success[row],
                Episodes = GreedyCheck.Episodes,
            }),
        ];
        return new RunResult
        {
            Task = parameters.Task,
            Algorithm = parameters.Algorithm,
            Method = MethodOf(parameters),
            Seed = parameters.Seed,
            Updates = Whole(metrics.Last(RunReportColumns.Updates)),
            Steps = Whole(metrics.Last(RunReportColumns.Steps)),
            ProgressUnit = "steps",
            IsComplete = isComplete,
            Final = metrics.RowCount > 0 && double.IsFinite(success[^1]) ? curve[^1] : null,
            Best = RunResult.BestOf(curve),
            Curve = curve,
        };
    }

    /// <summary>Tells from the files alone whether a run came to its end: whether its budget was used up or its greedy policy met the target.</summary>
    /// <param name="parameters">The run.</param>
    /// <param name="metrics">Its metrics.</param>
    /// <returns>Whether it did.</returns>
    public static bool IsComplete(RunParameters parameters, MetricsTable metrics) =>
        metrics.RowCount > 0 && (metrics.Last(RunReportColumns.Steps) >= parameters.Steps || metrics.Column(RunReportColumns.GreedySuccessRate)[^1] >= parameters.TargetSuccess);

    // Runs that differ in more than the seed are no seeds of each other.
    private static string MethodOf(RunParameters parameters)
    {
        string[] parts =
        [
            parameters.Algorithm,
            .. parameters.ActsOnMemory || parameters.Algorithm == AlgorithmCatalog.Random ? [] : (string[])["without the memory's advice"],
            .. parameters.Options.Select(option => $"{option.Key}={option.Value}"),
            $"{parameters.Agents} agents",
        ];
        return string.Join(", ", parts);
    }

    private static long Whole(double value) => double.IsFinite(value) ? (long)value : 0;
}
