using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>What the surface asks for beyond the plain operations.</summary>
internal static partial class Operations
{
    internal static TensorValue DivideRounded(TensorValue a, TensorValue b, RoundingMode mode)
    {
        using var quotient = Divide(a, b);
        return Rounded(quotient, mode);
    }

    internal static TensorValue DivideRounded(TensorValue a, Scalar b, RoundingMode mode)
    {
        using var quotient = DivideByScalar(a, b);
        return Rounded(quotient, mode);
    }

    internal static TensorValue MaskedFill(TensorValue a, TensorValue mask, Scalar value)
    {
        using var number = Elementwise.ScalarValue(value, a.Type);
        return Where(mask, number, a);
    }

    internal static bool AllClose(TensorValue a, TensorValue b, double relative, double absolute, bool equalNotANumbers)
    {
        var shape = Shapes.Broadcast("allclose", a.Shape, b.Shape);
        using var x = ExpandedAs(a, ScalarType.Float64, shape);
        using var y = ExpandedAs(b, ScalarType.Float64, shape);
        var left = x.Span<double>();
        var right = y.Span<double>();
        for (var i = 0; i < left.Length; i++)
        {
            var close = left[i] == right[i]
                || Math.Abs(left[i] - right[i]) <= absolute + (relative * Math.Abs(right[i]))
                || (equalNotANumbers && double.IsNaN(left[i]) && double.IsNaN(right[i]));
            if (!close || (double.IsInfinity(right[i]) && left[i] != right[i]))
            {
                return false;
            }
        }

        return true;
    }

    internal static void AddScaledInPlace(TensorValue target, TensorValue other, Scalar alpha)
    {
        using var scaled = MultiplyScalar(other, alpha);
        InPlace<AddKernel>("add_", target, scaled, static (a, b) => Add(a, b));
    }

    /// <summary>Draws over a value in place, through an ordered copy where it is strided.</summary>
    internal static void Draw(string operation, TensorValue target, Action<TensorValue> draw)
    {
        _ = Recorder.RecordsInPlace(operation, target, [target]);
        using var ordered = target.IsContiguous ? target.Retain() : TensorValue.EmptyLike(target);
        draw(ordered);
        if (!target.IsContiguous)
        {
            Copying.Into(target, ordered);
        }

        target.MarkWritten();
    }

    internal static TensorValue StandardDeviation(TensorValue a, ReadOnlySpan<long> dimensions, bool unbiased, bool keep, ScalarType? type)
    {
        using var x = ToType(a, type ?? a.Type);
        return StandardDeviation(x, dimensions, unbiased, keep);
    }

    internal static TensorValue Variance(TensorValue a, ReadOnlySpan<long> dimensions, bool unbiased, bool keep, ScalarType? type)
    {
        using var x = ToType(a, type ?? a.Type);
        return Variance(x, dimensions, unbiased, keep);
    }

    internal static TensorValue SoftmaxAs(TensorValue a, long dimension, bool logarithm, ScalarType? type)
    {
        using var x = ToType(a, type ?? a.Type);
        return Softmax(x, dimension, logarithm);
    }

    internal static TensorValue TransposedMatrix(TensorValue a)
        => a.Rank > 2
            ? throw new TensorException($"t() expects a tensor with <= 2 dimensions, but self is {a.Rank}D")
            : a.Rank < 2 ? Viewed(a, a.Shape, a.Strides) : Transpose(a, 0, 1);

    internal static TensorValue Reversed(TensorValue a)
    {
        var order = new long[a.Rank];
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = order.Length - 1 - i;
        }

        return Permute(a, order);
    }

    internal static void FillIdentity(TensorValue value)
    {
        Filling.Fill(value, 0);
        using var diagonal = value.View([Math.Min(value.Shape[0], value.Shape[1])], [value.Shape[1] + 1], 0);
        Filling.Fill(diagonal, 1);
    }

    internal static void FillPermutation(TensorValue value, Generator? generator)
    {
        using var order = TensorValue.Empty(ScalarType.Int64, value.Shape);
        Sampling.Permutation(order.Span<long>(), generator);
        using var converted = Copying.Convert(order, value.Type);
        Copying.Into(value, converted);
    }

    internal static void FillRange(TensorValue value, Scalar start, Scalar step)
    {
        using var numbers = TensorValue.Empty(ScalarType.Float64, value.Shape);
        var span = numbers.Span<double>();
        for (var i = 0; i < span.Length; i++)
        {
            span[i] = start.Number + (i * step.Number);
        }

        using var converted = Copying.Convert(numbers, value.Type);
        Copying.Into(value, converted);
    }

    internal static List<TensorValue> BroadcastAll(TensorValue[] values)
    {
        long[] shape = [];
        foreach (var value in values)
        {
            shape = Shapes.Broadcast("broadcast_tensors", shape, value.Shape);
        }

        var result = new List<TensorValue>(values.Length);
        foreach (var value in values)
        {
            result.Add(Expand(value, shape));
        }

        return result;
    }

    internal static void RefuseNames(string[]? names)
    {
        if (names is not null)
        {
            throw new TensorException("named dimensions aren't held by the managed engine");
        }
    }

    private static TensorValue Rounded(TensorValue quotient, RoundingMode mode)
    {
        if (mode == RoundingMode.None)
        {
            return quotient.Retain();
        }

        var result = Copying.Clone(quotient);
        if (result.Type == ScalarType.Float32)
        {
            foreach (ref var x in result.Span<float>())
            {
                x = mode == RoundingMode.floor ? MathF.Floor(x) : MathF.Truncate(x);
            }
        }
        else
        {
            foreach (ref var x in result.Span<double>())
            {
                x = mode == RoundingMode.floor ? Math.Floor(x) : Math.Truncate(x);
            }
        }

        return result;
    }
}
