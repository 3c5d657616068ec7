using static TorchSharp.torch;

namespace MemoryRL.Learning;

/// <summary>The losses of value-based episodic memory (Ma et al. 2021, arXiv:2110.09796), as tensors.</summary>
/// <remarks>The equations' numbers and the advantage <c>R - V</c> are the paper's, its form with two targets and four heads the official code's; the forms of Eq. 4 and Eq. 7 are recalled. The official code's loss is <see cref="VemOptions.SquareWeights"/>, its <c>f</c> the softmax.</remarks>
internal static class VemLosses
{
    /// <summary>The largest weight of the exponential form, as in IQL.</summary>
    public const double LargestWeight = 100;

    // Advantages that are all the same have no deviation to be divided by.
    private const double SmallestDeviation = 1e-6;

    /// <summary>The loss of the values, Eq. 4: <c>J_V = E[tau [R - V]_+^2 + (1 - tau) [R - V]_-^2]</c>, or its ablations.</summary>
    /// <param name="values">The values <c>V</c> of each head, <c>[B, H]</c>.</param>
    /// <param name="targets">The planned targets <c>R</c> of each head, <c>[B, H]</c>.</param>
    /// <param name="options">The expectile and the form.</param>
    /// <returns>The mean over batch and heads, a scalar.</returns>
    public static Tensor Value(Tensor values, Tensor targets, VemOptions options)
    {
        var difference = targets - values;

        // tau where the target lies above, 1 - tau where it lies below: |tau - 1[R < V]|.
        var weight = ((difference < 0).to_type(ScalarType.Float32) - options.Expectile).abs();
        return options.Loss == VemValueLoss.Quantile ? (weight * difference.abs()).mean()
            : options.SquareWeights ? (weight * difference).square().mean()
            : (weight * difference.square()).mean();
    }

    /// <summary>The advantages of stored actions: <c>A = min(R0, R1) - mean(V1 ... V4)</c>, as the official code has them.</summary>
    /// <param name="targets">The planned targets, <c>[B, 2]</c>.</param>
    /// <param name="values">The values of each head, <c>[B, H]</c>.</param>
    /// <returns>The advantages, <c>[B]</c>.</returns>
    public static Tensor Advantage(Tensor targets, Tensor values) => targets.select(1, 0).minimum(targets.select(1, 1)) - values.mean([1]);

    /// <summary>The weights of stored actions, <c>f(A)</c> of Eq. 7.</summary>
    /// <param name="advantages">The advantages <c>A</c>, <c>[B]</c>.</param>
    /// <param name="all">The whole batch's advantages, before any filter, 2 or more: the leaky ReLU form divides by their standard deviation.</param>
    /// <param name="options">The form, the temperature and the slope.</param>
    /// <returns>The weights, <c>[B]</c>.</returns>
    public static Tensor Weight(Tensor advantages, Tensor all, VemOptions options) => options.Weight switch
    {
        VemWeight.Exponential => (advantages / options.Temperature).exp().clamp_max(LargestWeight),
        VemWeight.Softmax => (advantages / options.Temperature).softmax(0) * advantages.shape[0],
        _ => nn.functional.leaky_relu(advantages / all.std().clamp_min(SmallestDeviation), options.NegativeSlope),
    };

    /// <summary>The loss of the actor, the negative of Eq. 7: <c>-E[f(A) log pi(a|s)]</c>.</summary>
    /// <param name="logProbabilities">The log-likelihoods of the stored actions, <c>[B]</c>.</param>
    /// <param name="weights">Their weights, <c>[B]</c>, which carry no gradient.</param>
    /// <returns>The mean over the batch, a scalar.</returns>
    public static Tensor Actor(Tensor logProbabilities, Tensor weights) => (weights * logProbabilities).mean().neg();

    /// <summary>The share of the batch that the weights leave in effect (Kish): <c>(sum |w|)^2 / (B sum w^2)</c>, 1 where all are alike, no number where all are 0.</summary>
    /// <param name="weights">The weights, <c>[B]</c>.</param>
    /// <returns>The share, in [0, 1], a scalar.</returns>
    public static Tensor EffectiveShare(Tensor weights) => weights.abs().mean().square() / weights.square().mean();
}
