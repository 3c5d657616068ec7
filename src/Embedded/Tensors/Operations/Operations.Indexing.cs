using System.Numerics;
using static TorchSharp.torch;

namespace TorchSharp;

internal static partial class Operations
{
    /// <summary>result[.., i, ..] = a[.., index[.., i, ..], ..] along one dimension.</summary>
    internal static TensorValue Gather(TensorValue a, long dimension, TensorValue index)
    {
        CheckIndex("gather", index);
        if (index.Rank != a.Rank)
        {
            throw new TensorException($"Index tensor must have the same number of dimensions as input tensor: gather of {Shapes.Text(a.Shape)} with index {Shapes.Text(index.Shape)}");
        }

        var d = Shapes.Dimension("gather", dimension, a.Rank);
        CheckFits("gather", index.Shape, a.Shape, d);
        using var x = Copying.Contiguous(a);
        using var at = Copying.Contiguous(index);
        var result = TensorValue.Empty(a.Type, index.Shape);
        switch (DataTypes.Size(a.Type))
        {
            case 1: Gather<byte>(x, d, at, result); break;
            case 4: Gather<int>(x, d, at, result); break;
            default: Gather<long>(x, d, at, result); break;
        }

        var shape = a.Shape;
        return Recorder.Record(result, "gather", [a], [index], (n, g, _) =>
        {
            var full = TensorValue.Empty(g.Type, shape);
            Filling.Fill(full, 0);
            Scatter(full, d, n.Saved(0), g, add: true);
            return full;
        });
    }

    /// <summary>target[.., index[.., i, ..], ..] = (or +=) source[.., i, ..]; the target is ordered.</summary>
    internal static void Scatter(TensorValue target, int dimension, TensorValue index, TensorValue source, bool add)
    {
        CheckIndex("scatter", index);
        using var at = Copying.Contiguous(index);
        using var from = Copying.Convert(source, target.Type);
        switch (target.Type)
        {
            case ScalarType.Float32: Scatter<float>(target, dimension, at, from, add); break;
            case ScalarType.Float64: Scatter<double>(target, dimension, at, from, add); break;
            case ScalarType.Int64: Scatter<long>(target, dimension, at, from, add); break;
            case ScalarType.Int32: Scatter<int>(target, dimension, at, from, add); break;
            default: Scatter<byte>(target, dimension, at, from, add); break;
        }
    }

    internal static TensorValue IndexSelect(TensorValue a, long dimension, TensorValue index)
    {
        CheckIndex("index_select", index);
        if (index.Rank > 1)
        {
            throw new TensorException($"index_select(): Index is supposed to be a vector, but its shape is {Shapes.Text(index.Shape)}");
        }

        var d = Shapes.Dimension("index_select", dimension, a.Rank);
        using var x = Copying.Contiguous(a);
        using var at = Copying.Contiguous(index);
        var shape = (long[])a.Shape.Clone();
        shape[d] = index.Count;
        var result = TensorValue.Empty(a.Type, shape);
        var (outer, size, inner) = Reductions.Split(a.Shape, d);
        CheckRange("index_select", at, size, d);
        switch (DataTypes.Size(a.Type))
        {
            case 1: Rows<byte>(x, at, result, (int)outer, (int)size, (int)inner); break;
            case 4: Rows<int>(x, at, result, (int)outer, (int)size, (int)inner); break;
            default: Rows<long>(x, at, result, (int)outer, (int)size, (int)inner); break;
        }

        var whole = a.Shape;
        return Recorder.Record(result, "index_select", [a], [index], (n, g, _) =>
        {
            var full = TensorValue.Empty(g.Type, whole);
            Filling.Fill(full, 0);
            using var flow = Copying.Contiguous(g);
            using var back = Copying.Contiguous(n.Saved(0));
            if (g.Type == ScalarType.Float32)
            {
                AddRows<float>(flow, back, full, (int)outer, (int)size, (int)inner);
            }
            else
            {
                AddRows<double>(flow, back, full, (int)outer, (int)size, (int)inner);
            }

            return full;
        });
    }

    internal static TensorValue Cat(ReadOnlySpan<TensorValue> parts, long dimension)
    {
        if (parts.Length == 0)
        {
            throw new TensorException("torch.cat(): expected a non-empty list of Tensors");
        }

        var first = parts[0];
        var d = Shapes.Dimension("cat", dimension, first.Rank);
        var shape = (long[])first.Shape.Clone();
        var type = first.Type;
        shape[d] = 0;
        foreach (var part in parts)
        {
            type = DataTypes.Promote(type, part.Type);
            for (var i = 0; i < shape.Length; i++)
            {
                if (part.Rank != first.Rank || (i != d && part.Shape[i] != shape[i]))
                {
                    throw new TensorException($"torch.cat(): Sizes of tensors must match except in dimension {d}. Got {Shapes.Text(first.Shape)} and {Shapes.Text(part.Shape)}");
                }
            }

            shape[d] += part.Shape[d];
        }

        var result = TensorValue.Empty(type, shape);
        var starts = new long[parts.Length];
        var at = 0L;
        using (GradientMode.Set(on: false))
        {
            for (var i = 0; i < parts.Length; i++)
            {
                starts[i] = at;
                using var converted = Copying.Convert(parts[i], type);
                using var place = Narrow(result, d, at, parts[i].Shape[d]);
                Copying.Into(place, converted);
                at += parts[i].Shape[d];
            }
        }

        return Recorder.Record(result, "cat", parts, [], (n, g, i) => Narrow(g, d, starts[i], n.InputShape(i)[d]));
    }

