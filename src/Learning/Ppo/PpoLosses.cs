using static TorchSharp.torch;

namespace MemoryRL.Learning;

/// <summary>The losses of proximal policy optimisation over one minibatch, each a scalar tensor.</summary>
/// <param name="Policy">Minus the clipped objective, eq. (7), the mean over the steps of the policy term.</param>
/// <param name="Value">The mean of <c>(V(s) - R)^2</c> over all steps.</param>
/// <param name="Entropy">The mean entropy over the steps of the policy term, in nats.</param>
/// <param name="ApproximateKl">The mean of <c>r - 1 - log r</c>, an estimate of the divergence from the behaviour policy, in nats; detached.</param>
/// <param name="ClipFraction">The share of the policy-term steps whose ratio was outside the clip range; detached.</param>
/// <remarks>Schulman et al. 2017, arXiv:1707.06347; the estimate of the divergence is Schulman's "Approximating KL divergence", 2020.</remarks>
internal sealed record PpoLosses(Tensor Policy, Tensor Value, Tensor Entropy, Tensor ApproximateKl, Tensor ClipFraction)
{
    /// <summary>Computes the losses.</summary>
    /// <param name="logProbability"><c>log pi(a|s)</c>, <c>[B]</c>.</param>
    /// <param name="oldLogProbability">The behaviour policy's, <c>[B]</c>.</param>
    /// <param name="entropy">The entropy of each step's policy, <c>[B]</c>, or of all, a scalar.</param>
    /// <param name="weights">1 for a step of the policy term, else 0, <c>[B]</c>.</param>
    /// <param name="advantage">The advantages, <c>[B]</c>.</param>
    /// <param name="value"><c>V(s)</c>, <c>[B]</c>.</param>
    /// <param name="returns">The value targets, <c>[B]</c>.</param>
    /// <param name="clipRange">How far the ratio may leave 1.</param>
    /// <returns>The losses.</returns>
    public static PpoLosses Compute(
        Tensor logProbability,
        Tensor oldLogProbability,
        Tensor entropy,
        Tensor weights,
        Tensor advantage,
        Tensor value,
        Tensor returns,
        double clipRange)
    {
        // A step outside the policy term gets ratio 1, so that no overflow of its ratio reaches the gradient.
        var logRatio = (logProbability - oldLogProbability) * weights;
        var ratio = logRatio.exp();
        var clipped = ratio.clamp(1 - clipRange, 1 + clipRange);
        var objective = (ratio * advantage).minimum(clipped * advantage);
        var count = weights.sum().clamp(1);

        var policy = (weights * objective).sum().neg() / count;
        var valueLoss = (value - returns).square().mean();
        var meanEntropy = (weights * entropy).sum() / count;
        using var frozen = no_grad();
        var approximateKl = (weights * (ratio - 1 - logRatio)).sum() / count;
        var clipFraction = (weights * (ratio - 1).abs().gt(clipRange)).sum() / count;
        return new PpoLosses(policy, valueLoss, meanEntropy, approximateKl, clipFraction);
    }
}
