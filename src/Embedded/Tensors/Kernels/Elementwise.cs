using System.Numerics;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>One operation on two equally long runs of numbers, or a run and one number.</summary>
internal interface IBinaryKernel
{
    static abstract void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result)
        where T : unmanaged, INumber<T>;

    static abstract void Apply<T>(ReadOnlySpan<T> x, T y, Span<T> result)
        where T : unmanaged, INumber<T>;

    static abstract void Apply<T>(T x, ReadOnlySpan<T> y, Span<T> result)
        where T : unmanaged, INumber<T>;
}

/// <summary>One operation on a run of numbers.</summary>
internal interface IUnaryKernel
{
    static abstract void Apply<T>(ReadOnlySpan<T> x, Span<T> result)
        where T : unmanaged, INumber<T>;
}

/// <summary>One operation on a run of floating-point numbers.</summary>
internal interface IFloatKernel
{
    static abstract void Apply<T>(ReadOnlySpan<T> x, Span<T> result)
        where T : unmanaged, IFloatingPointIeee754<T>;
}

/// <summary>A question about two numbers.</summary>
internal interface IComparison
{
    static abstract bool Test<T>(T x, T y)
        where T : unmanaged, INumber<T>;
}

/// <summary>Runs kernels over tensors: converts to the result's type, broadcasts, and hands whole rows to the kernel.</summary>
internal static class Elementwise
{
    internal static TensorValue Binary<TKernel>(string operation, TensorValue left, TensorValue right, ScalarType type)
        where TKernel : IBinaryKernel
    {
        var result = TensorValue.Empty(type, Shapes.Broadcast(operation, left.Shape, right.Shape));
        BinaryInto<TKernel>(operation, left, right, result);
        return result;
    }

    /// <summary>Writes into a contiguous result, which may be one of the operands.</summary>
    internal static void BinaryInto<TKernel>(string operation, TensorValue left, TensorValue right, TensorValue result)
        where TKernel : IBinaryKernel
    {
        using var x = Readable(left, result.Type);
        using var y = Readable(right, result.Type);
        switch (result.Type)
        {
            case ScalarType.Float32: Rows<TKernel, float>(operation, x, y, result); break;
            case ScalarType.Float64: Rows<TKernel, double>(operation, x, y, result); break;
            case ScalarType.Int64: Rows<TKernel, long>(operation, x, y, result); break;
            case ScalarType.Int32: Rows<TKernel, int>(operation, x, y, result); break;
            default: Rows<TKernel, byte>(operation, x, y, result); break;
        }
    }

    /// <summary>With one number on the right, or on the left where reversed.</summary>
    internal static void ScalarInto<TKernel>(TensorValue left, Scalar scalar, TensorValue result, bool reversed = false)
        where TKernel : IBinaryKernel
    {
        using var x = Copying.Convert(left, result.Type);
        switch (result.Type)
        {
            case ScalarType.Float32: WithScalar<TKernel, float>(x, scalar, result, reversed); break;
            case ScalarType.Float64: WithScalar<TKernel, double>(x, scalar, result, reversed); break;
            case ScalarType.Int64: WithScalar<TKernel, long>(x, scalar, result, reversed); break;
            case ScalarType.Int32: WithScalar<TKernel, int>(x, scalar, result, reversed); break;
            default: WithScalar<TKernel, byte>(x, scalar, result, reversed); break;
        }
    }

    internal static TensorValue Unary<TKernel>(TensorValue value)
        where TKernel : IUnaryKernel
    {
        using var x = Copying.Contiguous(value);
        var result = TensorValue.EmptyLike(value);
        UnaryInto<TKernel>(x, result);
        return result;
    }

    /// <summary>Over the whole of a contiguous value.</summary>
    internal static void UnaryInPlace<TKernel>(TensorValue value)
        where TKernel : IUnaryKernel => UnaryInto<TKernel>(value, value);

    /// <summary>Integers and truth values become default floats first.</summary>
    internal static TensorValue Float<TKernel>(TensorValue value)
        where TKernel : IFloatKernel
    {
        using var x = Copying.Convert(value, DataTypes.IsFloat(value.Type) ? value.Type : ScalarType.Float32);
        var result = TensorValue.EmptyLike(x);
        if (x.Type == ScalarType.Float32)
        {
            TKernel.Apply<float>(x.Span<float>(), result.Span<float>());
        }
        else
        {
            TKernel.Apply<double>(x.Span<double>(), result.Span<double>());
        }

        return result;
    }

    internal static TensorValue Compare<TComparison>(string operation, TensorValue left, TensorValue right)
        where TComparison : IComparison
    {
        var type = DataTypes.Result(left, right);
        var shape = Shapes.Broadcast(operation, left.Shape, right.Shape);
        using var x = Copying.Convert(left, type);
        using var y = Copying.Convert(right, type);
        var result = TensorValue.Empty(ScalarType.Bool, shape);
        switch (type)
        {
            case ScalarType.Float32: Test<TComparison, float>(x, y, result); break;
            case ScalarType.Float64: Test<TComparison, double>(x, y, result); break;
            case ScalarType.Int64: Test<TComparison, long>(x, y, result); break;
            case ScalarType.Int32: Test<TComparison, int>(x, y, result); break;
            default: Test<TComparison, byte>(x, y, result); break;
        }

        return result;
    }

