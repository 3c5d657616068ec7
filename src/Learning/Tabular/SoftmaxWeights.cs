namespace MemoryRL.Learning;

/// <summary>Weights that grow with a score, in double precision.</summary>
internal static class SoftmaxWeights
{
    /// <summary>Computes <c>softmax(scores / temperature)</c>.</summary>
    /// <param name="scores">The scores.</param>
    /// <param name="temperature">The temperature, above 0.</param>
    /// <param name="weights">Receives the weights, which sum to 1.</param>
    public static void Compute(ReadOnlySpan<double> scores, double temperature, Span<double> weights)
    {
        var largest = double.NegativeInfinity;
        foreach (var score in scores)
        {
            largest = Math.Max(largest, score);
        }

        var sum = 0.0;
        for (var i = 0; i < scores.Length; i++)
        {
            weights[i] = Math.Exp((scores[i] - largest) / temperature);
            sum += weights[i];
        }

        foreach (ref var weight in weights)
        {
            weight /= sum;
        }
    }
}
