using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MemoryRL.Learning;

/// <summary>Target networks, whose weights follow others slowly.</summary>
internal static class TargetWeights
{
    /// <summary>Moves the weights a little way: <c>target = (1 - rate) target + rate weight</c>.</summary>
    /// <param name="targets">The weights that follow.</param>
    /// <param name="weights">Those that they follow, in the same order.</param>
    /// <param name="rate">The share of the way, in [0, 1].</param>
    public static void Follow(IReadOnlyList<Parameter> targets, IReadOnlyList<Parameter> weights, double rate)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        for (var i = 0; i < targets.Count; i++)
        {
            _ = targets[i].mul_(1 - rate).add_(weights[i], rate);
        }
    }
}
