using System.Collections.Immutable;
using MemoryRL.Client;

namespace MemoryRL.Cli;

/// <summary>What a method's runs came to over several tasks, in scores that are normalised alike: 0 to 100.</summary>
/// <param name="Method">The method.</param>
/// <param name="Tasks">The tasks.</param>
/// <param name="Runs">The number of runs on all of them.</param>
/// <param name="Mean">The mean of the tasks' means.</param>
/// <param name="Median">The median of the tasks' means.</param>
/// <param name="InterquartileMean">The mean of the middle half of all runs.</param>
/// <param name="OptimalityGap">How far the mean, of scores that count up to 100 only, falls short of 100.</param>
/// <remarks>Intervals by the bootstrap stratified by task (Agarwal et al. 2021).</remarks>
internal sealed record TaskAggregate(string Method, ImmutableArray<string> Tasks, int Runs, Interval Mean, Interval Median, Interval InterquartileMean, Interval OptimalityGap)
{
    private const double FullScore = 100;

    /// <summary>Sums a method's runs up.</summary>
    /// <param name="method">The method.</param>
    /// <param name="scores">The normalised scores of its runs, by task.</param>
    /// <returns>The summary; null where there are fewer than 2 tasks, or a run without a score.</returns>
    public static TaskAggregate? Of(string method, IReadOnlyList<(string Task, ImmutableArray<double?> Scores)> scores)
    {
        if (scores.Count < 2 || scores.Any(task => task.Scores.IsEmpty || task.Scores.Any(score => score is null or double.NaN)))
        {
            return null;
        }

        double[][] table = [.. scores.Select(task => task.Scores.Select(score => score!.Value).ToArray())];
        return new TaskAggregate(
            method,
            [.. scores.Select(task => task.Task)],
            table.Sum(runs => runs.Length),
            BootstrapInterval.Of(table, AggregateScores.Mean),
            BootstrapInterval.Of(table, AggregateScores.MedianOfTasks),
            BootstrapInterval.Of(table, AggregateScores.InterquartileMean),
            BootstrapInterval.Of(table, runs => AggregateScores.OptimalityGap(runs, FullScore)));
    }
}
