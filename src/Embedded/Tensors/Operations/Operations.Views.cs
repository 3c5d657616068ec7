using static TorchSharp.torch;

namespace TorchSharp;

internal static partial class Operations
{
    /// <summary>The same value, or a recorded conversion.</summary>
    internal static TensorValue ToType(TensorValue a, ScalarType type)
    {
        if (a.Type == type)
        {
            return a.Retain();
        }

        var from = a.Type;
        return Recorder.Record(Copying.Convert(a, type), "to", [a], [], (_, g, _) => Copying.Convert(g, from));
    }

    internal static TensorValue Clone(TensorValue a) => Recorder.Record(Copying.Clone(a), "clone", [a], [], static (_, g, _) => g.Retain());

    internal static TensorValue Contiguous(TensorValue a) => a.IsContiguous ? a.Retain() : Clone(a);

    internal static TensorValue View(TensorValue a, ReadOnlySpan<long> wanted)
    {
        var shape = Shapes.Resolve("view", wanted, a.Shape);
        var strides = Shapes.ViewStrides(a.Shape, a.Strides, shape)
            ?? throw new TensorException(
                $"view size is not compatible with input tensor's size and stride (at least one dimension spans across two contiguous subspaces). Use .reshape(...) instead. The shapes are {Shapes.Text(a.Shape)} and {Shapes.Text(shape)}.");
        return Viewed(a, shape, strides);
    }

    internal static TensorValue Reshape(TensorValue a, ReadOnlySpan<long> wanted)
    {
        var shape = Shapes.Resolve("reshape", wanted, a.Shape);
        if (Shapes.ViewStrides(a.Shape, a.Strides, shape) is { } strides)
        {
            return Viewed(a, shape, strides);
        }

        using var ordered = Clone(a);
        return Viewed(ordered, shape, Shapes.ContiguousStrides(shape));
    }

    internal static TensorValue Transpose(TensorValue a, long first, long second)
    {
        var i = Shapes.Dimension("transpose", first, a.Rank);
        var j = Shapes.Dimension("transpose", second, a.Rank);
        if (a.Rank == 0)
        {
            return Recorder.RecordView(a.Detached(), "transpose", a, static (_, g, _) => g.Retain());
        }

        var shape = (long[])a.Shape.Clone();
        var strides = (long[])a.Strides.Clone();
        (shape[i], shape[j]) = (shape[j], shape[i]);
        (strides[i], strides[j]) = (strides[j], strides[i]);
        return Recorder.RecordView(a.View(shape, strides, a.Offset), "transpose", a, (_, g, _) => Transpose(g, i, j));
    }

    internal static TensorValue Permute(TensorValue a, ReadOnlySpan<long> order)
    {
        if (order.Length != a.Rank)
        {
            throw new TensorException($"permute(sparse_coo): number of dimensions in the tensor input does not match the length of the desired ordering of dimensions i.e. input.dim() = {a.Rank} is not equal to len(dims) = {order.Length}");
        }

        var shape = new long[a.Rank];
        var strides = new long[a.Rank];
        var back = new long[a.Rank];
        Array.Fill(back, -1);
        for (var i = 0; i < a.Rank; i++)
        {
            var from = Shapes.Dimension("permute", order[i], a.Rank);
            if (back[from] >= 0)
            {
                throw new TensorException("permute: duplicate dims are not allowed.");
            }

            shape[i] = a.Shape[from];
            strides[i] = a.Strides[from];
            back[from] = i;
        }

        return Recorder.RecordView(a.View(shape, strides, a.Offset), "permute", a, (_, g, _) => Permute(g, back));
    }

    internal static TensorValue Expand(TensorValue a, ReadOnlySpan<long> wanted)
    {
        var shape = wanted.ToArray();
        var ahead = shape.Length - a.Rank;
        for (var i = 0; i < shape.Length; i++)
        {
            if (shape[i] == -1 && i >= ahead)
            {
                shape[i] = a.Shape[i - ahead];
            }
        }

        var strides = Shapes.ExpandedStrides("expand", a.Shape, a.Strides, shape);
        return Recorder.RecordView(a.View(shape, strides, a.Offset), "expand", a, static (_, g, _) => g.Retain());
    }

    internal static TensorValue Unsqueeze(TensorValue a, long dimension)
    {
        var d = Shapes.Dimension("unsqueeze", dimension, a.Rank + 1);
        var stride = d < a.Rank ? a.Shape[d] * a.Strides[d] : 1;
        return Viewed(a, [.. a.Shape[..d], 1, .. a.Shape[d..]], [.. a.Strides[..d], stride, .. a.Strides[d..]]);
    }

    /// <summary>Drops one dimension of size 1, or all of them; a larger one stays.</summary>
    internal static TensorValue Squeeze(TensorValue a, long? dimension)
    {
        var only = dimension is null ? -1 : Shapes.Dimension("squeeze", dimension.Value, a.Rank);
        var shape = new List<long>();
        var strides = new List<long>();
        for (var i = 0; i < a.Rank; i++)
        {
            if (a.Shape[i] != 1 || (only >= 0 && only != i))
            {
                shape.Add(a.Shape[i]);
                strides.Add(a.Strides[i]);
            }
        }

        return Viewed(a, [.. shape], [.. strides]);
    }

