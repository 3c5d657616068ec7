namespace MemoryRL.Cli;

/// <summary>95 % confidence intervals of shares.</summary>
internal static class WilsonInterval
{
    private const double Quantile = 1.959964;

    /// <summary>Estimates a share.</summary>
    /// <param name="successes">How many of the trials succeeded.</param>
    /// <param name="trials">How many trials there were, at least 1.</param>
    /// <returns>The share with Wilson's score interval, which is right at 0 and 1 too.</returns>
    /// <remarks>Wilson 1927, "Probable inference, the law of succession, and statistical inference".</remarks>
    public static Estimate OfShare(long successes, long trials)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(trials, 1);
        var share = (double)successes / trials;
        var squared = Quantile * Quantile;
        var centre = (share + (squared / (2 * trials))) / (1 + (squared / trials));
        var half = Quantile / (1 + (squared / trials)) * Math.Sqrt((share * (1 - share) / trials) + (squared / (4.0 * trials * trials)));
        return new Estimate(share, Math.Max(0, centre - half), Math.Min(1, centre + half));
    }
}
