using static TorchSharp.torch;

namespace TorchSharp;

internal static partial class Operations
{
    /// <summary>Sums over the dimensions, or over all where none is given.</summary>
    internal static TensorValue Sum(TensorValue a, ReadOnlySpan<long> dimensions, bool keep, ScalarType? type = null)
    {
        using var x = ToType(a, type ?? (DataTypes.IsFloat(a.Type) ? a.Type : ScalarType.Int64));
        var reduced = Dimensions("sum", x, dimensions);
        var kept = Reductions.Sum(x, reduced);
        var result = Dropped(kept, x, reduced, keep);
        var shape = x.Shape;
        return Recorder.Record(result, "sum", [x], [], (_, g, _) => Spread(g, shape, reduced));
    }

    internal static TensorValue Mean(TensorValue a, ReadOnlySpan<long> dimensions, bool keep, ScalarType? type = null)
    {
        var real = type ?? a.Type;
        if (!DataTypes.IsFloat(real))
        {
            throw new TensorException($"mean(): could not infer output dtype. Input dtype must be either a floating point or complex dtype. Got: {DataTypes.Name(a.Type)}");
        }

        using var sum = Sum(a, dimensions, keep, real);
        var count = a.Count / (double)Math.Max(sum.Count, 1);
        return sum.Count == 0 ? sum.Retain() : DivideByScalar(sum, count);
    }

    /// <summary>The variance; unbiased divides by one less than the number of elements.</summary>
    internal static TensorValue Variance(TensorValue a, ReadOnlySpan<long> dimensions, bool unbiased, bool keep)
    {
        using var mean = Mean(a, dimensions, keep: true);
        using var centred = Subtract(a, mean);
        using var squares = Square(centred);
        using var sum = Sum(squares, dimensions, keep);
        var count = a.Count / (double)Math.Max(sum.Count, 1);
        return DivideByScalar(sum, Math.Max(count - (unbiased ? 1 : 0), 0));
    }

    internal static TensorValue StandardDeviation(TensorValue a, ReadOnlySpan<long> dimensions, bool unbiased, bool keep)
    {
        using var variance = Variance(a, dimensions, unbiased, keep);
        return Sqrt(variance);
    }

    /// <summary>The largest (or smallest) along a dimension with its index; the gradient goes to that index.</summary>
    internal static (TensorValue Values, TensorValue Indices) Extreme(TensorValue a, long dimension, bool keep, bool largest)
    {
        var operation = largest ? "max" : "min";
        var d = Shapes.Dimension(operation, dimension, a.Rank);
        var (values, indices) = Reductions.Extreme(a, d, keep, largest, operation);
        var shape = a.Shape;
        _ = Recorder.Record(values, operation, [a], [indices], (n, g, _) =>
        {
            var kept = Reductions.Without(shape, d, keep: true);
            using var source = ViewAs(g, kept);
            using var at = ViewAs(n.Saved(0), kept);
            var result = TensorValue.Empty(g.Type, shape);
            Filling.Fill(result, 0);
            Scatter(result, d, at, source, add: true);
            return result;
        });
        return (values, indices);
    }

    /// <summary>The largest (or smallest) of all; equal elements share the gradient, as in PyTorch.</summary>
    internal static TensorValue ExtremeOfAll(TensorValue a, bool largest)
    {
        using var flat = FlatInOrder(a);
        var (values, indices) = Reductions.Extreme(flat, 0, keep: false, largest, largest ? "max" : "min");
        indices.Dispose();
        return Recorder.Record(values, largest ? "max" : "min", [a], [a, values], static (n, g, _) =>
        {
            using var hits = Elementwise.Compare<EqualKernel>("max", n.Saved(0), n.Saved(1));
            using var count = Sum(hits, [], keep: false);
            using var share = Divide(g, count);
            return Multiply(hits, share);
        });
    }

    internal static TensorValue ExtremeIndex(TensorValue a, long? dimension, bool keep, bool largest)
    {
        using var source = dimension is null ? FlatInOrder(a) : a.Retain();
        var operation = largest ? "argmax" : "argmin";
        var (values, indices) = Reductions.Extreme(source, Shapes.Dimension(operation, dimension ?? 0, source.Rank), keep, largest, operation);
        values.Dispose();
        return indices;
    }

    /// <summary>Whether all (or any) elements hold.</summary>
    internal static TensorValue Truth(TensorValue a, bool all)
    {
        using var truth = Copying.Convert(a, ScalarType.Bool);
        var found = truth.Span<bool>().Contains(!all);
        return Elementwise.ScalarValue(found != all, ScalarType.Bool);
    }

