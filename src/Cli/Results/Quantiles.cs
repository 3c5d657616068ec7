namespace MemoryRL.Cli;

/// <summary>Quantiles of a few values.</summary>
internal static class Quantiles
{
    /// <summary>Gets the median.</summary>
    /// <param name="values">The values, 1 or more, in any order.</param>
    /// <returns>The middle one, or the mean of the middle two.</returns>
    public static double Median(IEnumerable<double> values) => At(values, 0.5);

    /// <summary>Gets a quantile, linearly between the two values next to it (as NumPy's default).</summary>
    /// <param name="values">The values, 1 or more, in any order.</param>
    /// <param name="share">Which share of the values lies below, in [0, 1].</param>
    /// <returns>The quantile.</returns>
    public static double At(IEnumerable<double> values, double share)
    {
        var sorted = values.Order().ToArray();
        var place = share * (sorted.Length - 1);
        var below = (int)place;
        return sorted[below] + ((place - below) * (sorted[Math.Min(below + 1, sorted.Length - 1)] - sorted[below]));
    }
}
