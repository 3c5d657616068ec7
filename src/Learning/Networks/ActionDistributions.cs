using static TorchSharp.torch;

namespace MemoryRL.Learning;

/// <summary>Log-probabilities and entropies of actions given a network's answers, as tensors. Logarithms are natural.</summary>
internal static class ActionDistributions
{
    /// <summary>Half of <c>log(2 pi)</c>.</summary>
    public const double HalfLogTwoPi = 0.91893853320467274;

    /// <summary>The log-probability of each discrete action.</summary>
    /// <param name="logProbabilities">The log-softmax of the logits, <c>[B, A]</c>.</param>
    /// <param name="oneHot">The actions, one-hot, <c>[B, A]</c>.</param>
    /// <returns><c>log softmax(logits)[a]</c>, <c>[B]</c>.</returns>
    public static Tensor Categorical(Tensor logProbabilities, Tensor oneHot) => (logProbabilities * oneHot).sum(1);

    /// <summary>The entropy of each categorical distribution.</summary>
    /// <param name="logProbabilities">The log-softmax of the logits, <c>[B, A]</c>.</param>
    /// <returns><c>-sum_a p log p</c>, <c>[B]</c>.</returns>
    public static Tensor CategoricalEntropy(Tensor logProbabilities) => (logProbabilities.exp() * logProbabilities).sum(1).neg();

    /// <summary>The log-density of each normalised action under a diagonal normal distribution.</summary>
    /// <param name="mean">The means, <c>[B, A]</c>.</param>
    /// <param name="logDeviation">The logarithms of the standard deviations, <c>[A]</c>.</param>
    /// <param name="actions">The normalised actions, <c>[B, A]</c>.</param>
    /// <returns><c>sum_i -((a_i - mean_i) / sigma_i)^2 / 2 - log sigma_i - log(2 pi) / 2</c>, <c>[B]</c>.</returns>
    public static Tensor Normal(Tensor mean, Tensor logDeviation, Tensor actions)
    {
        var standardized = (actions - mean) * logDeviation.neg().exp();
        return ((standardized.square() * -0.5) - logDeviation - HalfLogTwoPi).sum(1);
    }
}
