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
        return Recorder.Record(Product(a, b), operation, [a, b], [a, b], static (n, g, i) => i == 0 ? Product(g, n.Saved(1), turnsRight: true) : Product(n.Saved(0), g, turnsLeft: true));
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

    /// <summary>x wᵀ + b, with w [out, in], and relu after it where asked for: the layer of every network, its three products without a transpose in memory.</summary>
    internal static TensorValue Linear(TensorValue x, TensorValue w, TensorValue? b, bool relu = false)
    {
        if (x.Rank == 0 || w.Rank != 2 || x.Shape[^1] != w.Shape[1])
        {
            throw Mismatch("linear", x, w);
        }

        if (x.Rank != 2)
        {
            using var rows = Reshape(x, [-1, w.Shape[1]]);
            using var product = Linear(rows, w, b, relu);
            return Reshape(product, [.. x.Shape[..^1], w.Shape[0]]);
        }

        if (b is not null && (b.Rank != 1 || b.Shape[0] != w.Shape[0]))
        {
            throw new TensorException($"linear: bias of shape {Shapes.Text(b.Shape)} doesn't fit weights of shape {Shapes.Text(w.Shape)}");
        }

        CheckSameFloat("linear", x, w);
        var result = Product(x, w, b, turnsRight: true);
        ReadOnlySpan<TensorValue> inputs = b is null ? [x, w] : [x, w, b];
        if (!relu)
        {
            return Recorder.Record(result, "linear", inputs, [x, w], LinearGradient, AddWeightGradient);
        }

        Elementwise.UnaryInPlace<ReluKernel>(result);
        return Recorder.Record(result, "linear", inputs, [x, w, result], LinearGradient, AddWeightGradient, static (n, g) =>
        {
            var y = n.Saved(2);
            if (!g.IsExclusive || n.Kept is not null)
            {
                return Derivatives.Run<ReluDerivative<float>, ReluDerivative<double>>(g, y);
            }

            Derivatives.RunInPlace<ReluDerivative<float>, ReluDerivative<double>>(g, y);
            return g.Retain();
        });
    }

    private static TensorValue LinearGradient(GraphNode node, TensorValue gradient, int input)
    {
        if (input == 0)
        {
            return Product(gradient, node.Saved(1));
        }

        if (input == 2)
        {
            return SumTo(gradient, node.InputShape(2));
        }

        return Product(gradient, node.Saved(0), turnsLeft: true);
    }

    private static bool AddWeightGradient(GraphNode node, TensorValue gradient, int input, TensorValue sum)
    {
        if (input != 1 || sum.Type != ScalarType.Float32 || gradient.Type != ScalarType.Float32 || !sum.IsContiguous)
        {
            return false;
        }

        MultiplyInto(gradient, node.Saved(0), sum, turnsLeft: true, accumulate: true);
        return true;
    }

    /// <summary>a [batch, m, k] times b [batch, k, n].</summary>
    internal static TensorValue BatchedMatrixProduct(TensorValue a, TensorValue b, string operation = "bmm")
    {
        if (a.Rank != 3 || b.Rank != 3)
        {
            throw new TensorException($"{operation}: batch1 and batch2 must be 3D tensors, got {Shapes.Text(a.Shape)} and {Shapes.Text(b.Shape)}");
        }

        if (a.Shape[0] != b.Shape[0] || a.Shape[2] != b.Shape[1])
        {
            throw new TensorException($"{operation}: Expected size for first two dimensions of batch2 tensor to be [{a.Shape[0]}, {a.Shape[2]}] but got {Shapes.Text(b.Shape)}, with batch1 {Shapes.Text(a.Shape)}");
        }

        CheckSameFloat(operation, a, b);
        return Recorder.Record(Products(a, b), operation, [a, b], [a, b], static (n, g, i) => i == 0 ? Products(g, n.Saved(1), turnsRight: true) : Products(n.Saved(0), g, turnsLeft: true));
    }

    private static TensorValue BatchProduct(TensorValue a, TensorValue b)
    {
        var batch = Shapes.Broadcast("matmul", a.Shape.AsSpan(0, a.Rank - 2), b.Shape.AsSpan(0, b.Rank - 2));
        if (a.Shape[^1] != b.Shape[^2])
        {
            throw Mismatch("matmul", a, b);
        }

        var items = Shapes.Count(batch);
        using var wideA = Expand(a, [.. batch, a.Shape[^2], a.Shape[^1]]);
        using var wideB = Expand(b, [.. batch, b.Shape[^2], b.Shape[^1]]);
        using var flatA = Reshape(wideA, [items, a.Shape[^2], a.Shape[^1]]);
        using var flatB = Reshape(wideB, [items, b.Shape[^2], b.Shape[^1]]);
        using var products = BatchedMatrixProduct(flatA, flatB, "matmul");
        return Reshape(products, [.. batch, a.Shape[^2], b.Shape[^1]]);
    }

    /// <summary>The products of a batch, unrecorded; turned operands are read as their transposes.</summary>
    private static TensorValue Products(TensorValue a, TensorValue b, bool turnsLeft = false, bool turnsRight = false)
    {
        var result = TensorValue.Empty(a.Type, a.Shape[0], a.Shape[turnsLeft ? 2 : 1], b.Shape[turnsRight ? 1 : 2]);
        for (var i = 0; i < a.Shape[0]; i++)
        {
            using var left = Item(a, i);
            using var right = Item(b, i);
            using var into = Item(result, i);
            MultiplyInto(left, right, into, turnsLeft: turnsLeft, turnsRight: turnsRight);
        }

        return result;
    }

    private static TensorValue Item(TensorValue batch, int index) => batch.View(batch.Shape[1..], batch.Strides[1..], batch.Offset + (index * batch.Strides[0]));

    /// <summary>The product itself, unrecorded, on top of a bias row where there is one; a turned operand is read as its transpose.</summary>
    private static TensorValue Product(TensorValue a, TensorValue b, TensorValue? bias = null, bool turnsLeft = false, bool turnsRight = false)
    {
        var result = TensorValue.Empty(a.Type, a.Shape[turnsLeft ? 1 : 0], b.Shape[turnsRight ? 0 : 1]);
        using var row = bias is null ? null : Copying.Contiguous(bias);
        MultiplyInto(a, b, result, row, turnsLeft, turnsRight);
        return result;
    }

    private static void MultiplyInto(
        TensorValue a, TensorValue b, TensorValue result, TensorValue? bias = null, bool turnsLeft = false, bool turnsRight = false, bool accumulate = false)
    {
        var (m, n, k) = ((int)result.Shape[0], (int)result.Shape[1], (int)a.Shape[turnsLeft ? 0 : 1]);
        var (left, right) = (Layout(a, turnsLeft), Layout(b, turnsRight));
        if (a.Type == ScalarType.Float32)
        {
            Gemm.Multiply(a.StridedSpan<float>(), left, b.StridedSpan<float>(), right, result.Span<float>(), m, n, k, bias is null ? [] : bias.Span<float>(), accumulate);
            return;
        }

        Gemm.Multiply(a.StridedSpan<double>(), left, b.StridedSpan<double>(), right, result.Span<double>(), m, n, k);
        if (bias is not null)
        {
            Elementwise.BinaryInto<AddKernel>("linear", result, bias, result);
        }
    }

    private static MatrixLayout Layout(TensorValue matrix, bool turns)
        => turns ? new((nint)matrix.Strides[^1], (nint)matrix.Strides[^2]) : new((nint)matrix.Strides[^2], (nint)matrix.Strides[^1]);

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
