using static TorchSharp.torch;

namespace TorchSharp;

internal static partial class Operations
{
    /// <summary>softmax(q kᵀ / √width + mask) v over [.., queries, width], [.., keys, width] and [.., keys, valueWidth].</summary>
    /// <param name="q">The queries.</param>
    /// <param name="k">The keys.</param>
    /// <param name="v">The values.</param>
    /// <param name="mask">[.., queries, keys]: truth where a key may be seen, or numbers added to the scores; no gradient goes to it.</param>
    /// <param name="dropout">The chance of a weight to be dropped.</param>
    /// <param name="isCausal">Query i sees the keys 0 to i.</param>
    internal static TensorValue Attention(TensorValue q, TensorValue k, TensorValue v, TensorValue? mask, double dropout, bool isCausal)
    {
        CheckChance("scaled_dot_product_attention", dropout);
        CheckAttention(q, k, v, mask, isCausal);
        var batch = Shapes.Broadcast("scaled_dot_product_attention", Leading(q), Shapes.Broadcast("scaled_dot_product_attention", Leading(k), Leading(v)));
        using var query = Expand(q, [.. batch, q.Shape[^2], q.Shape[^1]]);
        using var key = Expand(k, [.. batch, k.Shape[^2], k.Shape[^1]]);
        using var value = Expand(v, [.. batch, v.Shape[^2], v.Shape[^1]]);
        using var added = mask is null ? null : AddedMask(mask, q.Type, [.. batch, q.Shape[^2], k.Shape[^2]]);
        return q.Type == ScalarType.Float32 ? FusedAttention(query, key, value, added, dropout, isCausal) : PlainAttention(query, key, value, added, dropout, isCausal);
    }

    private static unsafe TensorValue FusedAttention(TensorValue q, TensorValue k, TensorValue v, TensorValue? mask, double dropout, bool isCausal)
    {
        var heads = new HeadWalk(q, k, v, mask);
        var seed = dropout > 0 ? DrawSeed() : 0;
        var kernel = new AttentionKernel((int)q.Shape[^2], (int)k.Shape[^2], (int)q.Shape[^1], (int)v.Shape[^1], 1 / MathF.Sqrt(q.Shape[^1]), isCausal, seed, dropout);
        using var weights = TensorValue.Empty(ScalarType.Float32, [.. q.Shape[..^1], k.Shape[^2]]);
        var result = TensorValue.Empty(ScalarType.Float32, [.. q.Shape[..^1], v.Shape[^1]]);
        fixed (float* pq = q.StridedSpan<float>(), pk = k.StridedSpan<float>(), pv = v.StridedSpan<float>(), pm = mask is null ? [] : mask.StridedSpan<float>())
        {
            fixed (float* pw = weights.Span<float>(), pr = result.Span<float>())
            {
                fixed (int* offsets = heads.Offsets)
                {
                    Slices.Run(heads.Count, 1, new AttentionForward(kernel, heads.Layouts(pq, pk, pv), offsets, pm, heads.Mask, pw, pr, (int)(q.Shape[^2] * k.Shape[^2]), (int)(q.Shape[^2] * v.Shape[^1])));
                }
            }
        }

        return Recorder.Record(result, "scaled_dot_product_attention", [q, k, v], [q, k, v, weights], AttentionPart, lastStep: (n, g) => AttentionGradients(n, g, kernel));
    }

    private static TensorValue AttentionPart(GraphNode node, TensorValue all, int input)
    {
        var offset = 0L;
        for (var i = 0; i < input; i++)
        {
            offset += Shapes.Count(node.InputShape(i));
        }

        return all.View(node.InputShape(input), Shapes.ContiguousStrides(node.InputShape(input)), offset);
    }

