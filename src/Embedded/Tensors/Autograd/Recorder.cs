namespace TorchSharp;

/// <summary>Puts results into the graph of derivatives.</summary>
internal static class Recorder
{
    internal static bool Records(ReadOnlySpan<TensorValue> inputs)
    {
        if (!GradientMode.IsOn)
        {
            return false;
        }

        foreach (var input in inputs)
        {
            if (input.RequiresGradient)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Records the operation on its result, where an input needs a gradient and the thread records.</summary>
    internal static TensorValue Record(
        TensorValue result, string operation, ReadOnlySpan<TensorValue> inputs, ReadOnlySpan<TensorValue> saved, Derivative derivative,
        GradientSum? sum = null, Func<GraphNode, TensorValue, TensorValue>? lastStep = null)
    {
        if (Records(inputs) && DataTypes.IsFloat(result.Type))
        {
            result.Node = new GraphNode(operation, inputs, saved, result, derivative) { Sum = sum, LastStep = lastStep };
        }

        return result;
    }

    /// <summary>The same for a result that reads its input's storage.</summary>
    internal static TensorValue RecordView(TensorValue result, string operation, TensorValue input, Derivative derivative, GradientSum? sum = null)
    {
        _ = Record(result, operation, [input], [], derivative, sum);
        result.IsDifferentiableView = result.Node is not null || input.RequiresGradient;
        return result;
    }

    /// <summary>Refuses what autograd forbids to write in place, and says whether the write must be recorded.</summary>
    internal static bool RecordsInPlace(string operation, TensorValue target, ReadOnlySpan<TensorValue> others)
    {
        if (!GradientMode.IsOn || (!target.RequiresGradient && !Records(others)))
        {
            return false;
        }

        if (target.IsLeaf && target.RequiresGradient)
        {
            throw new InvalidOperationException($"{operation}: a leaf Variable that requires grad is being used in an in-place operation.");
        }

        if (target.IsDifferentiableView)
        {
            throw new InvalidOperationException(
                $"{operation}: a view of shape {Shapes.Text(target.Shape)} that needs gradients is being written in place. The managed engine records in-place writes on whole tensors only; use the operation that returns a new tensor.");
        }

        return true;
    }
}
