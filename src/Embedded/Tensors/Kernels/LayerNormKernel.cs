using System.Numerics;
using System.Numerics.Tensors;

namespace TorchSharp;

/// <summary>Layer normalisation of rows (Ba et al. 2016): each row in one visit forward and in one back.</summary>
internal static unsafe class LayerNormKernel
{
    private const int LeastElements = 8 * 1024;

    /// <summary>y = (x - mean) / sqrt(variance + epsilon), times weight plus bias where they are; statistics [rows, 2] keep mean and 1 / sqrt(...).</summary>
    internal static void Forward<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> weight, ReadOnlySpan<T> bias, Span<T> y, Span<T> statistics, int size, double epsilon)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        fixed (T* px = x, pw = weight, pb = bias, py = y, ps = statistics)
        {
            Slices.Run(statistics.Length / 2, Math.Max(LeastElements / Math.Max(size, 1), 1), new ForwardRows<T>(px, weight.IsEmpty ? null : pw, bias.IsEmpty ? null : pb, py, ps, size, T.CreateTruncating(epsilon)));
        }
    }

    /// <summary>The gradients of x [rows, size], and of weight and bias [size], which may be empty.</summary>
    internal static void Backward<T>(
        ReadOnlySpan<T> gradient, ReadOnlySpan<T> x, ReadOnlySpan<T> weight, ReadOnlySpan<T> statistics, Span<T> ofInput, Span<T> ofWeight, Span<T> ofBias, int size)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var rows = statistics.Length / 2;
        fixed (T* pg = gradient, px = x, pw = weight, ps = statistics, pi = ofInput, pow = ofWeight, pob = ofBias)
        {
            Slices.Run(rows, Math.Max(LeastElements / Math.Max(size, 1), 1), new BackwardRows<T>(pg, px, weight.IsEmpty ? null : pw, ps, pi, size));
            ofWeight.Clear();
            ofBias.Clear();
            if (!ofWeight.IsEmpty)
            {
                Slices.Run(size, Math.Max(LeastElements / Math.Max(rows, 1), 32), new BackwardColumns<T>(pg, px, ps, pow, ofBias.IsEmpty ? null : pob, rows, size));
            }
        }
    }

    private readonly struct ForwardRows<T>(T* x, T* weight, T* bias, T* y, T* statistics, int size, T epsilon) : ISliceWork
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        public void Run(int from, int to)
        {
            var count = T.CreateTruncating(size);
            for (var row = from; row < to; row++)
            {
                var input = new ReadOnlySpan<T>(x + ((nint)row * size), size);
                var output = new Span<T>(y + ((nint)row * size), size);
                var mean = TensorPrimitives.Sum(input) / count;
                TensorPrimitives.Subtract(input, mean, output);
                var scale = T.One / T.Sqrt((TensorPrimitives.SumOfSquares<T>(output) / count) + epsilon);
                statistics[2 * row] = mean;
                statistics[(2 * row) + 1] = scale;
                TensorPrimitives.Multiply(output, scale, output);
                if (weight != null)
                {
                    TensorPrimitives.Multiply(output, new ReadOnlySpan<T>(weight, size), output);
                }

                if (bias != null)
                {
                    TensorPrimitives.Add(output, new ReadOnlySpan<T>(bias, size), output);
                }
            }
        }
    }

    private readonly struct BackwardRows<T>(T* gradient, T* x, T* weight, T* statistics, T* result, int size) : ISliceWork
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        public void Run(int from, int to)
        {
            var count = T.CreateTruncating(size);
            var scratch = StoragePool.Rent((long)size * sizeof(T));
            var normal = scratch.Span<T>(0, size);
            for (var row = from; row < to; row++)
            {
                var flow = new ReadOnlySpan<T>(gradient + ((nint)row * size), size);
                var output = new Span<T>(result + ((nint)row * size), size);
                var (mean, scale) = (statistics[2 * row], statistics[(2 * row) + 1]);
                TensorPrimitives.Subtract(new ReadOnlySpan<T>(x + ((nint)row * size), size), mean, normal);
                TensorPrimitives.Multiply(normal, scale, normal);
                if (weight != null)
                {
                    TensorPrimitives.Multiply(flow, new ReadOnlySpan<T>(weight, size), output);
                }
                else
                {
                    flow.CopyTo(output);
                }

                // scale (g - mean(g) - normal mean(g normal)), with g the gradient of the normalised row.
                var along = TensorPrimitives.Dot<T>(output, normal) / count;
                TensorPrimitives.Subtract(output, TensorPrimitives.Sum<T>(output) / count, output);
                TensorPrimitives.MultiplyAdd<T>(normal, -along, output, output);
                TensorPrimitives.Multiply(output, scale, output);
            }

            scratch.Release();
        }
    }

    /// <summary>Sums over the rows, by columns, so that the order of every sum is that of the rows.</summary>
    private readonly struct BackwardColumns<T>(T* gradient, T* x, T* statistics, T* ofWeight, T* ofBias, int rows, int size) : ISliceWork
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        public void Run(int from, int to)
        {
            var width = to - from;
            var scratch = StoragePool.Rent((long)width * sizeof(T));
            var normal = scratch.Span<T>(0, width);
            var weightSum = new Span<T>(ofWeight + from, width);
            for (var row = 0; row < rows; row++)
            {
                var at = ((nint)row * size) + from;
                var flow = new ReadOnlySpan<T>(gradient + at, width);
                TensorPrimitives.Subtract(new ReadOnlySpan<T>(x + at, width), statistics[2 * row], normal);
                TensorPrimitives.Multiply(normal, statistics[(2 * row) + 1], normal);
                TensorPrimitives.MultiplyAdd<T>(normal, flow, weightSum, weightSum);
                if (ofBias != null)
                {
                    var biasSum = new Span<T>(ofBias + from, width);
                    TensorPrimitives.Add(biasSum, flow, biasSum);
                }
            }

            scratch.Release();
        }
    }
}
