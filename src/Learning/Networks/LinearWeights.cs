using MemoryRL.Core;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MemoryRL.Learning;

/// <summary>Linear layers that start as PyTorch's do, but from our own stream, so that both engines start alike.</summary>
internal static class LinearWeights
{
    /// <summary>Makes a layer whose weights and biases are uniform within <c>1 / sqrt(inputs)</c>.</summary>
    /// <param name="inputs">The number of inputs, at least 1.</param>
    /// <param name="outputs">The number of outputs, at least 1.</param>
    /// <param name="random">Where the numbers come from.</param>
    /// <param name="device">Where the weights live.</param>
    /// <returns>The layer, to be disposed or registered with a module.</returns>
    public static Linear Create(int inputs, int outputs, ref RandomStream random, Device device)
    {
        var layer = nn.Linear(inputs, outputs, device: device);
        var (weight, bias) = (new float[outputs * inputs], new float[outputs]);
        Draw(weight, inputs, ref random);
        Draw(bias, inputs, ref random);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        _ = layer.weight.copy_(tensor(weight, [outputs, inputs]));
        _ = layer.bias!.copy_(tensor(bias, [outputs]));
        return layer;
    }

    private static void Draw(Span<float> values, int inputs, ref RandomStream random)
    {
        var bound = 1 / Math.Sqrt(inputs);
        foreach (ref var value in values)
        {
            value = (float)(bound * ((2 * random.NextDouble()) - 1));
        }
    }
}