    internal static TensorValue Stack(ReadOnlySpan<TensorValue> parts, long dimension)
    {
        var wide = new TensorValue[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            if (!Shapes.Same(parts[i].Shape, parts[0].Shape))
            {
                throw new TensorException($"stack expects each tensor to be equal size, but got {Shapes.Text(parts[0].Shape)} at entry 0 and {Shapes.Text(parts[i].Shape)} at entry {i}");
            }

            wide[i] = Unsqueeze(parts[i], dimension);
        }

        var result = Cat(wide, parts.Length == 0 ? 0 : Shapes.Dimension("stack", dimension, parts[0].Rank + 1));
        foreach (var part in wide)
        {
            part.Dispose();
        }

        return result;
    }

    internal static TensorValue OneHot(TensorValue a, long classes)
    {
        CheckIndex("one_hot", a);
        using var x = Copying.Contiguous(a);
        var labels = x.Span<long>();
        var largest = -1L;
        foreach (var label in labels)
        {
            largest = Math.Max(largest, label);
            if (label < 0)
            {
                throw new TensorException($"one_hot: Class values must be non-negative, got {label}.");
            }
        }

        var width = classes == -1 ? largest + 1 : classes;
        if (largest >= width)
        {
            throw new TensorException($"one_hot: Class values must be smaller than num_classes ({width}), got {largest}.");
        }

        var result = TensorValue.Empty(ScalarType.Int64, [.. a.Shape, width]);
        var into = result.Span<long>();
        into.Clear();
        for (var i = 0; i < labels.Length; i++)
        {
            into[(int)((i * width) + labels[i])] = 1;
        }

        return result;
    }

    private static void CheckIndex(string operation, TensorValue index)
    {
        if (index.Type != ScalarType.Int64)
        {
            throw new TensorException($"{operation}(): Expected dtype int64 for index, got {DataTypes.Name(index.Type)}");
        }
    }

    private static void CheckFits(string operation, long[] index, long[] shape, int dimension)
    {
        for (var i = 0; i < shape.Length; i++)
        {
            if (i != dimension && index[i] > shape[i])
            {
                throw new TensorException($"Size does not match at dimension {i} expected index {Shapes.Text(index)} to be smaller than self {Shapes.Text(shape)} apart from dimension {dimension} ({operation})");
            }
        }
    }

    private static void CheckRange(string operation, TensorValue index, long size, int dimension)
    {
        foreach (var at in index.Span<long>())
        {
            if (at < 0 || at >= size)
            {
                throw new TensorException($"{operation}: index {at} is out of bounds for dimension {dimension} with size {size}");
            }
        }
    }

    private static void Gather<T>(TensorValue a, int dimension, TensorValue index, TensorValue result)
        where T : unmanaged
    {
        var from = a.Span<T>();
        var at = index.Span<long>();
        var into = result.Span<T>();
        var size = a.Rank == 0 ? 1 : a.Shape[dimension];
        var stride = a.Rank == 0 ? 1 : a.Strides[dimension];
        CheckRange("gather", index, size, dimension);
        for (var i = 0; i < into.Length; i++)
        {
            into[i] = from[(int)(Start(i, index.Shape, a.Strides, dimension) + (at[i] * stride))];
        }
    }

    private static void Scatter<T>(TensorValue target, int dimension, TensorValue index, TensorValue source, bool add)
        where T : unmanaged, INumber<T>
    {
        var into = target.Span<T>();
        var from = source.StridedSpan<T>();
        var at = index.Span<long>();
        var size = target.Rank == 0 ? 1 : target.Shape[dimension];
        var stride = target.Rank == 0 ? 1 : target.Strides[dimension];
        CheckRange("scatter", index, size, dimension);
        for (var i = 0; i < at.Length; i++)
        {
            var to = (int)(Start(i, index.Shape, target.Strides, dimension) + (at[i] * stride));
            var value = from[(int)Start(i, index.Shape, source.Strides, -1)];
            into[to] = add ? into[to] + value : value;
        }
    }

    /// <summary>Where the i-th position of a shape lies by other strides, leaving one dimension out.</summary>
    private static long Start(long position, long[] shape, long[] strides, int except)
    {
        var offset = 0L;
        for (var d = shape.Length - 1; d >= 0; d--)
        {
            var (rest, at) = Math.DivRem(position, shape[d]);
            offset += d == except ? 0 : at * strides[d];
            position = rest;
        }

        return offset;
    }

    private static void Rows<T>(TensorValue a, TensorValue index, TensorValue result, int outer, int size, int inner)
        where T : unmanaged
    {
        var from = a.Span<T>();
        var into = result.Span<T>();
        var at = index.Span<long>();
        for (var o = 0; o < outer; o++)
        {
            for (var i = 0; i < at.Length; i++)
            {
                from.Slice((int)(((o * size) + at[i]) * inner), inner).CopyTo(into.Slice(((o * at.Length) + i) * inner, inner));
            }
        }
    }

    private static void AddRows<T>(TensorValue flow, TensorValue index, TensorValue full, int outer, int size, int inner)
        where T : unmanaged, INumber<T>
    {
        var from = flow.Span<T>();
        var into = full.Span<T>();
        var at = index.Span<long>();
        for (var o = 0; o < outer; o++)
        {
            for (var i = 0; i < at.Length; i++)
            {
                var sum = into.Slice((int)(((o * size) + at[i]) * inner), inner);
                AddKernel.Apply<T>(sum, from.Slice(((o * at.Length) + i) * inner, inner), sum);
            }
        }
    }
}
