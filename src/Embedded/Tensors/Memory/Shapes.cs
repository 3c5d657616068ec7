namespace TorchSharp;

/// <summary>Arithmetic on shapes and strides, counted in elements.</summary>
internal static class Shapes
{
    internal static long Count(ReadOnlySpan<long> shape)
    {
        var count = 1L;
        foreach (var size in shape)
        {
            count *= size;
        }

        return count;
    }

    internal static long[] ContiguousStrides(ReadOnlySpan<long> shape)
    {
        var strides = new long[shape.Length];
        var stride = 1L;
        for (var i = shape.Length - 1; i >= 0; i--)
        {
            strides[i] = stride;
            stride *= Math.Max(shape[i], 1);
        }

        return strides;
    }

    /// <summary>Whether the strides are those of a new tensor, those of dimensions of size 1 included.</summary>
    internal static bool IsInOrder(ReadOnlySpan<long> shape, ReadOnlySpan<long> strides)
    {
        var stride = 1L;
        for (var i = shape.Length - 1; i >= 0; i--)
        {
            if (strides[i] != stride)
            {
                return false;
            }

            stride *= Math.Max(shape[i], 1);
        }

        return true;
    }

    internal static bool IsContiguous(ReadOnlySpan<long> shape, ReadOnlySpan<long> strides)
    {
        var expected = 1L;
        for (var i = shape.Length - 1; i >= 0; i--)
        {
            if (shape[i] == 0)
            {
                return true;
            }

            if (shape[i] != 1 && strides[i] != expected)
            {
                return false;
            }

            expected *= shape[i];
        }

        return true;
    }

    internal static bool Same(ReadOnlySpan<long> left, ReadOnlySpan<long> right) => left.SequenceEqual(right);

    internal static string Text(ReadOnlySpan<long> shape) => $"[{string.Join(", ", shape.ToArray())}]";

    /// <summary>The dimension counted from the front, for one that may be counted from the back.</summary>
    internal static int Dimension(string operation, long dimension, int rank)
    {
        var most = Math.Max(rank, 1);
        return dimension >= -most && dimension < most
            ? (int)(dimension < 0 ? dimension + most : dimension)
            : throw new TensorException($"{operation}: Dimension out of range (expected to be in range of [{-most}, {most - 1}], but got {dimension})");
    }

    internal static long[] Broadcast(string operation, long[] left, long[] right)
        => Same(left, right) ? left : Broadcast(operation, left.AsSpan(), right.AsSpan());

    internal static long[] Broadcast(string operation, ReadOnlySpan<long> left, ReadOnlySpan<long> right)
    {
        if (Same(left, right))
        {
            return left.ToArray();
        }

        var rank = Math.Max(left.Length, right.Length);
        var shape = new long[rank];
        for (var i = 1; i <= rank; i++)
        {
            var a = i <= left.Length ? left[^i] : 1;
            var b = i <= right.Length ? right[^i] : 1;
            if (a != b && a != 1 && b != 1)
            {
                throw new TensorException(
                    $"{operation}: The size of tensor a ({a}) must match the size of tensor b ({b}) at non-singleton dimension {rank - i}; the shapes are {Text(left)} and {Text(right)}");
            }

            shape[rank - i] = a == 1 ? b : a;
        }

        return shape;
    }

    /// <summary>The strides that read a tensor as the larger shape: 0 where it repeats.</summary>
    internal static long[] ExpandedStrides(string operation, ReadOnlySpan<long> shape, ReadOnlySpan<long> strides, ReadOnlySpan<long> target)
    {
        var expanded = new long[target.Length];
        var ahead = target.Length - shape.Length;
        for (var i = 0; i < target.Length; i++)
        {
            if (i < ahead)
            {
                continue;
            }

            var size = shape[i - ahead];
            if (size == target[i])
            {
                expanded[i] = strides[i - ahead];
            }
            else if (size != 1)
            {
                throw new TensorException(
                    $"{operation}: The expanded size of the tensor ({target[i]}) must match the existing size ({size}) at non-singleton dimension {i}. Target sizes: {Text(target)}. Tensor sizes: {Text(shape)}");
            }
        }

        return ahead >= 0 ? expanded : throw new TensorException($"{operation}: the number of sizes provided ({target.Length}) must be greater or equal to the number of dimensions in the tensor ({shape.Length})");
    }

    /// <summary>A shape with its one -1 worked out from the number of elements.</summary>
    internal static long[] Resolve(string operation, ReadOnlySpan<long> wanted, ReadOnlySpan<long> current)
    {
        var shape = wanted.ToArray();
        var count = Count(current);
        var inferred = -1;
        var known = 1L;
        for (var i = 0; i < shape.Length; i++)
        {
            if (shape[i] != -1)
            {
                known *= shape[i];
            }
            else if (inferred >= 0)
            {
                throw new TensorException($"{operation}: only one dimension can be inferred");
            }
            else
            {
                inferred = i;
            }
        }

        if (inferred >= 0 && known != 0 && count % known == 0)
        {
            shape[inferred] = count / known;
            known = count;
        }

        return known == count && (inferred < 0 || shape[inferred] >= 0) && Count(shape) == count
            ? shape
            : throw new TensorException($"{operation}: shape '{Text(wanted)}' is invalid for input of size {count} with shape {Text(current)}");
    }

    /// <summary>The strides that view the same elements in another shape, or null where a copy is needed.</summary>
    internal static long[]? ViewStrides(ReadOnlySpan<long> shape, ReadOnlySpan<long> strides, ReadOnlySpan<long> target)
    {
        if (IsContiguous(shape, strides))
        {
            return ContiguousStrides(target);
        }

        var result = new long[target.Length];
        var next = target.Length - 1;
        var chunk = 1L;
        var viewed = 1L;
        var chunkStride = shape.Length == 0 ? 1 : strides[^1];
        for (var i = shape.Length - 1; i >= 0; i--)
        {
            chunk *= shape[i];
            if (i != 0 && (shape[i - 1] == 1 || strides[i - 1] == chunk * chunkStride))
            {
                continue;
            }

            while (next >= 0 && (viewed < chunk || target[next] == 1))
            {
                result[next] = viewed * chunkStride;
                viewed *= target[next];
                next--;
            }

            if (viewed != chunk)
            {
                return null;
            }

            if (i > 0)
            {
                chunkStride = strides[i - 1];
                chunk = 1;
                viewed = 1;
            }
        }

        return next == -1 ? result : null;
    }
}
