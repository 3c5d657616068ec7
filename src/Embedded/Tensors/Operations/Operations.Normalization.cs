using static TorchSharp.torch;

namespace TorchSharp;

internal static partial class Operations
{
    /// <summary>Normalises over the last dimensions, [.., normalized] with optional weight and bias [normalized].</summary>
    internal static TensorValue LayerNorm(TensorValue a, long[] normalized, TensorValue? weight, TensorValue? bias, double epsilon)
    {
        CheckFloat("layer_norm", a);
        if (normalized.Length == 0 || normalized.Length > a.Rank || !Shapes.Same(a.Shape.AsSpan(^normalized.Length..), normalized))
        {
            throw new TensorException($"layer_norm: Given normalized_shape={Shapes.Text(normalized)}, expected input with shape [*, {Shapes.Text(normalized)[1..]}, but got input of size {Shapes.Text(a.Shape)}");
        }

        CheckAffine("weight", weight, normalized, a);
        CheckAffine("bias", bias, normalized, a);
        var size = (int)Shapes.Count(normalized);
        using var x = Copying.Contiguous(a);
        var result = TensorValue.EmptyLike(x);
        using var statistics = TensorValue.Empty(a.Type, size == 0 ? 0 : x.Count / size, 2);
        using var w = weight is null ? null : Copying.Contiguous(weight);
        using var b = bias is null ? null : Copying.Contiguous(bias);
        if (a.Type == ScalarType.Float32)
        {
            LayerNormKernel.Forward<float>(x.Span<float>(), w is null ? [] : w.Span<float>(), b is null ? [] : b.Span<float>(), result.Span<float>(), statistics.Span<float>(), size, epsilon);
        }
        else
        {
            LayerNormKernel.Forward<double>(x.Span<double>(), w is null ? [] : w.Span<double>(), b is null ? [] : b.Span<double>(), result.Span<double>(), statistics.Span<double>(), size, epsilon);
        }

        ReadOnlySpan<TensorValue> inputs = weight is null ? [a] : bias is null ? [a, weight] : [a, weight, bias];
        ReadOnlySpan<TensorValue> saved = w is null ? [x, statistics] : [x, statistics, w];
        var hasWeight = w is not null;
        var hasBias = b is not null;
        return Recorder.Record(
            result, "layer_norm", inputs, saved,
            (n, g, i) => i == 0
                ? g.View(n.InputShape(0), Shapes.ContiguousStrides(n.InputShape(0)), 0)
                : g.View(n.InputShape(i), Shapes.ContiguousStrides(n.InputShape(i)), g.Count - ((hasBias ? 3 - i : 1) * size)),
            lastStep: (n, g) => LayerNormGradients(n, g, size, hasWeight, hasBias));
    }

    /// <summary>The gradients of input, weight and bias one after another in one value.</summary>
    private static TensorValue LayerNormGradients(GraphNode node, TensorValue gradient, int size, bool hasWeight, bool hasBias)
    {
        using var flow = Copying.Contiguous(gradient);
        var x = node.Saved(0);
        var statistics = node.Saved(1);
        var weights = hasWeight ? size : 0;
        var biases = hasBias ? size : 0;
        var all = TensorValue.Empty(flow.Type, x.Count + weights + biases);
        if (flow.Type == ScalarType.Float32)
        {
            Gradients<float>();
        }
        else
        {
            Gradients<double>();
        }

        return all;

        void Gradients<T>()
            where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
        {
            var to = all.Span<T>();
            var count = (int)x.Count;
            LayerNormKernel.Backward<T>(
                flow.Span<T>(), x.Span<T>(), hasWeight ? node.Saved(2).Span<T>() : [], statistics.Span<T>(), to[..count], to.Slice(count, weights), to.Slice(count + weights, biases), size);
        }
    }

    private static void CheckAffine(string name, TensorValue? value, long[] normalized, TensorValue a)
    {
        if (value is not null && (!Shapes.Same(value.Shape, normalized) || value.Type != a.Type))
        {
            throw new TensorException(
                $"layer_norm: Expected {name} to be of same dtype as the input and of shape {Shapes.Text(normalized)}, but got {DataTypes.Name(value.Type)} {Shapes.Text(value.Shape)} for an input {DataTypes.Name(a.Type)} {Shapes.Text(a.Shape)}");
        }
    }
}
