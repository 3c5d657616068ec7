using static TorchSharp.torch;

namespace TorchSharp;

internal static partial class Operations
{
    /// <summary>What a list of indices names, one for each dimension from the first.</summary>
    internal static TensorValue Index(TensorValue a, ReadOnlySpan<TensorIndex> indices)
    {
        var current = a.Retain();
        var dimension = 0;
        for (var i = 0; i < indices.Length; i++)
        {
            var index = indices[i];
            if (index.Kind == TensorIndex.IndexKind.Ellipsis)
            {
                dimension = current.Rank - Consumed(indices[(i + 1)..]);
                continue;
            }

            if (index.Kind != TensorIndex.IndexKind.NewDimension && dimension >= current.Rank)
            {
                throw new TensorException($"too many indices for tensor of dimension {a.Rank}: shape {Shapes.Text(a.Shape)}");
            }

            var next = One(current, dimension, index);
            current.Dispose();
            current = next;
            dimension += index.Kind == TensorIndex.IndexKind.Position ? 0 : 1;
        }

        return current;
    }

    private static TensorValue One(TensorValue a, int dimension, TensorIndex index)
    {
        switch (index.Kind)
        {
            case TensorIndex.IndexKind.Position:
                return Select(a, dimension, index.Start);
            case TensorIndex.IndexKind.Slice:
                return Slice(a, dimension, index.Start, index.Stop, index.Step);
            case TensorIndex.IndexKind.NewDimension:
                return Unsqueeze(a, dimension);
            default:
                return Positions(a, dimension, index.Positions!.Value);
        }
    }

    private static TensorValue Positions(TensorValue a, int dimension, TensorValue positions)
    {
        if (positions.Type != ScalarType.Bool)
        {
            return IndexSelect(a, dimension, positions);
        }

        if (positions.Rank != 1 || positions.Count != a.Shape[dimension])
        {
            throw new TensorException($"The shape of the mask {Shapes.Text(positions.Shape)} at index 0 does not match the shape of the indexed tensor {Shapes.Text(a.Shape)} at index {dimension}");
        }

        using var mask = Copying.Contiguous(positions);
        var truth = mask.Span<bool>();
        using var chosen = TensorValue.Empty(ScalarType.Int64, truth.Count(true));
        var at = 0;
        for (var i = 0; i < truth.Length; i++)
        {
            if (truth[i])
            {
                chosen.Span<long>()[at++] = i;
            }
        }

        return IndexSelect(a, dimension, chosen);
    }

    private static int Consumed(ReadOnlySpan<TensorIndex> indices)
    {
        var count = 0;
        foreach (var index in indices)
        {
            count += index.Kind is TensorIndex.IndexKind.NewDimension or TensorIndex.IndexKind.Ellipsis ? 0 : 1;
        }

        return count;
    }
}
