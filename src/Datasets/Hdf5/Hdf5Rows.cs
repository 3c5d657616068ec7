namespace MemoryRL.Datasets;

/// <summary>How the rows of a dataset are fetched from the file, which depends on how the file keeps them.</summary>
/// <param name="dataset">The dataset.</param>
/// <param name="handle">Its handle, which stays the dataset's.</param>
internal abstract class Hdf5Rows(Hdf5Dataset dataset, Hdf5Handle handle) : IDisposable
{
    private const int LayoutCompact = 0;
    private const int LayoutContiguous = 1;
    private const int LayoutChunked = 2;
    private const int MaxRank = 32;

    /// <summary>Gets the rows that the file stores together; 1 where there is no such number.</summary>
    public virtual long RowsPerChunk => 1;

    /// <summary>Gets the dataset.</summary>
    protected Hdf5Dataset Dataset { get; } = dataset;

    /// <summary>Gets the dataset's handle.</summary>
    protected Hdf5Handle Handle { get; } = handle;

    /// <summary>Chooses how to fetch rows. The library must be taken.</summary>
    /// <param name="reader">The file.</param>
    /// <param name="dataset">The dataset; its type and shape are known.</param>
    /// <param name="handle">Its handle.</param>
    /// <returns>The way to fetch rows.</returns>
    /// <exception cref="DatasetFormatException">The rows are missing, or kept in a way that is not read.</exception>
    public static unsafe Hdf5Rows Create(Hdf5Reader reader, Hdf5Dataset dataset, Hdf5Handle handle)
    {
        const string Fault = "how it is stored cannot be read";
        using var properties = Hdf5Errors.Opened(Hdf5Native.GetCreationProperties(handle.Id), dataset.File, dataset.Place, Fault);
        var layout = (int)Hdf5Errors.CheckRead(Hdf5Native.GetLayout(properties.Id), dataset.File, dataset.Place, Fault);
        if (layout is not (LayoutCompact or LayoutContiguous or LayoutChunked) || Hdf5Native.CountExternalFiles(properties.Id) != 0)
        {
            throw dataset.Fault(null, "expected its rows in this file but they are kept in others.");
        }

        if (layout != LayoutChunked || dataset.Shape.IsEmpty || !dataset.Type.IsNumeric)
        {
            CheckStored(reader, dataset, handle, layout);
            return new Hdf5PlainRows(dataset, handle);
        }

        var dimensions = stackalloc ulong[MaxRank];
        var rank = Hdf5Errors.CheckRead(Hdf5Native.GetChunk(properties.Id, MaxRank, dimensions), dataset.File, dataset.Place, Fault);
        if (rank != dataset.Shape.Length)
        {
            throw dataset.Fault(null, $"expected chunks of {dataset.Shape.Length} dimensions but got {rank}.");
        }

        return new Hdf5ChunkedRows(reader, dataset, handle, new ReadOnlySpan<ulong>(dimensions, (int)rank), ReadFilters(properties, dataset));
    }

    /// <summary>Reads rows.</summary>
    /// <param name="first">The first row.</param>
    /// <param name="destination">Where they go: one row or more.</param>
    /// <exception cref="DatasetFormatException">The file is damaged there.</exception>
    public abstract void Read(long first, Span<byte> destination);

    /// <inheritdoc/>
    public virtual void Dispose()
    {
    }

