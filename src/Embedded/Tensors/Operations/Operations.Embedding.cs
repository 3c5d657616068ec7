using static TorchSharp.torch;

namespace TorchSharp;

internal static partial class Operations
{
    /// <summary>Rows of weights [count, size] by numbers [..]: [.., size]. The row of padding gets no gradient.</summary>
    internal static TensorValue Embed(TensorValue weights, TensorValue numbers, long? padding)
    {
        if (numbers.Type is not (ScalarType.Int64 or ScalarType.Int32))
        {
            throw new TensorException($"embedding: Expected tensor for argument 'indices' to have scalar type Long or Int, but got {DataTypes.Name(numbers.Type)} {Shapes.Text(numbers.Shape)}");
        }

        if (weights.Rank != 2)
        {
            throw new TensorException($"embedding: 'weight' must be 2-D, but its shape is {Shapes.Text(weights.Shape)}");
        }

        using var ordered = Copying.Convert(numbers, ScalarType.Int64);
        using var flat = Reshape(ordered, [-1]);
        using var rows = IndexSelect(weights, 0, flat);
        if (padding is not { } row || !Recorder.Records([weights]))
        {
            return Reshape(rows, [.. numbers.Shape, weights.Shape[1]]);
        }

        using var isPadding = CompareScalar<EqualKernel>("embedding", flat, row);
        using var column = Unsqueeze(isPadding, 1);
        using var still = Detach(rows);
        using var chosen = Where(column, still, rows);
        return Reshape(chosen, [.. numbers.Shape, weights.Shape[1]]);
    }
}
