using static TorchSharp.torch;

namespace MemoryRL.Learning;

/// <summary>The losses of AdaMemento's memory networks, each a scalar tensor (algorithms.md 3.2, [I]: the paper's are not known).</summary>
internal static class AdaMementoLosses
{
    /// <summary>The fixed standard deviation of a box prediction, in normalised units.</summary>
    public const double BoxDeviation = 0.2;

    /// <summary>The prediction network's loss, <c>L_P = -E[log P(a|s)]</c> over steps of successful trajectories.</summary>
    /// <param name="answer">Logits, or means in normalised units, <c>[B, A]</c>.</param>
    /// <param name="actions">The actions' features, <c>[B, A]</c>.</param>
    /// <param name="isDiscrete">Whether the actions are discrete: cross-entropy, else a normal log-likelihood with <see cref="BoxDeviation"/>.</param>
    /// <returns>The loss in nats.</returns>
    public static Tensor Prediction(Tensor answer, Tensor actions, bool isDiscrete)
    {
        if (isDiscrete)
        {
            return ActionDistributions.Categorical(nn.functional.log_softmax(answer, 1), actions).mean().neg();
        }

        // log N(a; m, sigma) summed over the action's elements; sigma is fixed, so its share is a constant.
        var constant = Math.Log(BoxDeviation) + ActionDistributions.HalfLogTwoPi;
        var squares = (actions - answer).square() * (0.5 / (BoxDeviation * BoxDeviation));
        return (squares + constant).sum(1).mean();
    }

    /// <summary>The reflection network's loss, <c>L_C = -E[y log C + (1 - y) log(1 - C)]</c>.</summary>
    /// <param name="logits">The logits of <c>C(s, a)</c>, <c>[B]</c>.</param>
    /// <param name="labels"><c>y</c>: 1 for success, 0 for failure, <c>[B]</c>.</param>
    /// <returns>The loss in nats.</returns>
    public static Tensor Reflection(Tensor logits, Tensor labels) => nn.functional.binary_cross_entropy_with_logits(logits, labels);
}
