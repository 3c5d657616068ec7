using MemoryRL.Core;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MemoryRL.Learning;

/// <summary>First weights that do not depend on the tensor engine's random numbers, so that both engines start alike.</summary>
internal static class OrthogonalWeights
{
    /// <summary>Draws a layer's weights as a random (semi-)orthogonal matrix times a gain, and zeroes its bias.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="gain">The scale.</param>
    /// <param name="random">Where the numbers come from.</param>
    /// <remarks>Saxe, McClelland and Ganguli 2013, arXiv:1312.6120; by modified Gram-Schmidt over the shorter side.</remarks>
    public static void Draw(Linear layer, double gain, ref RandomStream random)
    {
        var outputs = checked((int)layer.out_features);
        var inputs = checked((int)layer.in_features);
        var vectors = new double[Math.Min(outputs, inputs)][];
        for (var i = 0; i < vectors.Length; i++)
        {
            vectors[i] = DrawOrthogonal(vectors.AsSpan(0, i), Math.Max(outputs, inputs), ref random);
        }

        var weights = new float[outputs * inputs];
        for (var output = 0; output < outputs; output++)
        {
            for (var input = 0; input < inputs; input++)
            {
                weights[(output * inputs) + input] = (float)(gain * (outputs <= inputs ? vectors[output][input] : vectors[input][output]));
            }
        }

        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        _ = layer.weight.copy_(tensor(weights, [outputs, inputs]));
        _ = layer.bias!.zero_();
    }

    private static double[] DrawOrthogonal(ReadOnlySpan<double[]> others, int length, ref RandomStream random)
    {
        while (true)
        {
            var vector = new double[length];
            for (var i = 0; i < length; i++)
            {
                vector[i] = random.NextNormal();
            }

            foreach (var other in others)
            {
                var projection = Dot(vector, other);
                for (var i = 0; i < length; i++)
                {
                    vector[i] -= projection * other[i];
                }
            }

            var norm = Math.Sqrt(Dot(vector, vector));
            if (norm > 1e-6)
            {
                for (var i = 0; i < length; i++)
                {
                    vector[i] /= norm;
                }

                return vector;
            }
        }
    }

    private static double Dot(double[] left, double[] right) => System.Numerics.Tensors.TensorPrimitives.Dot<double>(left, right);
}
