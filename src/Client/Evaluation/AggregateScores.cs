namespace MemoryRL.Client;

/// <summary>Statistics of a method's runs on several tasks: one array of scores for each task.</summary>
/// <remarks>As rliable computes them (Agarwal et al. 2021; https://github.com/google-research/rliable, rliable/metrics.py), also for tasks with different numbers of runs.</remarks>
public static class AggregateScores
{
    /// <summary>Averages the tasks' means, each task with the same weight.</summary>
    /// <param name="scores">The scores of the runs, by task.</param>
    /// <returns>The mean.</returns>
    public static double Mean(IReadOnlyList<double[]> scores) => scores.Average(runs => runs.Average());

    /// <summary>Finds the median of the tasks' means; with one task it is that task's mean.</summary>
    /// <param name="scores">The scores of the runs, by task.</param>
    /// <returns>The median.</returns>
    public static double MedianOfTasks(IReadOnlyList<double[]> scores) => Median([.. scores.Select(runs => runs.Average())]);

    /// <summary>Averages the middle half of all runs on all tasks: a quarter, rounded down, is left out at either end.</summary>
    /// <param name="scores">The scores of the runs, by task.</param>
    /// <returns>The 25 % trimmed mean; with fewer than 4 scores it is the mean.</returns>
    public static double InterquartileMean(IReadOnlyList<double[]> scores)
    {
        double[] sorted = [.. scores.SelectMany(runs => runs)];
        Array.Sort(sorted);
        var cut = sorted.Length / 4;
        return sorted[cut..^cut].Average();
    }

    /// <summary>Computes how far the mean, of scores that count up to a target only, falls short of that target.</summary>
    /// <param name="scores">The scores of the runs, by task.</param>
    /// <param name="target">The target in the scores' unit, such as 100 for normalised ones.</param>
    /// <returns>The gap, 0 where every run reaches the target.</returns>
    public static double OptimalityGap(IReadOnlyList<double[]> scores, double target) => target - scores.Average(runs => runs.Average(score => Math.Min(score, target)));

    /// <summary>Computes how likely a run of one method beats a run of another on a task drawn at random; a draw counts one half.</summary>
    /// <param name="scores">The scores of the one, by task.</param>
    /// <param name="others">The scores of the other on the same tasks in the same order.</param>
    /// <returns>The probability in [0, 1]: Mann and Whitney's statistic over the number of pairs, averaged over the tasks.</returns>
    public static double ProbabilityOfImprovement(IReadOnlyList<double[]> scores, IReadOnlyList<double[]> others) =>
        scores.Zip(others, (mine, theirs) => mine.Average(score => theirs.Average(other => score > other ? 1 : score == other ? 0.5 : 0))).Average();

    /// <summary>Finds the median of plain values.</summary>
    /// <param name="values">The values, at least one; they stay in their order.</param>
    /// <returns>The middle one, or the mean of the middle two.</returns>
    public static double Median(ReadOnlySpan<double> values)
    {
        var sorted = values.ToArray();
        Array.Sort(sorted);
        var middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
