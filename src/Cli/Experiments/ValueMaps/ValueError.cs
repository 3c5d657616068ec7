using System.Text.Json.Serialization;

namespace MemoryRL.Cli;

/// <summary>How far values are from an optimum, over the places of a maze. Both measures are our choice.</summary>
/// <param name="Order">1 less Spearman's rank correlation: 0 where the values order the places as the optimum does, 1 where they say nothing, 2 where they reverse it.</param>
/// <param name="Size">
/// The mean distance to the optimum after the best line through the values that does not fall (least squares), in the optimum's unit: values that are right up to
/// their scale and offset, as those of a worse policy may be, have none.
/// </param>
[method: JsonConstructor]
internal readonly record struct ValueError(double Order, double Size)
{
    /// <summary>Compares values with an optimum.</summary>
    /// <param name="values">The values of some places, at least two.</param>
    /// <param name="optimum">The optimum at the same places.</param>
    /// <returns>How far they are apart.</returns>
    public static ValueError Of(IReadOnlyList<double> values, IReadOnlyList<double> optimum)
    {
        var order = 1 - RankCorrelation.Spearman(values, optimum);
        var (mean, optimumMean) = (values.Average(), optimum.Average());
        var (covariance, variance) = (0.0, 0.0);
        for (var i = 0; i < values.Count; i++)
        {
            covariance += (values[i] - mean) * (optimum[i] - optimumMean);
            variance += (values[i] - mean) * (values[i] - mean);
        }

        var slope = variance == 0 ? 0 : Math.Max(0, covariance / variance);
        return new ValueError(order, values.Zip(optimum, (value, best) => Math.Abs(best - optimumMean - (slope * (value - mean)))).Average());
    }
}
