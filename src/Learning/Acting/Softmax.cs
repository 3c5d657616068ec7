namespace MemoryRL.Learning;

/// <summary>Categorical distributions over short rows.</summary>
internal static class Softmax
{
    /// <summary>Turns logits into log-probabilities, in place, and probabilities.</summary>
    /// <param name="logits">The logits, <c>[A]</c>; receives their log-softmax.</param>
    /// <param name="probabilities">Receives the softmax, <c>[A]</c>.</param>
    public static void Normalize(Span<float> logits, Span<float> probabilities)
    {
        var maximum = logits[ArgMax(logits)];
        var sum = 0f;
        for (var i = 0; i < logits.Length; i++)
        {
            logits[i] -= maximum;
            probabilities[i] = MathF.Exp(logits[i]);
            sum += probabilities[i];
        }

        var logSum = MathF.Log(sum);
        for (var i = 0; i < logits.Length; i++)
        {
            logits[i] -= logSum;
            probabilities[i] /= sum;
        }
    }

    /// <summary>Finds the largest value; the first of equals.</summary>
    /// <param name="values">The values, at least one.</param>
    /// <returns>Its index.</returns>
    public static int ArgMax(ReadOnlySpan<float> values)
    {
        var best = 0;
        for (var i = 1; i < values.Length; i++)
        {
            best = values[i] > values[best] ? i : best;
        }

        return best;
    }

    /// <summary>Draws an index.</summary>
    /// <param name="probabilities">The probabilities, <c>[A]</c>.</param>
    /// <param name="uniform">A uniform number in [0, 1).</param>
    /// <returns>The index; the last one where rounding left the sum below the number.</returns>
    public static int Sample(ReadOnlySpan<float> probabilities, float uniform)
    {
        var sum = 0f;
        for (var i = 0; i < probabilities.Length - 1; i++)
        {
            sum += probabilities[i];
            if (uniform < sum)
            {
                return i;
            }
        }

        return probabilities.Length - 1;
    }
}