    internal static TensorValue Flatten(TensorValue a, long start, long end)
    {
        var first = Shapes.Dimension("flatten", start, a.Rank);
        var last = Shapes.Dimension("flatten", end, a.Rank);
        return first > last
            ? throw new TensorException("flatten() has invalid args: start_dim cannot come after end_dim")
            : a.Rank == 0 ? Reshape(a, [1]) : Reshape(a, [.. a.Shape[..first], Shapes.Count(a.Shape.AsSpan(first, last - first + 1)), .. a.Shape[(last + 1)..]]);
    }

    internal static TensorValue Slice(TensorValue a, long dimension, long start, long finish, long step)
    {
        var d = Shapes.Dimension("slice", dimension, a.Rank);
        if (a.Rank == 0 || step <= 0)
        {
            throw new TensorException(a.Rank == 0 ? "slice() cannot be applied to a 0-dim tensor." : "slice step must be positive");
        }

        var size = a.Shape[d];
        var from = Math.Clamp(start < 0 ? start + size : start, 0, size);
        var to = Math.Clamp(finish < 0 ? finish + size : finish, from, size);
        var shape = (long[])a.Shape.Clone();
        var strides = (long[])a.Strides.Clone();
        shape[d] = (to - from + step - 1) / step;
        strides[d] *= step;
        return Part(a, "slice", shape, strides, a.Offset + (from * a.Strides[d]), full => Slice(full, d, from, to, step));
    }

    /// <summary>At most so many parts of one size along a dimension, the last one smaller where they don't come out even.</summary>
    internal static TensorValue[] Chunk(TensorValue a, long chunks, long dimension)
    {
        if (chunks <= 0)
        {
            throw new TensorException($"chunk expects `chunks` to be greater than 0, got: {chunks}");
        }

        var d = Shapes.Dimension("chunk", dimension, a.Rank);
        if (a.Rank == 0)
        {
            throw new TensorException("chunk expects at least a 1-dimensional tensor");
        }

        var size = Math.Max((a.Shape[d] + chunks - 1) / chunks, 1);
        var parts = new TensorValue[Math.Max((a.Shape[d] + size - 1) / size, 1)];
        for (var i = 0; i < parts.Length; i++)
        {
            parts[i] = Narrow(a, d, i * size, Math.Min(size, a.Shape[d] - (i * size)));
        }

        return parts;
    }

    internal static TensorValue Narrow(TensorValue a, long dimension, long start, long length)
    {
        var d = Shapes.Dimension("narrow", dimension, a.Rank);
        var from = start < 0 ? start + a.Shape[d] : start;
        return from >= 0 && length >= 0 && from + length <= a.Shape[d]
            ? Slice(a, d, from, from + length, 1)
            : throw new TensorException($"narrow: start ({start}) + length ({length}) exceeds dimension size ({a.Shape[d]}) of shape {Shapes.Text(a.Shape)}.");
    }

    internal static TensorValue Select(TensorValue a, long dimension, long index)
    {
        if (a.Rank == 0)
        {
            throw new TensorException("select() cannot be applied to a 0-dim tensor.");
        }

        var d = Shapes.Dimension("select", dimension, a.Rank);
        var at = index < 0 ? index + a.Shape[d] : index;
        if (at < 0 || at >= a.Shape[d])
        {
            throw new TensorException($"index {index} is out of bounds for dimension {d} with size {a.Shape[d]}");
        }

        return Part(
            a, "select", [.. a.Shape[..d], .. a.Shape[(d + 1)..]], [.. a.Strides[..d], .. a.Strides[(d + 1)..]],
            a.Offset + (at * a.Strides[d]), full => Select(full, d, at));
    }

    /// <summary>The value without its past: the same storage, outside the graph.</summary>
    internal static TensorValue Detach(TensorValue a) => a.Detached();

    private static TensorValue Viewed(TensorValue a, long[] shape, long[] strides)
        => Recorder.RecordView(a.View(shape, strides, a.Offset), "view", a, static (n, g, _) => ViewAs(g, n.InputShape(0)));

    /// <summary>A view of some elements, whose gradient is zero for the others.</summary>
    private static TensorValue Part(TensorValue a, string operation, long[] shape, long[] strides, long offset, Func<TensorValue, TensorValue> part)
    {
        var whole = a.Shape;
        return Recorder.RecordView(
            a.View(shape, strides, offset), operation, a,
            (_, g, _) =>
            {
                var result = TensorValue.Empty(g.Type, whole);
                Filling.Fill(result, 0);
                using var target = part(result);
                Copying.Into(target, g);
                return result;
            },
            (_, g, _, sum) =>
            {
                using var target = part(sum);
                using var total = Elementwise.Binary<AddKernel>(operation, target, g, sum.Type);
                Copying.Into(target, total);
                return true;
            });
    }
}
