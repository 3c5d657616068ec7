using System.Numerics.Tensors;
using MemoryRL.Core;

namespace MemoryRL.Learning;

/// <summary>
/// A pre-norm Transformer block with causal attention, for acting: <c>x += Attention(norm1(x))</c>, <c>x += Mlp(norm2(x))</c>
/// (Vaswani et al. 2017), over the tokens of one window.
/// </summary>
internal sealed class TransformerBlock
{
    private readonly int _width;
    private readonly int _heads;
    private readonly bool _isGelu;
    private readonly LayerNormalization _attentionNorm;
    private readonly DenseLayer _query;
    private readonly DenseLayer _keyValue;
    private readonly DenseLayer _projection;
    private readonly LayerNormalization _mlpNorm;
    private readonly DenseLayer _expansion;
    private readonly DenseLayer _contraction;
    private readonly float[] _normal;
    private readonly float[] _queries;
    private readonly float[] _keyValues;
    private readonly float[] _mixed;
    private readonly float[] _hidden;
    private readonly float[] _result;
    private readonly float[] _scores;

    /// <summary>Reads a block.</summary>
    /// <param name="bundle">The bundle.</param>
    /// <param name="name">
    /// The block's name. Its tensors are <c>norm1</c>, <c>attention.in_proj_weight</c> <c>[3 width, width]</c> and <c>in_proj_bias</c>,
    /// <c>attention.out_proj</c>, <c>norm2</c>, <c>mlp.0</c> and <c>mlp.2</c>, as PyTorch's <c>MultiheadAttention</c> and <c>Sequential</c> name them.
    /// </param>
    /// <param name="width">The length of a token.</param>
    /// <param name="heads">The number of heads.</param>
    /// <param name="isGelu">Whether the MLP's activation is the exact GELU instead of ReLU.</param>
    /// <param name="tokens">The most tokens in a window.</param>
    /// <exception cref="SafetensorsFormatException">A tensor is missing or has another shape.</exception>
    public TransformerBlock(SafetensorsDocument bundle, string name, int width, int heads, bool isGelu, int tokens)
    {
        _width = width;
        _heads = heads;
        _isGelu = isGelu;
        _attentionNorm = new LayerNormalization(bundle, $"{name}.norm1", width);
        var weights = bundle.Require($"{name}.attention.in_proj_weight", ElementType.Float32, 3 * width, width).Values<float>();
        var bias = bundle.Require($"{name}.attention.in_proj_bias", ElementType.Float32, 3 * width).Values<float>();
        _query = new DenseLayer(weights[..(width * width)], bias[..width], width);
        _keyValue = new DenseLayer(weights[(width * width)..], bias[width..], width);
        _projection = new DenseLayer(bundle, $"{name}.attention.out_proj", width, width);
        _mlpNorm = new LayerNormalization(bundle, $"{name}.norm2", width);
        _expansion = new DenseLayer(bundle, $"{name}.mlp.0", width, 0);
        _contraction = new DenseLayer(bundle, $"{name}.mlp.2", _expansion.Outputs, width);
        Stride = _query.Stride;
        _normal = new float[tokens * Stride];
        _queries = new float[tokens * Stride];
        _keyValues = new float[tokens * _keyValue.Stride];
        _mixed = new float[tokens * Stride];
        _hidden = new float[tokens * _expansion.Stride];
        _result = new float[tokens * Stride];
        _scores = new float[tokens];
    }

    /// <summary>Gets the distance between two tokens.</summary>
    public int Stride { get; }

    /// <summary>Evaluates the block in place.</summary>
    /// <param name="tokens">The tokens, <c>[count, Stride]</c>.</param>
    /// <param name="count">The number of tokens.</param>
    /// <param name="lastOnly">
    /// Whether only the last token is wanted: the others then give it keys and values and keep their old numbers. Exact where no block follows.
    /// </param>
    public void Evaluate(Span<float> tokens, int count, bool lastOnly)
    {
        var first = lastOnly ? count - 1 : 0;
        var wanted = count - first;
        var rows = tokens.Slice(first * Stride, wanted * Stride);
        var result = _result.AsSpan(0, rows.Length);

        _attentionNorm.Apply(tokens, Stride, count, _normal);
        _keyValue.Evaluate(_normal, Stride, count, _keyValues);
        _query.Evaluate(_normal.AsSpan(first * Stride), Stride, wanted, _queries);
        Attend(first, wanted);
        _projection.Evaluate(_mixed, Stride, wanted, result);
        TensorPrimitives.Add(rows, result, rows);

        _mlpNorm.Apply(rows, Stride, wanted, _normal);
        var hidden = _hidden.AsSpan(0, wanted * _expansion.Stride);
        _expansion.Evaluate(_normal, Stride, wanted, hidden);
        if (_isGelu)
        {
            Gelu.Apply(hidden);
        }
        else
        {
            TensorPrimitives.Max(hidden, 0f, hidden);
        }

        _contraction.Evaluate(hidden, _expansion.Stride, wanted, result);
        TensorPrimitives.Add(rows, result, rows);
    }

    // softmax(q kᵀ / sqrt(size)) v of every head, each token over itself and those before it.
    private void Attend(int first, int wanted)
    {
        var size = _width / _heads;
        var scale = 1 / MathF.Sqrt(size);
        for (var row = 0; row < wanted; row++)
        {
            var scores = _scores.AsSpan(0, first + row + 1);
            for (var head = 0; head < _heads; head++)
            {
                var query = _queries.AsSpan((row * Stride) + (head * size), size);
                for (var token = 0; token < scores.Length; token++)
                {
                    scores[token] = TensorPrimitives.Dot(query, Key(token, head, size)) * scale;
                }

                TensorPrimitives.SoftMax(scores, scores);
                var mixed = _mixed.AsSpan((row * Stride) + (head * size), size);
                mixed.Clear();
                for (var token = 0; token < scores.Length; token++)
                {
                    TensorPrimitives.MultiplyAdd(Key(token, head + _heads, size), scores[token], mixed, mixed);
                }
            }
        }
    }

    // Values lie behind the keys, as further heads would.
    private ReadOnlySpan<float> Key(int token, int head, int size) => _keyValues.AsSpan((token * _keyValue.Stride) + (head * size), size);
}