    internal static TensorValue ScalarValue(Scalar scalar, ScalarType type)
    {
        var value = TensorValue.Empty(type);
        Filling.Fill(value, scalar);
        return value;
    }

    /// <summary>Converted, and copied where its rows are neither runs nor repetitions.</summary>
    private static TensorValue Readable(TensorValue value, ScalarType type)
        => value.Type != type ? Copying.Convert(value, type)
            : value.IsContiguous || (value.Rank > 0 && value.Strides[^1] is 0 or 1) ? value.Retain()
            : Copying.Clone(value);

    private static void UnaryInto<TKernel>(TensorValue x, TensorValue result)
        where TKernel : IUnaryKernel
    {
        switch (x.Type)
        {
            case ScalarType.Float32: TKernel.Apply<float>(x.Span<float>(), result.Span<float>()); break;
            case ScalarType.Float64: TKernel.Apply<double>(x.Span<double>(), result.Span<double>()); break;
            case ScalarType.Int64: TKernel.Apply<long>(x.Span<long>(), result.Span<long>()); break;
            case ScalarType.Int32: TKernel.Apply<int>(x.Span<int>(), result.Span<int>()); break;
            default: TKernel.Apply<byte>(x.Span<byte>(), result.Span<byte>()); break;
        }
    }

    private static void WithScalar<TKernel, T>(TensorValue value, Scalar scalar, TensorValue result, bool reversed)
        where TKernel : IBinaryKernel
        where T : unmanaged, INumber<T>
    {
        if (reversed)
        {
            TKernel.Apply(scalar.As<T>(), value.Span<T>(), result.Span<T>());
        }
        else
        {
            TKernel.Apply(value.Span<T>(), scalar.As<T>(), result.Span<T>());
        }
    }

    private static void Rows<TKernel, T>(string operation, TensorValue left, TensorValue right, TensorValue result)
        where TKernel : IBinaryKernel
        where T : unmanaged, INumber<T>
    {
        if (result.Count == 0)
        {
            return;
        }

        var into = result.Span<T>();
        var leftWhole = left.IsContiguous && Shapes.Same(left.Shape, result.Shape);
        var rightWhole = right.IsContiguous && Shapes.Same(right.Shape, result.Shape);
        if (leftWhole && rightWhole)
        {
            TKernel.Apply<T>(left.Span<T>(), right.Span<T>(), into);
            return;
        }

        var x = left.StridedSpan<T>();
        var y = right.StridedSpan<T>();
        if (rightWhole && left.Count == 1)
        {
            TKernel.Apply(x[0], right.Span<T>(), into);
            return;
        }

        if (leftWhole && right.Count == 1)
        {
            TKernel.Apply(left.Span<T>(), y[0], into);
            return;
        }

        var walk = new Odometer(
            result.Shape,
            Shapes.ExpandedStrides(operation, left.Shape, left.Strides, result.Shape),
            Shapes.ExpandedStrides(operation, right.Shape, right.Strides, result.Shape));
        var length = (int)walk.RowLength;
        for (var row = 0L; row < walk.Rows; row++, walk.Next())
        {
            Row<TKernel, T>(x[(int)walk.Left..], walk.LeftStride, y[(int)walk.Right..], walk.RightStride, into.Slice((int)row * length, length));
        }
    }

    private static void Row<TKernel, T>(ReadOnlySpan<T> x, long xStride, ReadOnlySpan<T> y, long yStride, Span<T> into)
        where TKernel : IBinaryKernel
        where T : unmanaged, INumber<T>
    {
        if (xStride == 1 && yStride == 1)
        {
            TKernel.Apply(x[..into.Length], y[..into.Length], into);
        }
        else if (xStride == 1 && (yStride == 0 || into.Length == 1))
        {
            TKernel.Apply(x[..into.Length], y[0], into);
        }
        else if (yStride == 1 && (xStride == 0 || into.Length == 1))
        {
            TKernel.Apply(x[0], y[..into.Length], into);
        }
        else
        {
            for (var i = 0; i < into.Length; i++)
            {
                TKernel.Apply(x.Slice((int)(i * xStride), 1), y[(int)(i * yStride)], into.Slice(i, 1));
            }
        }
    }

    private static void Test<TComparison, T>(TensorValue left, TensorValue right, TensorValue result)
        where TComparison : IComparison
        where T : unmanaged, INumber<T>
    {
        if (result.Count == 0)
        {
            return;
        }

        var x = left.StridedSpan<T>();
        var y = right.StridedSpan<T>();
        var into = result.Span<bool>();
        var walk = new Odometer(
            result.Shape,
            Shapes.ExpandedStrides("compare", left.Shape, left.Strides, result.Shape),
            Shapes.ExpandedStrides("compare", right.Shape, right.Strides, result.Shape));
        var at = 0;
        for (var row = 0L; row < walk.Rows; row++, walk.Next())
        {
            for (var i = 0L; i < walk.RowLength; i++)
            {
                into[at++] = TComparison.Test(x[(int)(walk.Left + (i * walk.LeftStride))], y[(int)(walk.Right + (i * walk.RightStride))]);
            }
        }
    }
}
