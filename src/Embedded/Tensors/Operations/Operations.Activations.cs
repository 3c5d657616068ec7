using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp;

internal static partial class Operations
{
    /// <summary>x Φ(x), exact.</summary>
    internal static TensorValue Gelu(TensorValue a)
    {
        CheckFloat("gelu", a);
        using var x = Copying.Contiguous(a);
        var result = TensorValue.EmptyLike(x);
        if (x.Type == ScalarType.Float32)
        {
            GeluKernel.Forward(x.Span<float>(), result.Span<float>());
        }
        else
        {
            GeluKernel.Forward(x.Span<double>(), result.Span<double>());
        }

        return Recorder.Record(result, "gelu", [a], [a], static (n, g, _) =>
        {
            using var flow = Copying.Contiguous(g);
            using var at = Copying.Contiguous(n.Saved(0));
            var slopes = TensorValue.EmptyLike(flow);
            if (flow.Type == ScalarType.Float32)
            {
                GeluKernel.Backward(flow.Span<float>(), at.Span<float>(), slopes.Span<float>());
            }
            else
            {
                GeluKernel.Backward(flow.Span<double>(), at.Span<double>(), slopes.Span<double>());
            }

            return slopes;
        });
    }

    internal static TensorValue Softplus(TensorValue a, double beta, double threshold) => Pointwise.Record("softplus", a, new SoftplusFunction(beta, threshold));

    internal static TensorValue LeakyRelu(TensorValue a, double slope) => Pointwise.Record("leaky_relu", a, new LeakyReluFunction(slope));

    /// <summary>start + weight (end - start).</summary>
    internal static TensorValue Interpolate(TensorValue start, TensorValue end, TensorValue weight)
    {
        if (start.Type != end.Type || start.Type != weight.Type)
        {
            throw new TensorException(
                $"lerp: expected one dtype, but got {DataTypes.Name(start.Type)} {Shapes.Text(start.Shape)}, {DataTypes.Name(end.Type)} {Shapes.Text(end.Shape)} and weight {DataTypes.Name(weight.Type)} {Shapes.Text(weight.Shape)}");
        }

        // From the nearer end, so that weight 1 gives the end itself, as PyTorch does.
        using var way = Subtract(end, start);
        using var step = Multiply(weight, way);
        using var fromStart = Add(start, step);
        using var size = Absolute(weight);
        using var isNearStart = CompareScalar<LessKernel>("lerp", size, 0.5);
        if (!isNearStart.Span<bool>().Contains(false))
        {
            return fromStart.Retain();
        }

        using var rest = SubtractFromScalar(weight, 1);
        using var back = Multiply(rest, way);
        using var fromEnd = Subtract(end, back);
        return Where(isNearStart, fromStart, fromEnd);
    }

    /// <summary>Half the square of small differences and the size of large ones; beta, at least 0, is where they meet.</summary>
    internal static TensorValue SmoothL1(TensorValue input, TensorValue target, Reduction reduction, double beta)
    {
        if (beta < 0)
        {
            throw new TensorException($"smooth_l1_loss does not support negative values for beta, got {beta}");
        }

        using var difference = Subtract(input, target);
        using var losses = Pointwise.Record("smooth_l1_loss", difference, new SmoothAbsoluteFunction(beta));
        return Reduce(losses, reduction);
    }

    private static void CheckFloat(string operation, TensorValue a)
    {
        if (!DataTypes.IsFloat(a.Type))
        {
            throw new TensorException($"{operation}: not implemented for {DataTypes.Name(a.Type)}, got a tensor of shape {Shapes.Text(a.Shape)}");
        }
    }
}