    /// <summary>The gradients of query, key and value one after another in one value.</summary>
    private static unsafe TensorValue AttentionGradients(GraphNode node, TensorValue gradient, AttentionKernel kernel)
    {
        var (q, k, v, weights) = (node.Saved(0), node.Saved(1), node.Saved(2), node.Saved(3));
        using var flow = Copying.Contiguous(gradient);
        var heads = new HeadWalk(q, k, v, null);
        var all = TensorValue.Empty(ScalarType.Float32, q.Count + k.Count + v.Count);
        fixed (float* pq = q.StridedSpan<float>(), pk = k.StridedSpan<float>(), pv = v.StridedSpan<float>(), pw = weights.Span<float>())
        {
            fixed (float* pg = flow.Span<float>(), pa = all.Span<float>())
            {
                fixed (int* offsets = heads.Offsets)
                {
                    var sizes = new AttentionSizes((int)(q.Shape[^2] * q.Shape[^1]), (int)(k.Shape[^2] * k.Shape[^1]), (int)(v.Shape[^2] * v.Shape[^1]), (int)(q.Shape[^2] * k.Shape[^2]), (int)(q.Shape[^2] * v.Shape[^1]), (int)v.Shape[^1]);
                    Slices.Run(heads.Count, 1, new AttentionBackward(kernel, heads.Layouts(pq, pk, pv), offsets, pw, pg, pa, pa + q.Count, pa + q.Count + k.Count, sizes));
                }
            }
        }

        return all;
    }

    /// <summary>The same of single operations, for double precision.</summary>
    private static TensorValue PlainAttention(TensorValue q, TensorValue k, TensorValue v, TensorValue? mask, double dropout, bool isCausal)
    {
        using var turned = Transpose(k, -2, -1);
        using var products = MatMul(q, turned);
        using var scores = MultiplyScalar(products, 1 / Math.Sqrt(q.Shape[^1]));
        using var hidden = isCausal ? CausalMask(q.Type, q.Shape[^2], k.Shape[^2]) : null;
        using var shown = hidden is null ? scores.Retain() : Add(scores, hidden);
        using var masked = mask is null ? shown.Retain() : Add(shown, mask);
        using var weights = Softmax(masked, -1, logarithm: false);
        using var kept = dropout > 0 ? Dropout(weights, dropout) : weights.Retain();
        return MatMul(kept, v);
    }

    private static TensorValue CausalMask(ScalarType type, long queries, long keys)
    {
        var mask = TensorValue.Empty(type, queries, keys);
        var numbers = mask.Span<double>();
        for (var i = 0; i < numbers.Length; i++)
        {
            numbers[i] = i % keys > i / keys ? double.NegativeInfinity : 0;
        }

        return mask;
    }

    /// <summary>What is added to the scores: 0 and minus infinity for a mask of truth values.</summary>
    private static TensorValue AddedMask(TensorValue mask, ScalarType type, long[] shape)
    {
        using var unrecorded = GradientMode.Set(on: false);
        if (mask.Type != ScalarType.Bool)
        {
            return Expand(mask, shape);
        }

        using var zero = Elementwise.ScalarValue(0, type);
        using var never = Elementwise.ScalarValue(double.NegativeInfinity, type);
        using var added = Where(mask, zero, never);
        return Expand(added, shape);
    }

    private static ReadOnlySpan<long> Leading(TensorValue value) => value.Shape.AsSpan(0, value.Rank - 2);

    private static void CheckAttention(TensorValue q, TensorValue k, TensorValue v, TensorValue? mask, bool isCausal)
    {
        CheckFloat("scaled_dot_product_attention", q);
        if (q.Rank < 2 || k.Rank < 2 || v.Rank < 2 || q.Shape[^1] != k.Shape[^1] || k.Shape[^2] != v.Shape[^2])
        {
            throw new TensorException(
                $"scaled_dot_product_attention: expected query [*, queries, width], key [*, keys, width] and value [*, keys, value width], got {Shapes.Text(q.Shape)}, {Shapes.Text(k.Shape)} and {Shapes.Text(v.Shape)}");
        }

        if (q.Type != k.Type || q.Type != v.Type)
        {
            throw new TensorException(
                $"scaled_dot_product_attention: expected query, key and value of one dtype, got {DataTypes.Name(q.Type)} {Shapes.Text(q.Shape)}, {DataTypes.Name(k.Type)} {Shapes.Text(k.Shape)} and {DataTypes.Name(v.Type)} {Shapes.Text(v.Shape)}");
        }

        if (mask is null)
        {
            return;
        }

        if (isCausal)
        {
            throw new ArgumentException("scaled_dot_product_attention: attn_mask must not be set when is_casual is");
        }

        if (mask.Type != ScalarType.Bool && mask.Type != q.Type)
        {
            throw new TensorException(
                $"scaled_dot_product_attention: expected attn_mask to be bool or of the query's dtype, got {DataTypes.Name(mask.Type)} {Shapes.Text(mask.Shape)} for {DataTypes.Name(q.Type)} {Shapes.Text(q.Shape)}");
        }

        if (mask.RequiresGradient && GradientMode.IsOn)
        {
            throw new InvalidOperationException($"scaled_dot_product_attention: the managed engine gives no gradient to an attn_mask, here of shape {Shapes.Text(mask.Shape)}");
        }
    }

