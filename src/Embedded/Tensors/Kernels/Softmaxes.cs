using System.Numerics;
using System.Numerics.Tensors;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>Softmax, its logarithm and their derivatives over the rows [rows, size] of an ordered tensor.</summary>
internal static class Softmaxes
{
    internal static void Forward(TensorValue value, TensorValue result, bool logarithm)
    {
        if (value.Type == ScalarType.Float32)
        {
            Forward(value.Span<float>(), result.Span<float>(), Size(value), logarithm);
        }
        else
        {
            Forward(value.Span<double>(), result.Span<double>(), Size(value), logarithm);
        }
    }

    internal static void Backward(TensorValue gradient, TensorValue output, TensorValue result, bool logarithm)
    {
        if (output.Type == ScalarType.Float32)
        {
            Backward(gradient.Span<float>(), output.Span<float>(), result.Span<float>(), Size(output), logarithm);
        }
        else
        {
            Backward(gradient.Span<double>(), output.Span<double>(), result.Span<double>(), Size(output), logarithm);
        }
    }

    /// <summary>log Σ exp(x) of every row; a row of negative infinities gives negative infinity.</summary>
    internal static void LogSumExp(TensorValue value, TensorValue result)
    {
        if (value.Type == ScalarType.Float32)
        {
            LogSumExp(value.Span<float>(), result.Span<float>(), Size(value));
        }
        else
        {
            LogSumExp(value.Span<double>(), result.Span<double>(), Size(value));
        }
    }

    private static int Size(TensorValue value) => value.Rank == 0 ? 1 : (int)value.Shape[^1];

    private static void Forward<T>(ReadOnlySpan<T> x, Span<T> y, int size, bool logarithm)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (var at = 0; at < x.Length; at += size)
        {
            var from = x.Slice(at, size);
            var to = y.Slice(at, size);
            var largest = TensorPrimitives.Max(from);
            TensorPrimitives.Subtract(from, largest, to);
            if (logarithm)
            {
                TensorPrimitives.Subtract(to, T.Log(SumOfExponentials<T>(to)), to);
            }
            else
            {
                TensorPrimitives.Exp<T>(to, to);
                TensorPrimitives.Divide(to, TensorPrimitives.Sum<T>(to), to);
            }
        }
    }

    private static void Backward<T>(ReadOnlySpan<T> gradient, ReadOnlySpan<T> y, Span<T> result, int size, bool logarithm)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (var at = 0; at < y.Length; at += size)
        {
            var g = gradient.Slice(at, size);
            var o = y.Slice(at, size);
            var to = result.Slice(at, size);
            if (logarithm)
            {
                TensorPrimitives.Exp(o, to);
                TensorPrimitives.Multiply(to, TensorPrimitives.Sum(g), to);
                TensorPrimitives.Subtract(g, to, to);
            }
            else
            {
                TensorPrimitives.Subtract(g, TensorPrimitives.Dot(g, o), to);
                TensorPrimitives.Multiply(to, o, to);
            }
        }
    }

    private static void LogSumExp<T>(ReadOnlySpan<T> x, Span<T> y, int size)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var row = new T[size];
        for (var r = 0; r < y.Length; r++)
        {
            var from = x.Slice(r * size, size);
            var largest = TensorPrimitives.Max(from);
            if (T.IsInfinity(largest))
            {
                y[r] = largest;
                continue;
            }

            TensorPrimitives.Subtract(from, largest, row);
            y[r] = largest + T.Log(SumOfExponentials<T>(row));
        }
    }

    /// <summary>Σ exp(x), through a small buffer so that the row itself stays.</summary>
    private static T SumOfExponentials<T>(ReadOnlySpan<T> row)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Span<T> buffer = stackalloc T[128];
        var sum = T.Zero;
        for (var at = 0; at < row.Length; at += buffer.Length)
        {
            var part = row.Slice(at, Math.Min(buffer.Length, row.Length - at));
            TensorPrimitives.Exp(part, buffer);
            sum += TensorPrimitives.Sum<T>(buffer[..part.Length]);
        }

        return sum;
    }
}
