using MemoryRL.Core;

namespace MemoryRL.Learning;

/// <summary>What four ways to estimate the largest of several expected values said.</summary>
/// <param name="Maximum">The largest estimate.</param>
/// <param name="Double">The second estimate of the candidate whose first is the largest.</param>
/// <param name="Softmax">The mean of the estimates under weights that grow with them.</param>
/// <param name="DoubleSoftmax">The mean of the second estimates under weights that grow with the first.</param>
public readonly record struct MaximumEstimate(double Maximum, double Double, double Softmax, double DoubleSoftmax);

/// <summary>Ways to estimate the largest of several expected values from noisy estimates of each: why VEM chooses a rollout's length with one pair of values and values it with the other.</summary>
/// <remarks>As the notebook in the history of VEM's official code compares them; the size of the noise and the softmax's temperature are our choice.</remarks>
public static class MaximumEstimators
{
    /// <summary>Draws two independent normal estimates of every candidate, all of which are worth 0, and estimates the largest.</summary>
    /// <param name="candidates">The number of candidates, at least 1.</param>
    /// <param name="noise">The estimates' deviation, at least 0.</param>
    /// <param name="temperature">The temperature of the softmax, above 0.</param>
    /// <param name="random">What the estimates are drawn from.</param>
    /// <returns>What the estimators said; the truth is 0.</returns>
    /// <exception cref="InvalidExperienceException">A number is out of range.</exception>
    public static MaximumEstimate Draw(int candidates, double noise, double temperature, ref RandomStream random)
    {
        InvalidExperienceException.ThrowUnless(candidates >= 1, "candidates", "1 or more", candidates);
        InvalidExperienceException.ThrowUnless(noise >= 0, "noise", "0 or more", noise);
        InvalidExperienceException.ThrowUnless(temperature > 0, "temperature", "a number above 0", temperature);
        var (first, second) = (new double[candidates], new double[candidates]);
        for (var i = 0; i < candidates; i++)
        {
            (first[i], second[i]) = (noise * random.NextNormal(), noise * random.NextNormal());
        }

        return Of(first, second, temperature);
    }

    /// <summary>Estimates the largest expected value.</summary>
    /// <param name="first">One estimate of each candidate, at least 1.</param>
    /// <param name="second">Another of each, independent of the first.</param>
    /// <param name="temperature">The temperature of the softmax, above 0.</param>
    /// <returns>What the estimators say.</returns>
    public static MaximumEstimate Of(ReadOnlySpan<double> first, ReadOnlySpan<double> second, double temperature)
    {
        var weights = new double[first.Length];
        SoftmaxWeights.Compute(first, temperature, weights);
        var (best, softmax, doubleSoftmax) = (0, 0.0, 0.0);
        for (var i = 0; i < first.Length; i++)
        {
            best = first[i] > first[best] ? i : best;
            softmax += weights[i] * first[i];
            doubleSoftmax += weights[i] * second[i];
        }

        return new MaximumEstimate(first[best], second[best], softmax, doubleSoftmax);
    }
}
