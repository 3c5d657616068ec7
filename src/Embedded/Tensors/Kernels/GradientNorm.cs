using System.Numerics.Tensors;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>The joint norm of many gradients.</summary>
internal static class GradientNorm
{
    internal static double Of(List<TensorValue> gradients, double kind)
    {
        var sum = 0.0;
        foreach (var gradient in gradients)
        {
            using var wide = Copying.Convert(gradient, ScalarType.Float64);
            var numbers = wide.Span<double>();
            if (double.IsPositiveInfinity(kind))
            {
                sum = numbers.Length == 0 ? sum : Math.Max(sum, Math.Abs(TensorPrimitives.MaxMagnitude<double>(numbers)));
            }
            else if (kind == 2)
            {
                sum += TensorPrimitives.SumOfSquares<double>(numbers);
            }
            else
            {
                foreach (var number in numbers)
                {
                    sum += Math.Pow(Math.Abs(number), kind);
                }
            }
        }

        return double.IsPositiveInfinity(kind) ? sum : Math.Pow(sum, 1 / kind);
    }
}
