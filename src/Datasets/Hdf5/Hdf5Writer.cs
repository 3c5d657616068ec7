using System.Collections.Immutable;
using System.Text;
using MemoryRL.Core;

namespace MemoryRL.Datasets;

/// <summary>An HDF5 file being written. One thread at a time. The same content gives the same bytes: no times are kept.</summary>
internal sealed class Hdf5Writer : IDisposable
{
    private const string DatasetProperties = "H5P_CLS_DATASET_CREATE_ID_g";
    private const int WholeFile = 1;
    private const int Scalar = 0;
    private const int Utf8 = 1;

    // Of 2016, and the oldest whose descriptions have check sums.
    private const int Format110 = 2;

    private readonly Hdf5Handle _file;
    private readonly Hdf5Handle _group;

    /// <summary>Creates a file.</summary>
    /// <param name="path">The file, which must not be there.</param>
    /// <exception cref="IOException">It cannot be created.</exception>
    /// <exception cref="Hdf5UnavailableException">There is no HDF5 library here.</exception>
    public Hdf5Writer(string path)
    {
        Path = path;
        using var library = Hdf5Library.Enter();
        _group = CreateTimelessProperties("H5P_CLS_GROUP_CREATE_ID_g");
        using var root = CreateTimelessProperties("H5P_CLS_FILE_CREATE_ID_g");
        using var access = Hdf5Library.CreateFileAccess(path);
        _ = Hdf5Errors.CheckWritten(Hdf5Native.SetFormat(access.Id, Format110, Format110), path, null);
        _file = Hdf5Errors.Created(Hdf5Native.CreateFile(path, Hdf5Native.CreateNew, root.Id, access.Id), path, null);
    }

    /// <summary>Gets the file.</summary>
    public string Path { get; }

    /// <summary>Creates a dataset that grows by rows.</summary>
    /// <param name="place">Its path; groups on the way are made.</param>
    /// <param name="elementType">The type of an element.</param>
    /// <param name="rowShape">The shape of a row; empty for one element.</param>
    /// <param name="options">How rows are chunked and packed.</param>
    /// <returns>The dataset; dispose it before the file is closed.</returns>
    /// <exception cref="IOException">It cannot be created.</exception>
    public unsafe Hdf5ColumnWriter CreateColumn(string place, ElementType elementType, ImmutableArray<int> rowShape, Hdf5ColumnOptions options)
    {
        var rank = rowShape.Length + 1;
        var shape = stackalloc ulong[rank];
        var maximum = stackalloc ulong[rank];
        var chunk = stackalloc ulong[rank];
        (shape[0], maximum[0]) = (0, ulong.MaxValue);
        var rowBytes = (long)elementType.ByteCount();
        for (var i = 1; i < rank; i++)
        {
            shape[i] = maximum[i] = chunk[i] = (ulong)rowShape[i - 1];
            rowBytes *= rowShape[i - 1];
        }

        var chunkRows = options.ChunkRows(rowBytes);
        chunk[0] = (ulong)chunkRows;
        using var library = Hdf5Library.Enter();
        CreateParents(place);
        using var type = CreateType(elementType);
        using var space = Hdf5Errors.Created(Hdf5Native.CreateArraySpace(rank, shape, maximum), Path, place);
        using var properties = CreateTimelessProperties(DatasetProperties);
        _ = Hdf5Errors.CheckWritten(Hdf5Native.SetChunk(properties.Id, rank, chunk), Path, place);
        if (options.CompressionLevel > 0)
        {
            _ = Hdf5Errors.CheckWritten(Hdf5Native.SetDeflate(properties.Id, (uint)options.CompressionLevel), Path, place);
        }

        var dataset = Hdf5Native.CreateDataset(_file.Id, place, type.Id, space.Id, Hdf5Native.DefaultProperties, properties.Id, Hdf5Native.DefaultProperties);
        return new Hdf5ColumnWriter(Path, place, Hdf5Errors.Created(dataset, Path, place), rowShape, (int)rowBytes, chunkRows, options.CompressionLevel);
    }

    /// <summary>Writes text as a dataset of one value, as h5py writes <c>numpy.bytes_</c>.</summary>
    /// <param name="place">Its path; groups on the way are made.</param>
    /// <param name="text">The text, kept as UTF-8.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public unsafe void WriteText(string place, string text)
    {
        using var library = Hdf5Library.Enter();
        CreateParents(place);
        using var type = CreateTextType(text, out var bytes);
        using var space = Hdf5Errors.Created(Hdf5Native.CreateSpace(Scalar), Path, place);
        using var properties = CreateTimelessProperties(DatasetProperties);
        using var dataset = Hdf5Errors.Created(
            Hdf5Native.CreateDataset(_file.Id, place, type.Id, space.Id, Hdf5Native.DefaultProperties, properties.Id, Hdf5Native.DefaultProperties), Path, place);
        fixed (byte* source = bytes)
        {
            _ = Hdf5Errors.CheckWritten(
                Hdf5Native.Write(dataset.Id, type.Id, Hdf5Native.WholeSpace, Hdf5Native.WholeSpace, Hdf5Native.DefaultProperties, source), Path, place);
        }
    }

