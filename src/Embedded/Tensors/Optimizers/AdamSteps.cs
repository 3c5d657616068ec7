using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>What Adam and AdamW do alike.</summary>
internal static class AdamSteps
{
    /// <summary>Refuses options out of range, by name.</summary>
    /// <exception cref="ArgumentException">One is out of range.</exception>
    internal static void Check(double lr, double beta1, double beta2, double eps, double weight_decay)
    {
        CheckRange(nameof(lr), lr, lr >= 0);
        CheckRange(nameof(beta1), beta1, beta1 is >= 0 and < 1);
        CheckRange(nameof(beta2), beta2, beta2 is >= 0 and < 1);
        CheckRange(nameof(eps), eps, eps >= 0);
        CheckRange(nameof(weight_decay), weight_decay, weight_decay >= 0);
    }

    /// <summary>One step of one parameter; the largest second moments only with amsgrad.</summary>
    internal static void Run(string optimizer, TensorValue parameter, TensorValue gradient, Tensor first, Tensor second, Tensor? largest, AdamStep step)
    {
        if (parameter.Type != ScalarType.Float32 || !parameter.IsContiguous)
        {
            throw new TensorException($"{optimizer}: the managed engine trains contiguous Float32 parameters, got {parameter.Type} {Shapes.Text(parameter.Shape)}");
        }

        using var ordered = Copying.Contiguous(gradient);
        AdamKernel.Run(parameter.Span<float>(), ordered.Span<float>(), first.Value.Span<float>(), second.Value.Span<float>(), largest is null ? [] : largest.Value.Span<float>(), step);
        parameter.MarkWritten();
    }

    private static void CheckRange(string name, double value, bool holds)
    {
        if (!holds)
        {
            throw new ArgumentException($"Invalid {name} value: {value}", name);
        }
    }
}
