using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MemoryRL.Learning;

/// <summary>One optimiser with the weights that it moves: a gradient step down a loss, unless the gradient is not finite.</summary>
/// <param name="weights">The weights.</param>
/// <param name="learningRate">Adam's learning rate.</param>
internal sealed class GradientStep(IReadOnlyList<Parameter> weights, double learningRate) : IDisposable
{
    /// <summary>Gets the weights that the optimiser moves.</summary>
    public IReadOnlyList<Parameter> Weights { get; } = weights;

    /// <summary>Gets the optimiser, with the moments that a checkpoint keeps.</summary>
    public Adam Optimizer { get; } = optim.Adam(weights, learningRate);

    /// <summary>Sets the learning rate of the next steps.</summary>
    /// <param name="rate">The rate.</param>
    public void SetLearningRate(double rate)
    {
        foreach (var group in Optimizer.ParamGroups)
        {
            group.LearningRate = rate;
        }
    }

    /// <summary>Steps down a loss. A gradient that is not finite is dropped and counted.</summary>
    /// <param name="loss">The loss, a scalar.</param>
    /// <param name="means">Where the loss or the drop is counted.</param>
    /// <param name="others">What is counted beside the loss, in the order of its names.</param>
    /// <returns>Whether the step was done.</returns>
    public bool Descend(Tensor loss, LossMeans means, params ReadOnlySpan<Tensor> others)
    {
        Optimizer.zero_grad();
        loss.backward();
        if (!IsFinite())
        {
            means.Skip();
            return false;
        }

        _ = Optimizer.step();
        means.Add([loss, .. others]);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => Optimizer.Dispose();

    // The sum of a gradient is finite exactly where each of its numbers is, but for sums beyond float32's range, which no step should use either.
    private bool IsFinite()
    {
        using var scope = NewDisposeScope();
        Tensor? total = null;
        foreach (var weight in Weights)
        {
            if (weight.grad is { } gradient)
            {
                total = total is null ? gradient.sum() : total.add_(gradient.sum());
            }
        }

        return total is null || float.IsFinite(total.item<float>());
    }
}
