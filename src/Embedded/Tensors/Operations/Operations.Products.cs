using static TorchSharp.torch;

namespace TorchSharp;

internal static partial class Operations
{
    /// <summary>a [m, k] times b [k, n].</summary>
    internal static TensorValue MatrixProduct(TensorValue a, TensorValue b, string operation = "mm")
    {
        if (a.Rank != 2 || b.Rank != 2 || a.Shape[1] != b.Shape[0])
        {
            throw Mismatch(operation, a, b);
        }

        CheckSameFloat(operation, a, b);
        return Recorder.Record(Product(a, b), operation, [a, b], [a, b], static (n, g, i) =>
        {
            using var other = Transpose(n.Saved(1 - i), 0, 1);
            return i == 0 ? Product(g, other) : Product(other, g);
        });
    }

    /// <summary>PyTorch's matmul: vectors, matrices and batches of matrices.</summary>
    internal static TensorValue MatMul(TensorValue a, TensorValue b)
    {
        if (a.Rank == 0 || b.Rank == 0)
        {
            throw new TensorException($"matmul: both arguments need to be at least 1D, but they are {a.Rank}D and {b.Rank}D");
        }

        if (a.Rank == 1)
        {
            using var row = Unsqueeze(a, 0);
            using var product = MatMul(row, b);
            return Squeeze(product, b.Rank == 1 ? 0 : -2);
        }

        if (b.Rank == 1)
        {
            using var column = Unsqueeze(b, 1);
            using var product = MatMul(a, column);
            return Squeeze(product, -1);
        }

        if (b.Rank == 2)
        {
            if (a.Rank == 2)
            {
                return MatrixProduct(a, b, "matmul");
            }

            if (a.Shape[^1] != b.Shape[0])
            {
                throw Mismatch("matmul", a, b);
            }

            using var rows = Reshape(a, [-1, a.Shape[^1]]);
            using var product = MatrixProduct(rows, b, "matmul");
            return Reshape(product, [.. a.Shape[..^1], b.Shape[1]]);
        }

        return BatchProduct(a, b);
    }

    /// <summary>x wᵀ + b, with w [out, in]: the layer of every network, its three products without a transpose in memory.</summary>
    internal static TensorValue Linear(TensorValue x, TensorValue w, TensorValue? b)
    {
        if (x.Rank == 0 || w.Rank != 2 || x.Shape[^1] != w.Shape[1])
        {
            throw Mismatch("linear", x, w);
        }

        if (x.Rank != 2)
        {
            using var rows = Reshape(x, [-1, w.Shape[1]]);
            using var product = Linear(rows, w, b);
            return Reshape(product, [.. x.Shape[..^1], w.Shape[0]]);
        }

        if (b is not null && (b.Rank != 1 || b.Shape[0] != w.Shape[0]))
        {
            throw new TensorException($"linear: bias of shape {Shapes.Text(b.Shape)} doesn't fit weights of shape {Shapes.Text(w.Shape)}");
        }

        CheckSameFloat("linear", x, w);
        TensorValue result;
        using (GradientMode.Set(on: false))
        {
            using var turned = Transpose(w, 0, 1);
            result = Product(x, turned, b);
        }

        ReadOnlySpan<TensorValue> inputs = b is null ? [x, w] : [x, w, b];
        return Recorder.Record(result, "linear", inputs, [x, w], static (n, g, i) =>
        {
            if (i == 0)
            {
                return Product(g, n.Saved(1));
            }

            if (i == 2)
            {
                return SumTo(g, n.InputShape(2));
            }

            using var turned = Transpose(g, 0, 1);
            return Product(turned, n.Saved(0));
        });
    }

    private static TensorValue BatchProduct(TensorValue a, TensorValue b)
    {
        var batch = Shapes.Broadcast("matmul", a.Shape.AsSpan(0, a.Rank - 2), b.Shape.AsSpan(0, b.Rank - 2));
        if (a.Shape[^1] != b.Shape[^2])
        {
            throw Mismatch("matmul", a, b);
        }

        using var wideA = Expand(a, [.. batch, a.Shape[^2], a.Shape[^1]]);
        using var wideB = Expand(b, [.. batch, b.Shape[^2], b.Shape[^1]]);
        using var flatA = Reshape(wideA, [-1, a.Shape[^2], a.Shape[^1]]);
        using var flatB = Reshape(wideB, [-1, b.Shape[^2], b.Shape[^1]]);
        var products = new TensorValue[flatA.Shape[0]];
        for (var i = 0; i < products.Length; i++)
        {
            using var left = Select(flatA, 0, i);
            using var right = Select(flatB, 0, i);
            products[i] = MatrixProduct(left, right, "matmul");
        }

        using var stacked = products.Length == 0 ? TensorValue.Empty(a.Type, 0, a.Shape[^2], b.Shape[^1]) : Stack(products, 0);
        foreach (var product in products)
        {
            product.Dispose();
        }

        return Reshape(stacked, [.. batch, a.Shape[^2], b.Shape[^1]]);
    }

    /// <summary>The product itself, unrecorded, on top of a bias row where there is one.</summary>
    private static TensorValue Product(TensorValue a, TensorValue b, TensorValue? bias = null)
    {
        var m = (int)a.Shape[0];
        var k = (int)a.Shape[1];
        var n = (int)b.Shape[1];
        var result = TensorValue.Empty(a.Type, m, n);
        var left = new MatrixLayout((nint)a.Strides[0], (nint)a.Strides[1]);
        var right = new MatrixLayout((nint)b.Strides[0], (nint)b.Strides[1]);
        if (a.Type == ScalarType.Float64)
        {
            Gemm.Multiply(a.StridedSpan<double>(), left, b.StridedSpan<double>(), right, result.Span<double>(), m, n, k);
            if (bias is not null)
            {
                Elementwise.BinaryInto<AddKernel>("linear", result, bias, result);
            }

            return result;
        }

        using var row = bias is null ? null : Copying.Contiguous(bias);
        Gemm.Multiply(a.StridedSpan<float>(), left, b.StridedSpan<float>(), right, result.Span<float>(), m, n, k, row is null ? [] : row.Span<float>());
        return result;
    }

    private static void CheckSameFloat(string operation, TensorValue a, TensorValue b)
    {
        if (a.Type != b.Type || !DataTypes.IsFloat(a.Type))
        {
            throw new TensorException($"{operation}: expected both tensors to have the same floating point dtype, but got {DataTypes.Name(a.Type)} {Shapes.Text(a.Shape)} and {DataTypes.Name(b.Type)} {Shapes.Text(b.Shape)}");
        }
    }

    private static TensorException Mismatch(string operation, TensorValue a, TensorValue b)
        => new($"{operation}: mat1 and mat2 shapes cannot be multiplied ({Shapes.Text(a.Shape)} and {Shapes.Text(b.Shape)})");
}
