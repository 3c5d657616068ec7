using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TorchSharp;

/// <summary>What one Adam step needs beside the tensors.</summary>
internal readonly record struct AdamStep(
    double LearningRate, double Beta1, double Beta2, double Epsilon, double WeightDecay, bool DecouplesDecay, bool Maximizes, long Step);

/// <summary>Adam in one pass over parameter, gradient and both moments (Kingma and Ba 2015, as PyTorch orders it); with the decay in the gradient, or apart from it as AdamW.</summary>
internal static class AdamKernel
{
    /// <summary>Moments below this are no more than rounding of 0; as denormal numbers they would slow every later pass.</summary>
    private const float Smallest = 1e-37f;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Run(Span<float> parameter, ReadOnlySpan<float> gradient, Span<float> first, Span<float> second, Span<float> largest, AdamStep step)
    {
        var correction1 = 1 - Math.Pow(step.Beta1, step.Step);
        var correction2 = Math.Sqrt(1 - Math.Pow(step.Beta2, step.Step));
        var beta1 = (float)step.Beta1;
        var rest1 = (float)(1 - step.Beta1);
        var beta2 = (float)step.Beta2;
        var rest2 = (float)(1 - step.Beta2);
        var scale = (float)correction2;
        var epsilon = (float)step.Epsilon;
        var rate = (float)(-step.LearningRate / correction1);
        var decay = step.DecouplesDecay ? 0 : (float)step.WeightDecay;
        var kept = step.DecouplesDecay ? (float)(1 - (step.LearningRate * step.WeightDecay)) : 1;
        var sign = step.Maximizes ? -1f : 1f;
        var width = Vector<float>.Count;
        var p = MemoryMarshal.Cast<float, Vector<float>>(parameter);
        var g = MemoryMarshal.Cast<float, Vector<float>>(gradient);
        var m = MemoryMarshal.Cast<float, Vector<float>>(first);
        var v = MemoryMarshal.Cast<float, Vector<float>>(second);
        var l = MemoryMarshal.Cast<float, Vector<float>>(largest);
        for (var i = 0; i < p.Length; i++)
        {
            var slope = (g[i] * sign) + (p[i] * decay);
            var mean = (m[i] * beta1) + (slope * rest1);
            var square = (v[i] * beta2) + (slope * slope * rest2);
            mean = Vector.ConditionalSelect(Vector.LessThan(Vector.Abs(mean), new Vector<float>(Smallest)), Vector<float>.Zero, mean);
            square = Vector.ConditionalSelect(Vector.LessThan(square, new Vector<float>(Smallest)), Vector<float>.Zero, square);
            m[i] = mean;
            v[i] = square;
            if (!largest.IsEmpty)
            {
                square = Vector.Max(l[i], square);
                l[i] = square;
            }

            p[i] = (p[i] * kept) + (mean / ((Vector.SquareRoot(square) / new Vector<float>(scale)) + new Vector<float>(epsilon)) * rate);
        }

        for (var i = p.Length * width; i < parameter.Length; i++)
        {
            var slope = (gradient[i] * sign) + (parameter[i] * decay);
            var mean = (first[i] * beta1) + (slope * rest1);
            var square = (second[i] * beta2) + (slope * slope * rest2);
            mean = MathF.Abs(mean) < Smallest ? 0 : mean;
            square = square < Smallest ? 0 : square;
            first[i] = mean;
            second[i] = square;
            if (!largest.IsEmpty)
            {
                square = MathF.Max(largest[i], square);
                largest[i] = square;
            }

            parameter[i] = (parameter[i] * kept) + (mean / ((MathF.Sqrt(square) / scale) + epsilon) * rate);
        }
    }
}
