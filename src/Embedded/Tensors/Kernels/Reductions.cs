using System.Numerics;
using System.Numerics.Tensors;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>Reduces one dimension of an ordered tensor, seen as [outer, size, inner].</summary>
internal static class Reductions
{
    internal static (long Outer, long Size, long Inner) Split(ReadOnlySpan<long> shape, int dimension)
        => shape.Length == 0
            ? (1, 1, 1)
            : (Shapes.Count(shape[..dimension]), shape[dimension], Shapes.Count(shape[(dimension + 1)..]));

    internal static long[] Without(long[] shape, int dimension, bool keep)
    {
        if (shape.Length == 0)
        {
            return [];
        }

        var result = keep ? (long[])shape.Clone() : [.. shape[..dimension], .. shape[(dimension + 1)..]];
        if (keep)
        {
            result[dimension] = 1;
        }

        return result;
    }

    /// <summary>Sums over the given dimensions (all of them where none is given) and keeps them with size 1.</summary>
    internal static TensorValue Sum(TensorValue value, ReadOnlySpan<int> dimensions)
    {
        var current = Copying.Contiguous(value);
        var shape = (long[])value.Shape.Clone();
        var reduced = new bool[Math.Max(shape.Length, 1)];
        foreach (var dimension in dimensions)
        {
            reduced[dimension] = true;
        }

        for (var last = shape.Length - 1; last >= 0; last--)
        {
            if (!reduced[last] && dimensions.Length > 0)
            {
                continue;
            }

            var first = last;
            while (first > 0 && (dimensions.Length == 0 || reduced[first - 1]))
            {
                first--;
            }

            var outer = Shapes.Count(shape.AsSpan(0, first));
            var size = Shapes.Count(shape.AsSpan(first, last - first + 1));
            var inner = Shapes.Count(shape.AsSpan(last + 1));
            shape.AsSpan(first, last - first + 1).Fill(1);
            var next = TensorValue.Empty(current.Type, (long[])shape.Clone());
            SumMiddle(current, next, (int)outer, (int)size, (int)inner);
            current.Dispose();
            current = next;
            last = first;
        }

        return current;
    }

    /// <summary>The largest or smallest element along a dimension and where it is first found; not-a-number wins.</summary>
    internal static (TensorValue Values, TensorValue Indices) Extreme(TensorValue value, int dimension, bool keep, bool largest, string operation)
    {
        using var x = Copying.Contiguous(value);
        var (outer, size, inner) = Split(x.Shape, dimension);
        if (size == 0)
        {
            throw new TensorException($"{operation}(): Expected reduction dim {dimension} to have non-zero size, but the shape is {Shapes.Text(value.Shape)}");
        }

        var shape = Without(x.Shape, dimension, keep);
        var values = TensorValue.Empty(x.Type, shape);
        var indices = TensorValue.Empty(ScalarType.Int64, shape);
        switch (x.Type)
        {
            case ScalarType.Float32: Extreme(x.Span<float>(), values.Span<float>(), indices.Span<long>(), (int)outer, (int)size, (int)inner, largest); break;
            case ScalarType.Float64: Extreme(x.Span<double>(), values.Span<double>(), indices.Span<long>(), (int)outer, (int)size, (int)inner, largest); break;
            case ScalarType.Int64: Extreme(x.Span<long>(), values.Span<long>(), indices.Span<long>(), (int)outer, (int)size, (int)inner, largest); break;
            case ScalarType.Int32: Extreme(x.Span<int>(), values.Span<int>(), indices.Span<long>(), (int)outer, (int)size, (int)inner, largest); break;
            default: Extreme(x.Span<byte>(), values.Span<byte>(), indices.Span<long>(), (int)outer, (int)size, (int)inner, largest); break;
        }

        return (values, indices);
    }

    private static void SumMiddle(TensorValue from, TensorValue to, int outer, int size, int inner)
    {
        switch (from.Type)
        {
            case ScalarType.Float32: SumMiddle(from.Span<float>(), to.Span<float>(), outer, size, inner); break;
            case ScalarType.Float64: SumMiddle(from.Span<double>(), to.Span<double>(), outer, size, inner); break;
            case ScalarType.Int64: SumMiddle(from.Span<long>(), to.Span<long>(), outer, size, inner); break;
            default: throw DataTypes.Unsupported(from.Type);
        }
    }

    private static void SumMiddle<T>(ReadOnlySpan<T> from, Span<T> to, int outer, int size, int inner)
        where T : unmanaged, INumber<T>
    {
        for (var o = 0; o < outer; o++)
        {
            var block = from.Slice(o * size * inner, size * inner);
            if (inner == 1)
            {
                to[o] = TensorPrimitives.Sum(block);
                continue;
            }

            var sums = to.Slice(o * inner, inner);
            sums.Clear();
            for (var i = 0; i < size; i++)
            {
                TensorPrimitives.Add(sums, block.Slice(i * inner, inner), sums);
            }
        }
    }

    private static void Extreme<T>(ReadOnlySpan<T> from, Span<T> values, Span<long> indices, int outer, int size, int inner, bool largest)
        where T : unmanaged, INumber<T>
    {
        for (var o = 0; o < outer; o++)
        {
            for (var j = 0; j < inner; j++)
            {
                var at = (o * size * inner) + j;
                var best = from[at];
                var index = 0;
                for (var i = 1; i < size && !T.IsNaN(best); i++)
                {
                    var candidate = from[at + (i * inner)];
                    if ((largest ? candidate > best : candidate < best) || T.IsNaN(candidate))
                    {
                        best = candidate;
                        index = i;
                    }
                }

                values[(o * inner) + j] = best;
                indices[(o * inner) + j] = index;
            }
        }
    }
}
