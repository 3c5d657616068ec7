using System.Collections.Immutable;
using System.Runtime.InteropServices;
using MemoryRL.Core;

namespace MemoryRL.Datasets;

/// <summary>Takes what a step is made of from a file that does not say it.</summary>
internal static class D4rlInference
{
    private const int WindowBytes = 1 << 20;

    /// <summary>Takes the spec from a file.</summary>
    /// <param name="reader">The file.</param>
    /// <param name="infos">The arrays of <c>infos</c> that become extra columns, by column name.</param>
    /// <returns>The spec.</returns>
    /// <exception cref="DatasetFormatException">A dataset is missing, damaged, or of a type that no space has.</exception>
    public static ExperienceSpec Infer(Hdf5Reader reader, IReadOnlyDictionary<string, string> infos)
    {
        using var observations = reader.OpenDataset(D4rlLayout.Observations);
        using var actions = reader.OpenDataset(D4rlLayout.Actions);
        var columns = ImmutableArray.CreateBuilder<ColumnSpec>();
        foreach (var (name, place) in infos)
        {
            using var dataset = reader.OpenDataset(place);
            columns.Add(new ColumnSpec(name, Hdf5Numbers.Widen(dataset.Type), RowShape(dataset)));
        }

        return new ExperienceSpec(InferObservations(observations), InferActions(actions)) { ExtraColumns = columns.ToImmutable() };
    }

    /// <summary>Gets the shape of a row.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <returns>Its dimensions without the first one.</returns>
    /// <exception cref="DatasetFormatException">It is a single value, or a dimension is 0.</exception>
    public static ImmutableArray<int> RowShape(Hdf5Dataset dataset)
    {
        if (dataset.Shape.IsEmpty || dataset.RowBytes == 0 || !dataset.Type.IsNumeric)
        {
            throw dataset.Fault(null, $"expected rows of numbers but got {dataset.Type}[{string.Join(", ", dataset.Shape)}].");
        }

        return [.. dataset.Shape.Skip(1).Select(static length => (int)length)];
    }

    private static Space InferObservations(Hdf5Dataset dataset)
    {
        var shape = RowShape(dataset);
        var isByte = dataset.Type is { Kind: Hdf5Kind.Unsigned, Bytes: 1 };
        return dataset.Type.IsWhole && shape.IsEmpty ? CountChoices(dataset)
            : isByte ? new BoxSpace(shape, [0], [255], ElementType.UInt8)
            : new BoxSpace(shape, [float.NegativeInfinity], [float.PositiveInfinity]);
    }

    private static Space InferActions(Hdf5Dataset dataset)
    {
        var shape = RowShape(dataset);
        if (dataset.Type.IsWhole && dataset.RowElements == 1)
        {
            return CountChoices(dataset);
        }

        return dataset.Type.Kind == Hdf5Kind.Float && KeepsToUnit(dataset)
            ? new BoxSpace(shape, [-1], [1])
            : new BoxSpace(shape, [float.NegativeInfinity], [float.PositiveInfinity]);
    }

    private static DiscreteSpace CountChoices(Hdf5Dataset dataset)
    {
        var column = new Hdf5Column(dataset, ElementType.Int32);
        var highest = 0;
        foreach (var (first, rows) in Windows(column))
        {
            var values = MemoryMarshal.Cast<byte, int>(rows.Span);
            for (var i = 0; i < values.Length; i++)
            {
                highest = values[i] is >= 0 and < int.MaxValue
                    ? Math.Max(highest, values[i])
                    : throw dataset.Fault(first + i, $"expected a choice from 0 to {int.MaxValue - 1} but got {values[i]}.");
            }
        }

        return new DiscreteSpace(highest + 1);
    }

    private static bool KeepsToUnit(Hdf5Dataset dataset)
    {
        var column = new Hdf5Column(dataset, ElementType.Float32);
        foreach (var (_, rows) in Windows(column))
        {
            foreach (var value in MemoryMarshal.Cast<byte, float>(rows.Span))
            {
                if (value is not (>= -1 and <= 1))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private static IEnumerable<(long First, Memory<byte> Rows)> Windows(Hdf5Column column)
    {
        var count = Math.Max(1, WindowBytes / column.RowBytes);
        count = (int)Math.Min(count, column.Dataset.RowCount);
        var buffer = new byte[count * column.RowBytes];
        for (var first = 0L; first < column.Dataset.RowCount; first += count)
        {
            var rows = buffer.AsMemory(0, (int)Math.Min(count, column.Dataset.RowCount - first) * column.RowBytes);
            column.Read(first, rows.Span);
            yield return (first, rows);
        }
    }
}
