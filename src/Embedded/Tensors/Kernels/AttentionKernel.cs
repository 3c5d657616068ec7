using System.Numerics.Tensors;

namespace TorchSharp;

/// <summary>How one head reads a [rows, width] operand: where it starts, and the strides of rows and columns.</summary>
internal readonly unsafe struct HeadOperand(float* data, MatrixLayout layout)
{
    internal float* Data { get; } = data;

    internal MatrixLayout Layout { get; } = layout;

    /// <summary>The operand of the head that starts so many numbers further on.</summary>
    internal HeadOperand From(nint offset) => new(Data + offset, Layout);

    internal HeadOperand Turned() => new(Data, new MatrixLayout(Layout.ColumnStride, Layout.RowStride));
}

/// <summary>Scaled dot-product attention of one head, softmax(q kᵀ scale + mask) v, and its gradients (Vaswani et al. 2017, Eq. 1).</summary>
/// <remarks>Between forward and backward only the weights [queries, keys] are kept; dropout draws its mask again.</remarks>
internal readonly unsafe struct AttentionKernel(int queries, int keys, int width, int valueWidth, float scale, bool isCausal, uint seed, double dropout)
{
    /// <summary>Fills the weights [queries, keys] and the result [queries, valueWidth], both in order.</summary>
    internal void Forward(HeadOperand query, HeadOperand key, HeadOperand value, float* mask, MatrixLayout maskLayout, float* weights, float* result, int first)
    {
        var area = queries * keys;
        Multiply(query, key.Turned(), weights, queries, keys, width);
        for (var row = 0; row < queries; row++)
        {
            Weigh(new Span<float>(weights + ((nint)row * keys), keys), mask == null ? null : mask + (row * maskLayout.RowStride), maskLayout.ColumnStride, isCausal ? Math.Min(row + 1, keys) : keys);
        }

        if (dropout == 0)
        {
            Multiply(InOrder(weights, keys), value, result, queries, valueWidth, keys);
            return;
        }

        var scratch = StoragePool.Rent((long)area * sizeof(float));
        fixed (float* kept = scratch.Span<float>(0, area))
        {
            DropoutKernel.Run(new ReadOnlySpan<float>(weights, area), new Span<float>(kept, area), seed, dropout, first);
            Multiply(InOrder(kept, keys), value, result, queries, valueWidth, keys);
        }

        scratch.Release();
    }

    /// <summary>Fills the gradients of query [queries, width], key [keys, width] and value [keys, valueWidth], all in order.</summary>
    internal void Backward(
        HeadOperand query, HeadOperand key, HeadOperand value, float* weights, HeadOperand gradient, float* ofQuery, float* ofKey, float* ofValue, int first)
    {
        var area = queries * keys;
        var scratch = StoragePool.Rent((long)area * sizeof(float));
        fixed (float* scores = scratch.Span<float>(0, area))
        {
            var all = new Span<float>(scores, area);
            var kept = weights;
            if (dropout > 0)
            {
                DropoutKernel.Run(new ReadOnlySpan<float>(weights, area), all, seed, dropout, first);
                kept = scores;
            }

            Multiply(InOrder(kept, keys).Turned(), gradient, ofValue, keys, valueWidth, queries);
            Multiply(gradient, value.Turned(), scores, queries, keys, valueWidth);
            if (dropout > 0)
            {
                DropoutKernel.Run(all, all, seed, dropout, first);
            }

            for (var row = 0; row < queries; row++)
            {
                var slope = new Span<float>(scores + ((nint)row * keys), keys);
                var weight = new ReadOnlySpan<float>(weights + ((nint)row * keys), keys);
                TensorPrimitives.Subtract(slope, TensorPrimitives.Dot(slope, weight), slope);
                TensorPrimitives.Multiply(slope, weight, slope);
                TensorPrimitives.Multiply(slope, scale, slope);
            }

            Multiply(InOrder(scores, keys), key, ofQuery, queries, width, keys);
            Multiply(InOrder(scores, keys).Turned(), query, ofKey, keys, width, queries);
        }

        scratch.Release();
    }

    private static HeadOperand InOrder(float* data, int columns) => new(data, new MatrixLayout(columns, 1));

    private static void Multiply(HeadOperand a, HeadOperand b, float* c, int m, int n, int k) => Gemm.Multiply(
        new ReadOnlySpan<float>(a.Data, Reach(a.Layout, m, k)), a.Layout, new ReadOnlySpan<float>(b.Data, Reach(b.Layout, k, n)), b.Layout, new Span<float>(c, m * n), m, n, k);

    private static int Reach(MatrixLayout layout, int rows, int columns) => rows == 0 || columns == 0 ? 0 : (int)(((rows - 1) * layout.RowStride) + ((columns - 1) * layout.ColumnStride) + 1);

    /// <summary>Scores become weights: only the first so many may be attended to.</summary>
    private void Weigh(Span<float> row, float* mask, nint maskStride, int visible)
    {
        var seen = row[..visible];
        TensorPrimitives.Multiply(seen, scale, seen);
        if (mask != null)
        {
            for (var i = 0; i < seen.Length; i++)
            {
                seen[i] += mask[i * maskStride];
            }
        }

        if (!seen.IsEmpty)
        {
            TensorPrimitives.Subtract(seen, TensorPrimitives.Max<float>(seen), seen);
            TensorPrimitives.Exp<float>(seen, seen);
            TensorPrimitives.Divide(seen, TensorPrimitives.Sum<float>(seen), seen);
        }

        row[visible..].Clear();
    }
}