    /// <summary>Lets the library read rows.</summary>
    /// <param name="first">The first row.</param>
    /// <param name="destination">Where they go: one row or more.</param>
    protected unsafe void ReadByLibrary(long first, Span<byte> destination)
    {
        const string Fault = "its rows cannot be read";
        using var library = Hdf5Library.Enter();
        using var ownType = Hdf5Errors.Opened(Hdf5Native.GetDatasetType(Handle.Id), Dataset.File, Dataset.Place, Fault);
        var memoryType = Dataset.Type.Kind == Hdf5Kind.Boolean ? ownType.Id : Dataset.Type.NativeId();
        fixed (byte* target = destination)
        {
            if (Dataset.Shape.IsEmpty)
            {
                _ = Hdf5Errors.CheckRead(
                    Hdf5Native.Read(Handle.Id, memoryType, Hdf5Native.WholeSpace, Hdf5Native.WholeSpace, Hdf5Native.DefaultProperties, target), Dataset.File, Dataset.Place, Fault);
                return;
            }

            var rank = Dataset.Shape.Length;
            var start = stackalloc ulong[MaxRank];
            var count = stackalloc ulong[MaxRank];
            for (var i = 0; i < rank; i++)
            {
                (start[i], count[i]) = (0, (ulong)Dataset.Shape[i]);
            }

            (start[0], count[0]) = ((ulong)first, (ulong)(destination.Length / Dataset.RowBytes));
            using var fileSpace = Hdf5Errors.Opened(Hdf5Native.GetDatasetSpace(Handle.Id), Dataset.File, Dataset.Place, Fault);
            _ = Hdf5Errors.CheckRead(Hdf5Native.SelectBlock(fileSpace.Id, 0, start, null, count, null), Dataset.File, Dataset.Place, Fault);
            using var memorySpace = Hdf5Errors.Opened(Hdf5Native.CreateArraySpace(rank, count, null), Dataset.File, Dataset.Place, Fault);
            var result = Hdf5Native.Read(Handle.Id, memoryType, memorySpace.Id, fileSpace.Id, Hdf5Native.DefaultProperties, target);
            if (result < 0)
            {
                _ = Hdf5Errors.CheckRead(result, Dataset.File, Dataset.Place, $"rows {first} to {first + (long)count[0] - 1} cannot be read");
            }
        }
    }

    // A hole in the file reads as zeros, and a length beyond the file's end makes the library ask for memory before it finds out.
    private static void CheckStored(Hdf5Reader reader, Hdf5Dataset dataset, Hdf5Handle handle, int layout)
    {
        var expected = (Int128)dataset.RowBytes * dataset.RowCount;
        var stored = (Int128)Hdf5Native.GetStorageSize(handle.Id);
        if (layout != LayoutChunked && dataset.Type.Kind != Hdf5Kind.Other && expected > 0 && (stored < expected || expected > reader.Length))
        {
            throw dataset.Fault(null, $"expected {expected} bytes in the file but got {Int128.Min(stored, reader.Length)}.");
        }
    }

    private static unsafe Hdf5Filter[] ReadFilters(Hdf5Handle properties, Hdf5Dataset dataset)
    {
        const string Fault = "how it is packed cannot be read";
        var count = Hdf5Errors.CheckRead(Hdf5Native.CountFilters(properties.Id), dataset.File, dataset.Place, Fault);
        var filters = new Hdf5Filter[count];
        for (var i = 0; i < count; i++)
        {
            uint flags, configuration;
            nuint values = 0;
            filters[i] = (Hdf5Filter)Hdf5Errors.CheckRead(
                Hdf5Native.GetFilter(properties.Id, (uint)i, &flags, &values, null, 0, null, &configuration), dataset.File, dataset.Place, Fault);
            if (Hdf5Native.HasFilter((int)filters[i]) <= 0)
            {
                throw dataset.Fault(null, $"expected it to be packed by a filter that HDF5 has but got number {(int)filters[i]}: repack the file with `h5repack -f GZIP=4`.");
            }
        }

        return filters;
    }
}

/// <summary>How chunks are packed, by HDF5's registered numbers.</summary>
internal enum Hdf5Filter
{
    /// <summary>Not packed.</summary>
    None = 0,

    /// <summary>zlib.</summary>
    Deflate = 1,

    /// <summary>First bytes of all elements first, then the second ones, and so on.</summary>
    Shuffle = 2,
}

/// <summary>Rows that the file keeps one behind the other: the library reads them as they are.</summary>
/// <param name="dataset">The dataset.</param>
/// <param name="handle">Its handle.</param>
internal sealed class Hdf5PlainRows(Hdf5Dataset dataset, Hdf5Handle handle) : Hdf5Rows(dataset, handle)
{
    /// <inheritdoc/>
    public override void Read(long first, Span<byte> destination) => ReadByLibrary(first, destination);
}
