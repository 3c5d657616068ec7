using MemoryRL.Core;

namespace MemoryRL.Cli;

/// <summary>Percentile bootstrap intervals.</summary>
/// <remarks>Efron 1979: the statistic of 10,000 resamples with replacement, cut at 2.5 % and 97.5 %. Seeded, so that a report repeats exactly.</remarks>
public static class BootstrapInterval
{
    private const int ResampleCount = 10_000;

    /// <summary>Estimates the mean.</summary>
    /// <param name="values">The values, at least one.</param>
    /// <param name="seed">The seed of the resamples.</param>
    /// <returns>The mean with its 95 % interval.</returns>
    public static Estimate OfMean(ReadOnlySpan<double> values, ulong seed = 0) => Of(values, Mean, seed);

    /// <summary>Estimates the median.</summary>
    /// <param name="values">The values, at least one.</param>
    /// <param name="seed">The seed of the resamples.</param>
    /// <returns>The median with its 95 % interval.</returns>
    public static Estimate OfMedian(ReadOnlySpan<double> values, ulong seed = 0) => Of(values, Median, seed);

    private static Estimate Of(ReadOnlySpan<double> values, Func<double[], double> statistic, ulong seed)
    {
        var random = new RandomStream(seed);
        var resample = new double[values.Length];
        var statistics = new double[ResampleCount];
        for (var i = 0; i < ResampleCount; i++)
        {
            for (var j = 0; j < resample.Length; j++)
            {
                resample[j] = values[random.NextInt32(values.Length)];
            }

            statistics[i] = statistic(resample);
        }

        Array.Sort(statistics);
        return new Estimate(statistic(values.ToArray()), statistics[(int)(0.025 * ResampleCount)], statistics[(int)(0.975 * ResampleCount)]);
    }

    private static double Mean(double[] values) => values.Average();

    private static double Median(double[] values)
    {
        Array.Sort(values);
        var middle = values.Length / 2;
        return values.Length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }
}