    internal static TensorValue Softmax(TensorValue a, long dimension, bool logarithm)
    {
        var operation = logarithm ? "log_softmax" : "softmax";
        var d = Shapes.Dimension(operation, dimension, a.Rank);
        if (!DataTypes.IsFloat(a.Type))
        {
            throw new TensorException($"\"{operation}_lastdim_kernel_impl\" not implemented for '{DataTypes.Name(a.Type)}'");
        }

        if (d != a.Rank - 1 && a.Rank > 0)
        {
            using var swapped = Transpose(a, d, a.Rank - 1);
            using var last = Softmax(swapped, -1, logarithm);
            return Transpose(last, d, a.Rank - 1);
        }

        using var x = Copying.Contiguous(a);
        var result = TensorValue.EmptyLike(x);
        if (x.Count > 0)
        {
            Softmaxes.Forward(x, result, logarithm);
        }

        return Recorder.Record(result, operation, [a], [result], (n, g, _) =>
        {
            using var incoming = Copying.Contiguous(g);
            var outgoing = TensorValue.EmptyLike(incoming);
            if (incoming.Count > 0)
            {
                Softmaxes.Backward(incoming, n.Saved(0), outgoing, logarithm);
            }

            return outgoing;
        });
    }

    internal static TensorValue LogSumExp(TensorValue a, long dimension, bool keep)
    {
        var d = Shapes.Dimension("logsumexp", dimension, a.Rank);
        using var last = Transpose(a, d, Math.Max(a.Rank - 1, 0));
        using var x = Copying.Contiguous(last);
        using var reduced = TensorValue.Empty(a.Type, Reductions.Without(x.Shape, Math.Max(x.Rank - 1, 0), keep: true));
        Softmaxes.LogSumExp(x, reduced);
        using var back = Transpose(reduced, d, Math.Max(a.Rank - 1, 0));
        using var ordered = Copying.Contiguous(back);
        var result = ordered.View(Reductions.Without(a.Shape, d, keep), Shapes.ContiguousStrides(Reductions.Without(a.Shape, d, keep)), ordered.Offset);
        var kept = Reductions.Without(a.Shape, d, keep: true);
        return Recorder.Record(result, "logsumexp", [a], [a, result], (n, g, _) =>
        {
            using var level = ViewAs(n.Saved(1), kept);
            using var incoming = ViewAs(g, kept);
            using var below = Elementwise.Binary<SubtractKernel>("logsumexp", n.Saved(0), level, g.Type);
            using var share = Elementwise.Float<ExpKernel>(below);
            return Multiply(share, incoming);
        });
    }

    /// <summary>Sums what broadcasting repeated, back to the smaller shape.</summary>
    internal static TensorValue SumTo(TensorValue a, long[] shape)
    {
        var ahead = a.Rank - shape.Length;
        var dimensions = new List<int>();
        for (var i = 0; i < a.Rank; i++)
        {
            if (i < ahead || (shape[i - ahead] == 1 && a.Shape[i] != 1))
            {
                dimensions.Add(i);
            }
        }

        using var sum = dimensions.Count == 0 ? Copying.Contiguous(a) : Reductions.Sum(a, [.. dimensions]);
        return sum.View(shape, Shapes.ContiguousStrides(shape), sum.Offset);
    }

    private static int[] Dimensions(string operation, TensorValue a, ReadOnlySpan<long> dimensions)
    {
        var result = new int[dimensions.Length];
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = Shapes.Dimension(operation, dimensions[i], a.Rank);
            if (result.AsSpan(0, i).Contains(result[i]))
            {
                throw new TensorException($"{operation}: dim {result[i]} appears multiple times in the list of dims");
            }
        }

        return result;
    }

    /// <summary>Takes over the share of a sum that kept its dimensions and drops them.</summary>
    private static TensorValue Dropped(TensorValue kept, TensorValue source, int[] reduced, bool keep)
    {
        if (keep && reduced.Length == 0)
        {
            return kept;
        }

        if (keep || source.Rank == 0)
        {
            return kept;
        }

        var shape = new List<long>();
        for (var i = 0; i < source.Rank; i++)
        {
            if (reduced.Length > 0 && !reduced.Contains(i))
            {
                shape.Add(source.Shape[i]);
            }
        }

        var sizes = shape.ToArray();
        var result = kept.View(sizes, Shapes.ContiguousStrides(sizes), kept.Offset);
        kept.Dispose();
        return result;
    }

    /// <summary>A reduced gradient, repeated over what was summed.</summary>
    private static TensorValue Spread(TensorValue gradient, long[] shape, int[] reduced)
    {
        var kept = (long[])shape.Clone();
        for (var i = 0; i < kept.Length; i++)
        {
            if (reduced.Length == 0 || reduced.Contains(i))
            {
                kept[i] = 1;
            }
        }

        using var view = ViewAs(gradient, kept);
        return view.View(shape, Shapes.ExpandedStrides("sum", view.Shape, view.Strides, shape), view.Offset);
    }

    /// <summary>The same elements in another shape, outside the graph.</summary>
    private static TensorValue ViewAs(TensorValue a, long[] shape)
    {
        using var ordered = Copying.Contiguous(a);
        return ordered.View(shape, Shapes.ContiguousStrides(shape), ordered.Offset);
    }

    private static TensorValue FlatInOrder(TensorValue a) => ViewAs(a, [a.Count]);
}
