using System.Numerics;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>Moves elements between layouts and element types.</summary>
internal static class Copying
{
    /// <summary>The same elements in order: the value itself (one more share) where they are already.</summary>
    internal static TensorValue Contiguous(TensorValue source)
    {
        if (source.IsContiguous)
        {
            return source.Retain();
        }

        return Clone(source);
    }

    internal static TensorValue Clone(TensorValue source)
    {
        var result = TensorValue.EmptyLike(source);
        Into(result, source);
        return result;
    }

    /// <summary>Copies elements of one type; the source is read as the target's shape.</summary>
    internal static void Into(TensorValue target, TensorValue source)
    {
        switch (DataTypes.Size(target.Type))
        {
            case 1: Strided<byte>(target, source); break;
            case 4: Strided<int>(target, source); break;
            default: Strided<long>(target, source); break;
        }
    }

    internal static TensorValue Convert(TensorValue source, ScalarType type)
    {
        _ = DataTypes.Size(type);
        if (source.Type == type)
        {
            return Contiguous(source);
        }

        using var ordered = Contiguous(source);
        var result = TensorValue.Empty(type, source.Shape);
        switch (ordered.Type)
        {
            case ScalarType.Bool or ScalarType.Byte: From<byte>(ordered, result); break;
            case ScalarType.Int32: From<int>(ordered, result); break;
            case ScalarType.Int64: From<long>(ordered, result); break;
            case ScalarType.Float32: From<float>(ordered, result); break;
            default: From<double>(ordered, result); break;
        }

        return result;
    }

    private static void Strided<T>(TensorValue target, TensorValue source)
        where T : unmanaged
    {
        if (target.Count == 0)
        {
            return;
        }

        if (target.IsContiguous && source.IsContiguous && Shapes.Same(target.Shape, source.Shape))
        {
            source.Span<T>().CopyTo(target.Span<T>());
            return;
        }

        var from = source.StridedSpan<T>();
        var to = target.StridedSpan<T>();
        var walk = new Odometer(target.Shape, target.Strides, Shapes.ExpandedStrides("copy_", source.Shape, source.Strides, target.Shape));
        var length = (int)walk.RowLength;
        var toStride = (int)walk.LeftStride;
        var fromStride = (int)walk.RightStride;
        for (var row = 0L; row < walk.Rows; row++, walk.Next())
        {
            var t = to[(int)walk.Left..];
            var f = from[(int)walk.Right..];
            if (toStride == 1 && fromStride == 1)
            {
                f[..length].CopyTo(t);
            }
            else if (toStride == 1 && fromStride == 0)
            {
                t[..length].Fill(f[0]);
            }
            else
            {
                for (var i = 0; i < length; i++)
                {
                    t[i * toStride] = f[i * fromStride];
                }
            }
        }
    }

    private static void From<TFrom>(TensorValue source, TensorValue result)
        where TFrom : unmanaged, INumber<TFrom>
    {
        switch (result.Type)
        {
            case ScalarType.Bool:
                Truth(source.Span<TFrom>(), result.Span<bool>());
                break;
            case ScalarType.Byte: Numbers(source.Span<TFrom>(), result.Span<byte>()); break;
            case ScalarType.Int32: Numbers(source.Span<TFrom>(), result.Span<int>()); break;
            case ScalarType.Int64: Numbers(source.Span<TFrom>(), result.Span<long>()); break;
            case ScalarType.Float32: Numbers(source.Span<TFrom>(), result.Span<float>()); break;
            default: Numbers(source.Span<TFrom>(), result.Span<double>()); break;
        }
    }

    private static void Truth<TFrom>(ReadOnlySpan<TFrom> from, Span<bool> to)
        where TFrom : unmanaged, INumber<TFrom>
    {
        for (var i = 0; i < from.Length; i++)
        {
            to[i] = from[i] != TFrom.Zero;
        }
    }

    private static void Numbers<TFrom, TTo>(ReadOnlySpan<TFrom> from, Span<TTo> to)
        where TFrom : unmanaged, INumber<TFrom>
        where TTo : unmanaged, INumber<TTo>
    {
        for (var i = 0; i < from.Length; i++)
        {
            to[i] = TTo.CreateTruncating(from[i]);
        }
    }
}
