using MemoryRL.Client;

namespace MemoryRL.Cli;

/// <summary>What the runs of one method on one task came to over their seeds, in one measure.</summary>
/// <param name="Mean">The mean over seeds, with its bootstrap interval.</param>
/// <param name="InterquartileMean">The mean of the middle half of the seeds, with its bootstrap interval; the mean where there are fewer than 4.</param>
internal sealed record SeedSummary(Interval Mean, Interval InterquartileMean)
{
    /// <summary>Sums runs up.</summary>
    /// <param name="values">One value for each seed; null or NaN where a run does not have the measure.</param>
    /// <returns>The summary; null where there is no run, or one without the measure.</returns>
    public static SeedSummary? Of(IEnumerable<double?> values)
    {
        double[] runs = [.. values.Select(value => value ?? double.NaN)];
        return runs.Length == 0 || runs.Any(double.IsNaN) ? null
            : new SeedSummary(BootstrapInterval.OfMean(runs), BootstrapInterval.Of([runs], AggregateScores.InterquartileMean));
    }
}