    /// <summary>Where each head's operands start: four offsets a head.</summary>
    private readonly unsafe struct HeadWalk
    {
        private readonly MatrixLayout _query;
        private readonly MatrixLayout _key;
        private readonly MatrixLayout _value;

        internal HeadWalk(TensorValue q, TensorValue k, TensorValue v, TensorValue? mask)
        {
            Count = (int)Shapes.Count(Leading(q));
            Offsets = new int[Math.Max(4 * Count, 1)];
            Fill(q, 0);
            Fill(k, 1);
            Fill(v, 2);
            if (mask is not null)
            {
                Fill(mask, 3);
            }

            _query = Layout(q, turns: false);
            _key = Layout(k, turns: false);
            _value = Layout(v, turns: false);
            Mask = mask is null ? default : Layout(mask, turns: false);
        }

        internal int Count { get; }

        internal int[] Offsets { get; }

        internal MatrixLayout Mask { get; }

        internal AttentionOperands Layouts(float* q, float* k, float* v) => new(new HeadOperand(q, _query), new HeadOperand(k, _key), new HeadOperand(v, _value));

        private void Fill(TensorValue value, int operand)
        {
            for (var head = 0; head < Count; head++)
            {
                var (left, offset) = (head, 0L);
                for (var i = value.Rank - 3; i >= 0; i--)
                {
                    offset += left % value.Shape[i] * value.Strides[i];
                    left = (int)(left / value.Shape[i]);
                }

                Offsets[(4 * head) + operand] = (int)offset;
            }
        }
    }

    private readonly record struct AttentionOperands(HeadOperand Query, HeadOperand Key, HeadOperand Value);

    /// <summary>Elements of one head's operands in order.</summary>
    private readonly record struct AttentionSizes(int Query, int Key, int Value, int Weights, int Result, int ResultRow);

    private readonly unsafe struct AttentionForward(
        AttentionKernel kernel, AttentionOperands operands, int* offsets, float* mask, MatrixLayout maskLayout, float* weights, float* result, int area, int size) : ISliceWork
    {
        public void Run(int from, int to)
        {
            for (var head = from; head < to; head++)
            {
                var at = offsets + (4 * head);
                kernel.Forward(
                    operands.Query.From(at[0]), operands.Key.From(at[1]), operands.Value.From(at[2]), mask == null ? null : mask + at[3], maskLayout,
                    weights + ((nint)head * area), result + ((nint)head * size), head * area);
            }
        }
    }

    private readonly unsafe struct AttentionBackward(
        AttentionKernel kernel, AttentionOperands operands, int* offsets, float* weights, float* gradient, float* ofQuery, float* ofKey, float* ofValue, AttentionSizes sizes) : ISliceWork
    {
        public void Run(int from, int to)
        {
            for (var head = from; head < to; head++)
            {
                var at = offsets + (4 * head);
                kernel.Backward(
                    operands.Query.From(at[0]), operands.Key.From(at[1]), operands.Value.From(at[2]), weights + ((nint)head * sizes.Weights),
                    new HeadOperand(gradient + ((nint)head * sizes.Result), new MatrixLayout(sizes.ResultRow, 1)),
                    ofQuery + ((nint)head * sizes.Query), ofKey + ((nint)head * sizes.Key), ofValue + ((nint)head * sizes.Value), head * sizes.Weights);
            }
        }
    }
}
