using System.Numerics;
using static TorchSharp.torch;

namespace TorchSharp;

internal static partial class Operations
{
    /// <summary>The largest number under each place of a window over [.., height, width], and where in the image it stands; not-a-number counts as largest.</summary>
    internal static (TensorValue Values, TensorValue Indices) MaxPool(TensorValue a, long[] kernel, long[]? strides, long[]? padding, long[]? dilation, bool ceiling)
    {
        const string Operation = "max_pool2d";
        CheckFloat(Operation, a);
        if (a.Rank is < 3 or > 4)
        {
            throw new TensorException($"{Operation}: Expected 3D or 4D tensor with non-zero channels for input, but got {Shapes.Text(a.Shape)}");
        }

        var (ky, kx) = Pair(Operation, "kernel_size", kernel, 1, 1);
        var (sy, sx) = strides is null || strides.Length == 0 ? (ky, kx) : Pair(Operation, "stride", strides, 1, 1);
        var (py, px) = Pair(Operation, "padding", padding, 0, 0);
        var (dy, dx) = Pair(Operation, "dilation", dilation, 1, 1);
        if (py > ky / 2 || px > kx / 2)
        {
            throw new TensorException($"{Operation}: pad should be at most half of effective kernel size, but got pad=[{py}, {px}], kernel_size=[{ky}, {kx}] and dilation=[{dy}, {dx}]");
        }

        var window = new PoolWindow(
            (int)a.Shape[^2], (int)a.Shape[^1], ky, kx, sy, sx, py, px, dy, dx,
            Pooled((int)a.Shape[^2], ky, sy, py, dy, ceiling), Pooled((int)a.Shape[^1], kx, sx, px, dx, ceiling));
        if (window.OutputHeight <= 0 || window.OutputWidth <= 0)
        {
            throw new TensorException($"{Operation}: Given input size {Shapes.Text(a.Shape)} and kernel [{ky}, {kx}], the output size is too small: [{window.OutputHeight}, {window.OutputWidth}]");
        }

        using var x = Copying.Contiguous(a);
        long[] shape = [.. a.Shape[..^2], window.OutputHeight, window.OutputWidth];
        var values = TensorValue.Empty(a.Type, shape);
        var indices = TensorValue.Empty(ScalarType.Int64, shape);
        if (a.Type == ScalarType.Float32)
        {
            MaxPool<float>(x, values, indices, window);
        }
        else
        {
            MaxPool<double>(x, values, indices, window);
        }

        _ = Recorder.Record(values, Operation, [a], [indices], static (n, g, _) =>
        {
            using var flow = Copying.Contiguous(g);
            var result = TensorValue.Empty(flow.Type, n.InputShape(0));
            Filling.Fill(result, 0);
            if (flow.Type == ScalarType.Float32)
            {
                SpreadMaxima<float>(flow, n.Saved(0), result);
            }
            else
            {
                SpreadMaxima<double>(flow, n.Saved(0), result);
            }

            return result;
        });
        return (values, indices);
    }

    private static int Pooled(int size, int kernel, int stride, int padding, int dilation, bool ceiling)
    {
        var room = size + (2 * padding) - (dilation * (kernel - 1)) - 1 + (ceiling ? stride - 1 : 0);
        var count = room < 0 ? 0 : (room / stride) + 1;

        // The last window must start inside the image or its left border.
        return ceiling && (count - 1) * stride >= size + padding ? count - 1 : count;
    }

    private static void MaxPool<T>(TensorValue a, TensorValue values, TensorValue indices, PoolWindow window)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (size, count) = (window.Height * window.Width, window.OutputHeight * window.OutputWidth);
        var x = a.Span<T>();
        var y = values.Span<T>();
        var at = indices.Span<long>();
        for (var i = 0; i < y.Length; i++)
        {
            var place = i % count;
            (y[i], at[i]) = Largest<T>(x.Slice(i / count * size, size), window, place / window.OutputWidth, place % window.OutputWidth);
        }
    }

    private static (T Value, long Index) Largest<T>(ReadOnlySpan<T> image, PoolWindow window, int outputY, int outputX)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (best, index) = (T.NegativeInfinity, -1L);
        for (var ky = 0; ky < window.KernelHeight; ky++)
        {
            var y = (outputY * window.StrideY) - window.PaddingY + (ky * window.DilationY);
            for (var kx = 0; y >= 0 && y < window.Height && kx < window.KernelWidth; kx++)
            {
                var x = (outputX * window.StrideX) - window.PaddingX + (kx * window.DilationX);
                if (x < 0 || x >= window.Width)
                {
                    continue;
                }

                var value = image[(y * window.Width) + x];
                if (index < 0 || value > best || T.IsNaN(value))
                {
                    (best, index) = (value, (y * window.Width) + x);
                }
            }
        }

        return (best, index);
    }

    private static void SpreadMaxima<T>(TensorValue gradient, TensorValue indices, TensorValue result)
        where T : unmanaged, INumber<T>
    {
        var count = (int)(gradient.Shape[^1] * gradient.Shape[^2]);
        var size = (int)(result.Shape[^1] * result.Shape[^2]);
        var g = gradient.Span<T>();
        var at = indices.Span<long>();
        var to = result.Span<T>();
        for (var i = 0; i < g.Length; i++)
        {
            to[(i / count * size) + (int)at[i]] += g[i];
        }
    }

    private readonly record struct PoolWindow(
        int Height, int Width, int KernelHeight, int KernelWidth, int StrideY, int StrideX, int PaddingY, int PaddingX, int DilationY, int DilationX, int OutputHeight, int OutputWidth);
}
