using System.Collections.Immutable;

namespace MemoryRL.Datasets;

/// <summary>A dataset open for reading: rows along its first dimension. One thread at a time.</summary>
internal sealed class Hdf5Dataset : IDisposable
{
    private const int MaxRank = 32;

    // A row must fit a step, and a window of rows an array.
    private const long MaxRowBytes = 256L << 20;

    private readonly Hdf5Handle _handle;
    private readonly Hdf5Rows _rows;

    /// <summary>Reads what a dataset is. The library must be taken.</summary>
    /// <param name="reader">The file.</param>
    /// <param name="place">The dataset's path.</param>
    /// <param name="handle">The dataset, which is closed with this one.</param>
    /// <exception cref="DatasetFormatException">It is damaged or of a kind that is not read; the handle is still the caller's.</exception>
    public Hdf5Dataset(Hdf5Reader reader, string place, Hdf5Handle handle)
    {
        File = reader.Path;
        Place = place;
        _handle = handle;
        using (var type = Hdf5Errors.Opened(Hdf5Native.GetDatasetType(handle.Id), File, place, "its type cannot be read"))
        {
            Type = Hdf5Type.Recognize(type.Id);
        }

        Shape = ReadShape();
        RowBytes = CountRowBytes();
        _rows = Hdf5Rows.Create(reader, this, handle);
    }

    /// <summary>Gets the file.</summary>
    public string File { get; }

    /// <summary>Gets the dataset's path in the file.</summary>
    public string Place { get; }

    /// <summary>Gets the type of an element.</summary>
    public Hdf5Type Type { get; }

    /// <summary>Gets the lengths of the dimensions; empty for a scalar.</summary>
    public ImmutableArray<long> Shape { get; }

    /// <summary>Gets the number of rows; 1 for a scalar.</summary>
    public long RowCount => Shape.IsEmpty ? 1 : Shape[0];

    /// <summary>Gets the bytes of one row as they are read.</summary>
    public int RowBytes { get; }

    /// <summary>Gets the number of elements of one row.</summary>
    public int RowElements => Type.Bytes == 0 ? 0 : RowBytes / Type.Bytes;

    /// <summary>Gets the rows that the file stores and packs together; 1 where it does not.</summary>
    public long RowsPerChunk => _rows.RowsPerChunk;

    /// <summary>Reads rows, in this machine's order of bytes.</summary>
    /// <param name="first">The first row.</param>
    /// <param name="destination">Where they go: a whole number of rows that the dataset has.</param>
    /// <exception cref="DatasetFormatException">The file is damaged there.</exception>
    public void ReadRows(long first, Span<byte> destination)
    {
        if (!destination.IsEmpty)
        {
            _rows.Read(first, destination);
        }
    }

    /// <summary>Reads the first element as text.</summary>
    /// <returns>The text; numbers are written invariantly.</returns>
    /// <exception cref="DatasetFormatException">The file is damaged there, or the dataset is empty or of a type that is not read.</exception>
    public string ReadText() => Hdf5Text.Read(this, _handle);

    /// <summary>Makes an error about this dataset.</summary>
    /// <param name="row">The row; null where no single one is meant.</param>
    /// <param name="fault">What was expected and what came.</param>
    /// <returns>The error.</returns>
    public DatasetFormatException Fault(long? row, string fault) => new(File, Place, row, fault);

    /// <inheritdoc/>
    public void Dispose()
    {
        _rows.Dispose();
        _handle.Dispose();
    }

    private unsafe ImmutableArray<long> ReadShape()
    {
        using var space = Hdf5Errors.Opened(Hdf5Native.GetDatasetSpace(_handle.Id), File, Place, "its shape cannot be read");
        if (Hdf5Native.GetSpaceKind(space.Id) is < 0 or > 1)
        {
            throw Fault(null, "expected an array or a single value but got an empty dataset.");
        }

        var rank = Hdf5Errors.CheckRead(Hdf5Native.GetRank(space.Id), File, Place, "its shape cannot be read");
        if (rank > MaxRank)
        {
            throw Fault(null, $"expected at most {MaxRank} dimensions but got {rank}.");
        }

        var dimensions = stackalloc ulong[MaxRank];
        _ = Hdf5Errors.CheckRead(Hdf5Native.GetDimensions(space.Id, dimensions, null), File, Place, "its shape cannot be read");
        var shape = ImmutableArray.CreateBuilder<long>((int)rank);
        for (var i = 0; i < rank; i++)
        {
            shape.Add(dimensions[i] <= long.MaxValue ? (long)dimensions[i] : throw Fault(null, $"expected dimensions below 2^63 but got {dimensions[i]}."));
        }

        return shape.MoveToImmutable();
    }

    private int CountRowBytes()
    {
        Int128 bytes = Type.Bytes;
        for (var i = 1; i < Shape.Length; i++)
        {
            bytes = Int128.Min(bytes * Shape[i], long.MaxValue);
        }

        return bytes <= MaxRowBytes ? (int)bytes : throw Fault(null, $"expected at most {MaxRowBytes} bytes a row but got {bytes}.");
    }
}
