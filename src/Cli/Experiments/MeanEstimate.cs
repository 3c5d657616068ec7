namespace MemoryRL.Cli;

/// <summary>A mean with its standard error.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="Error">The standard error of the mean.</param>
/// <param name="Deviation">The deviation of the values themselves.</param>
internal readonly record struct MeanEstimate(double Mean, double Error, double Deviation)
{
    /// <summary>Estimates a mean.</summary>
    /// <param name="values">Independent values, at least 2.</param>
    /// <returns>The mean with its standard error.</returns>
    public static MeanEstimate Of(IReadOnlyCollection<double> values)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(values.Count, 2, nameof(values));
        var mean = values.Average();
        var deviation = Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1));
        return new MeanEstimate(mean, deviation / Math.Sqrt(values.Count), deviation);
    }
}
