using System.Collections.Immutable;
using MemoryRL.Core;

namespace MemoryRL.Datasets;

/// <summary>A dataset read as the column of a spec: rows of one element type, converted where the file has another.</summary>
/// <param name="dataset">The dataset, which is closed with the column.</param>
/// <param name="elementType">The column's element type.</param>
internal sealed class Hdf5Column(Hdf5Dataset dataset, ElementType elementType) : IDisposable
{
    private readonly bool _isSame = Hdf5Numbers.IsSame(dataset.Type, elementType);
    private byte[] _staged = [];

    /// <summary>Gets the dataset.</summary>
    public Hdf5Dataset Dataset { get; } = dataset;

    /// <summary>Gets the bytes of one row of the column.</summary>
    public int RowBytes { get; } = dataset.RowElements * elementType.ByteCount();

    /// <summary>Opens a dataset as a column, checking that it has the rows and values of one.</summary>
    /// <param name="reader">The file.</param>
    /// <param name="place">The dataset's path.</param>
    /// <param name="elementType">The column's element type.</param>
    /// <param name="rowShape">The shape of a row.</param>
    /// <param name="rows">The number of rows.</param>
    /// <returns>The column.</returns>
    /// <exception cref="DatasetFormatException">The dataset is missing, damaged, or of another type or shape.</exception>
    public static Hdf5Column Open(Hdf5Reader reader, string place, ElementType elementType, ImmutableArray<int> rowShape, long rows)
    {
        var dataset = reader.OpenDataset(place);
        try
        {
            CheckShape(dataset, rowShape, rows);
            if (!Hdf5Numbers.CanConvert(dataset.Type, elementType))
            {
                throw dataset.Fault(null, $"expected numbers that can be read as {Hdf5Type.Of(elementType)} but got {dataset.Type}.");
            }

            return new Hdf5Column(dataset, elementType);
        }
        catch
        {
            dataset.Dispose();
            throw;
        }
    }

    /// <summary>Opens a column of truth values: of that type, or numbers that are all 0 or 1.</summary>
    /// <param name="reader">The file.</param>
    /// <param name="place">The dataset's path.</param>
    /// <param name="rows">The number of rows.</param>
    /// <returns>The column.</returns>
    /// <exception cref="DatasetFormatException">The dataset is missing, damaged, or of another type or shape.</exception>
    public static Hdf5Column OpenFlags(Hdf5Reader reader, string place, long rows) => Open(reader, place, ElementType.Boolean, [], rows);

    /// <summary>Reads rows.</summary>
    /// <param name="first">The first row.</param>
    /// <param name="destination">Where they go: a whole number of rows that the dataset has.</param>
    /// <exception cref="DatasetFormatException">The file is damaged there, or has a number that the column cannot hold.</exception>
    public void Read(long first, Span<byte> destination)
    {
        if (destination.IsEmpty)
        {
            return;
        }

        if (_isSame)
        {
            Dataset.ReadRows(first, destination);
            CheckFlags(first, destination);
            return;
        }

        var bytes = checked(destination.Length / RowBytes * Dataset.RowBytes);
        _staged = _staged.Length >= bytes ? _staged : new byte[bytes];
        var source = _staged.AsSpan(0, bytes);
        Dataset.ReadRows(first, source);
        var fault = Hdf5Numbers.Convert(Dataset.Type, source, elementType, destination);
        if (fault >= 0)
        {
            throw Dataset.Fault(first + (fault / Dataset.RowElements), $"expected a number that {Hdf5Type.Of(elementType)} can hold but got {Hdf5Numbers.Format(Dataset.Type, source, fault)}.");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Dataset.Dispose();

    private static void CheckShape(Hdf5Dataset dataset, ImmutableArray<int> rowShape, long rows)
    {
        if (dataset.Shape.IsEmpty || dataset.RowCount != rows)
        {
            throw dataset.Fault(null, $"expected {rows} rows, to match the others, but got {(dataset.Shape.IsEmpty ? "a single value" : dataset.RowCount)}.");
        }

        // [N] and [N, 1] are the same column: files differ in how they keep rewards.
        var isScalar = dataset.RowElements == 1 && rowShape.All(static length => length == 1);
        if (!isScalar && !dataset.Shape.Skip(1).SequenceEqual(rowShape.Select(static length => (long)length)))
        {
            throw dataset.Fault(null, $"expected rows of shape [{string.Join(", ", rowShape)}] but got [{string.Join(", ", dataset.Shape.Skip(1))}].");
        }
    }

    private void CheckFlags(long first, ReadOnlySpan<byte> values)
    {
        if (elementType == ElementType.Boolean && values.IndexOfAnyExcept((byte)0, (byte)1) is >= 0 and var fault)
        {
            throw Dataset.Fault(first + (fault / Dataset.RowElements), $"expected 0 or 1 but got {values[fault]}.");
        }
    }
}
