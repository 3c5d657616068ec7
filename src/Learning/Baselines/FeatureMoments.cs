using MemoryRL.Core;

namespace MemoryRL.Learning;

/// <summary>The mean and the deviation of each feature over a batch of observations, by which further ones are normalised.</summary>
/// <remarks>A thousandth is added to the deviation, as CORL does, so that a feature that never changes stays finite.</remarks>
/// <param name="features">The number of features.</param>
internal sealed class FeatureMoments(int features)
{
    private const float AddedDeviation = 1e-3f;
    private const string MeanName = "moments.mean";
    private const string DeviationName = "moments.deviation";
    private const string KnownKey = "moments.known";

    /// <summary>Gets the means, <c>[features]</c>; 0 until they are known.</summary>
    public float[] Mean { get; private set; } = new float[features];

    /// <summary>Gets the deviations, <c>[features]</c>; 1 until they are known.</summary>
    public float[] Deviation { get; private set; } = Ones(features);

    /// <summary>Gets whether the moments were computed.</summary>
    public bool IsKnown { get; private set; }

    /// <summary>Computes the moments.</summary>
    /// <param name="rows">The observations, <c>[B, features]</c>, at least one.</param>
    public void Compute(ReadOnlySpan<float> rows)
    {
        var count = rows.Length / features;
        for (var feature = 0; feature < features; feature++)
        {
            var (sum, squares) = (0.0, 0.0);
            for (var i = feature; i < rows.Length; i += features)
            {
                sum += rows[i];
            }

            var mean = sum / count;
            for (var i = feature; i < rows.Length; i += features)
            {
                squares += (rows[i] - mean) * (rows[i] - mean);
            }

            Mean[feature] = (float)mean;
            Deviation[feature] = (float)Math.Min(Math.Sqrt(squares / count) + AddedDeviation, float.MaxValue);
        }

        IsKnown = true;
    }

    /// <summary>Normalises observations in place.</summary>
    /// <param name="rows">The observations, <c>[B, features]</c>.</param>
    public void Normalize(Span<float> rows)
    {
        for (var start = 0; start < rows.Length; start += features)
        {
            var row = rows.Slice(start, features);
            for (var feature = 0; feature < row.Length; feature++)
            {
                row[feature] = (row[feature] - Mean[feature]) / Deviation[feature];
            }
        }
    }

    /// <summary>Adds the moments to a checkpoint.</summary>
    /// <param name="checkpoint">Where they go.</param>
    public void Save(SafetensorsBuilder checkpoint)
    {
        checkpoint.Add<float>(MeanName, [features], Mean);
        checkpoint.Add<float>(DeviationName, [features], Deviation);
        LearnerCheckpoint.SaveNumber(checkpoint, KnownKey, IsKnown ? 1 : 0);
    }

    /// <summary>Restores the moments.</summary>
    /// <param name="checkpoint">What <see cref="Save"/> wrote to.</param>
    /// <exception cref="SafetensorsFormatException">An entry is missing or has another shape.</exception>
    public void Load(SafetensorsDocument checkpoint)
    {
        var mean = checkpoint.Require(MeanName, ElementType.Float32, features).Values<float>().ToArray();
        var deviation = checkpoint.Require(DeviationName, ElementType.Float32, features).Values<float>().ToArray();
        IsKnown = LearnerCheckpoint.LoadNumber(checkpoint, KnownKey) > 0;
        (Mean, Deviation) = (mean, deviation);
    }

    private static float[] Ones(int count)
    {
        var ones = new float[count];
        Array.Fill(ones, 1);
        return ones;
    }
}