    /// <summary>Creates a group.</summary>
    /// <param name="place">Its path; groups on the way are made.</param>
    /// <exception cref="IOException">It cannot be created.</exception>
    public void CreateGroup(string place)
    {
        using var library = Hdf5Library.Enter();
        CreateParents(place);
        CreateOneGroup(place);
    }

    /// <summary>Writes an attribute.</summary>
    /// <param name="place">The path of the group or dataset that gets it.</param>
    /// <param name="name">The attribute's name, not yet used there.</param>
    /// <param name="value">A whole number.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public unsafe void WriteAttribute(string place, string name, long value)
    {
        using var library = Hdf5Library.Enter();
        var type = Hdf5Library.Id("H5T_NATIVE_INT64_g");
        using var owner = Hdf5Errors.Created(Hdf5Native.OpenObject(_file.Id, place, Hdf5Native.DefaultProperties), Path, place);
        using var space = Hdf5Errors.Created(Hdf5Native.CreateSpace(Scalar), Path, place);
        using var attribute = Hdf5Errors.Created(
            Hdf5Native.CreateAttribute(owner.Id, name, type, space.Id, Hdf5Native.DefaultProperties, Hdf5Native.DefaultProperties), Path, place);
        _ = Hdf5Errors.CheckWritten(Hdf5Native.WriteAttribute(attribute.Id, type, &value), Path, place);
    }

    /// <summary>Writes everything out and closes the file.</summary>
    /// <exception cref="IOException">Something cannot be written.</exception>
    public void Close()
    {
        using var library = Hdf5Library.Enter();
        _ = Hdf5Errors.CheckWritten(Hdf5Native.FlushFile(_file.Id, WholeFile), Path, null);
        _ = Hdf5Errors.CheckWritten(Hdf5Native.CloseFile(_file.Id), Path, null);
        _file.SetHandleAsInvalid();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _group.Dispose();
        _file.Dispose();
    }

    private unsafe Hdf5Handle CreateType(ElementType elementType)
    {
        if (elementType != ElementType.Boolean)
        {
            return Hdf5Errors.Created(Hdf5Native.CopyType(Hdf5Type.Of(elementType).NativeId()), Path, null);
        }

        // h5py's truth values.
        var type = Hdf5Errors.Created(Hdf5Native.CreateEnumeration(Hdf5Library.Id("H5T_NATIVE_INT8_g")), Path, null);
        var (no, yes) = ((byte)0, (byte)1);
        _ = Hdf5Errors.CheckWritten(Hdf5Native.AddMember(type.Id, "FALSE", &no), Path, null);
        _ = Hdf5Errors.CheckWritten(Hdf5Native.AddMember(type.Id, "TRUE", &yes), Path, null);
        return type;
    }

    private Hdf5Handle CreateTextType(string text, out byte[] bytes)
    {
        // There is no text of 0 bytes in HDF5: an empty one is a single null byte.
        bytes = text.Length == 0 ? [0] : Encoding.UTF8.GetBytes(text);
        var type = Hdf5Errors.Created(Hdf5Native.CopyType(Hdf5Library.Id("H5T_C_S1_g")), Path, null);
        _ = Hdf5Errors.CheckWritten(Hdf5Native.SetTypeSize(type.Id, (nuint)bytes.Length), Path, null);
        _ = Hdf5Errors.CheckWritten(Hdf5Native.SetTextPadding(type.Id, 1), Path, null);
        _ = Hdf5Errors.CheckWritten(Hdf5Native.SetCharacterSet(type.Id, Utf8), Path, null);
        return type;
    }

    // The library would make them too, each with the time.
    private void CreateParents(string place)
    {
        for (var end = place.IndexOf('/', StringComparison.Ordinal); end >= 0; end = place.IndexOf('/', end + 1))
        {
            var parent = place[..end];
            if (Hdf5Errors.CheckWritten(Hdf5Native.LinkExists(_file.Id, parent, Hdf5Native.DefaultProperties), Path, parent) == 0)
            {
                CreateOneGroup(parent);
            }
        }
    }

    private void CreateOneGroup(string place)
    {
        using var group = Hdf5Errors.Created(Hdf5Native.CreateGroup(_file.Id, place, Hdf5Native.DefaultProperties, _group.Id, Hdf5Native.DefaultProperties), Path, place);
    }

    private Hdf5Handle CreateTimelessProperties(string propertyClass)
    {
        var properties = Hdf5Errors.Created(Hdf5Native.CreateProperties(Hdf5Library.Id(propertyClass)), Path, null);
        _ = Hdf5Errors.CheckWritten(Hdf5Native.SetTracksTimes(properties.Id, 0), Path, null);
        return properties;
    }
}
