using System.Numerics.Tensors;
using MemoryRL.Core;

namespace MemoryRL.Learning;

/// <summary>Layer normalisation (Ba, Kiros and Hinton 2016) for acting: each row less its mean, over its deviation, scaled and shifted.</summary>
internal sealed class LayerNormalization
{
    private const float Epsilon = 1e-5f;

    private readonly float[] _scale;
    private readonly float[] _shift;

    /// <summary>Reads a layer.</summary>
    /// <param name="bundle">The bundle.</param>
    /// <param name="name">The layer's name; its tensors are <c>name.weight</c> and <c>name.bias</c>, both <c>[width]</c>.</param>
    /// <param name="width">The length of a row.</param>
    /// <exception cref="SafetensorsFormatException">A tensor is missing or has another shape.</exception>
    public LayerNormalization(SafetensorsDocument bundle, string name, int width)
    {
        _scale = bundle.Require($"{name}.weight", ElementType.Float32, width).Values<float>().ToArray();
        _shift = bundle.Require($"{name}.bias", ElementType.Float32, width).Values<float>().ToArray();
    }

    /// <summary>Normalises rows.</summary>
    /// <param name="rows">The rows, <c>[N, stride]</c>, of which the first numbers of each count.</param>
    /// <param name="stride">The distance between two rows.</param>
    /// <param name="count">N.</param>
    /// <param name="result">Receives the rows, at the same distance; may be <paramref name="rows"/>.</param>
    public void Apply(ReadOnlySpan<float> rows, int stride, int count, Span<float> result)
    {
        var width = _scale.Length;
        for (var row = 0; row < count; row++)
        {
            var to = result.Slice(row * stride, width);
            var from = rows.Slice(row * stride, width);
            TensorPrimitives.Subtract(from, TensorPrimitives.Sum(from) / width, to);
            var deviation = MathF.Sqrt((TensorPrimitives.SumOfSquares(to) / width) + Epsilon);
            TensorPrimitives.Multiply(to, 1 / deviation, to);
            TensorPrimitives.MultiplyAdd(to, _scale, _shift, to);
        }
    }
}
