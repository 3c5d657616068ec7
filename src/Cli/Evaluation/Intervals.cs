namespace MemoryRL.Cli;

/// <summary>A number with its 95 % confidence interval.</summary>
/// <param name="Value">The estimate.</param>
/// <param name="Low">The lower end.</param>
/// <param name="High">The upper end.</param>
internal readonly record struct Interval(double Value, double Low, double High);

/// <summary>95 % confidence intervals.</summary>
internal static class Intervals
{
    private const double Quantile = 1.959964;

    /// <summary>Estimates a share.</summary>
    /// <param name="successes">How many of the trials succeeded.</param>
    /// <param name="trials">How many trials there were, at least 1.</param>
    /// <returns>The share with Wilson's score interval, which is right at 0 and 1 too.</returns>
    /// <remarks>Wilson 1927, "Probable inference, the law of succession, and statistical inference".</remarks>
    public static Interval OfShare(long successes, long trials)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(trials, 1);
        var share = (double)successes / trials;
        var squared = Quantile * Quantile;
        var centre = (share + (squared / (2 * trials))) / (1 + (squared / trials));
        var half = Quantile / (1 + (squared / trials)) * Math.Sqrt((share * (1 - share) / trials) + (squared / (4.0 * trials * trials)));
        return new Interval(share, Math.Max(0, centre - half), Math.Min(1, centre + half));
    }

    /// <summary>Estimates a mean, by the normal approximation.</summary>
    /// <param name="values">The numbers, at least 1; one alone has no interval.</param>
    /// <returns>The mean with its interval.</returns>
    public static Interval OfMean(IReadOnlyCollection<double> values)
    {
        if (values.Count == 0)
        {
            throw new ArgumentException("Expected at least one number but got none.", nameof(values));
        }

        var mean = values.Average();
        if (values.Count == 1)
        {
            return new Interval(mean, double.NaN, double.NaN);
        }

        var variance = values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1);
        var half = Quantile * Math.Sqrt(variance / values.Count);
        return new Interval(mean, mean - half, mean + half);
    }
}
