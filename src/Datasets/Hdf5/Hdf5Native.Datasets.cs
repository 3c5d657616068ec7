using System.Runtime.InteropServices;

namespace MemoryRL.Datasets;

/// <content>Datasets, their spaces and their types.</content>
internal static unsafe partial class Hdf5Native
{
    [LibraryImport(Hdf5Library.Import, EntryPoint = "H5Dcreate2", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial long CreateDataset(long parent, string name, long type, long space, long link, long creation, long access);

    [LibraryImport(Hdf5Library.Import, EntryPoint = "H5Dget_space")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial long GetDatasetSpace(long dataset);

    [LibraryImport(Hdf5Library.Import, EntryPoint = "H5Dget_type")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial long GetDatasetType(long dataset);

    [LibraryImport(Hdf5Library.Import, EntryPoint = "H5Dget_create_plist")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial long GetCreationProperties(long dataset);

    [LibraryImport(Hdf5Library.Import, EntryPoint = "H5Dget_storage_size")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial ulong GetStorageSize(long dataset);

    [LibraryImport(Hdf5Library.Import, EntryPoint = "H5Dget_chunk_storage_size")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int GetChunkStorageSize(long dataset, ulong* offset, ulong* bytes);

    [LibraryImport(Hdf5Library.Import, EntryPoint = "H5Dread_chunk")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int ReadChunk(long dataset, long transfer, ulong* offset, uint* filtersSkipped, void* buffer);

    [LibraryImport(Hdf5Library.Import, EntryPoint = "H5Dwrite_chunk")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int WriteChunk(long dataset, long transfer, uint filtersSkipped, ulong* offset, nuint bytes, void* buffer);

    [LibraryImport(Hdf5Library.Import, EntryPoint = "H5Dread")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int Read(long dataset, long memoryType, long memorySpace, long fileSpace, long transfer, void* buffer);

    [LibraryImport(Hdf5Library.Import, EntryPoint = "H5Dwrite")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int Write(long dataset, long memoryType, long memorySpace, long fileSpace, long transfer, void* buffer);

    [LibraryImport(Hdf5Library.Import, EntryPoint = "H5Dset_extent")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int SetExtent(long dataset, ulong* dimensions);

    [LibraryImport(Hdf5Library.Import, EntryPoint = "H5Dget_offset")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial ulong GetOffset(long dataset);

    [LibraryImport(Hdf5Library.Import, EntryPoint = "H5Screate")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial long CreateSpace(int kind);

    [LibraryImport(Hdf5Library.Import, EntryPoint = "H5Screate_simple")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial long CreateArraySpace(int rank, ulong* dimensions, ulong* maximum);

    [LibraryImport(Hdf5Library.Import, EntryPoint = "H5Sget_simple_extent_type")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int GetSpaceKind(long space);

    [LibraryImport(Hdf5Library.Import, EntryPoint = "H5Sget_simple_extent_ndims")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int GetRank(long space);

    [LibraryImport(Hdf5Library.Import, EntryPoint = "H5Sget_simple_extent_dims")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int GetDimensions(long space, ulong* dimensions, ulong* maximum);

    [LibraryImport(Hdf5Library.Import, EntryPoint = "H5Sselect_hyperslab")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int SelectBlock(long space, int operation, ulong* start, ulong* stride, ulong* count, ulong* block);

    [LibraryImport(Hdf5Library.Import, EntryPoint = "H5Tget_class")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int GetTypeClass(long type);

    [LibraryImport(Hdf5Library.Import, EntryPoint = "H5Tget_size")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial nuint GetTypeSize(long type);

    [LibraryImport(Hdf5Library.Import, EntryPoint = "H5Tequal")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int AreTypesEqual(long left, long right);

    [LibraryImport(Hdf5Library.Import, EntryPoint = "H5Tget_super")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial long GetBaseType(long type);

    [LibraryImport(Hdf5Library.Import, EntryPoint = "H5Tis_variable_str")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int IsVariableText(long type);

    [LibraryImport(Hdf5Library.Import, EntryPoint = "H5Tcopy")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial long CopyType(long type);

    [LibraryImport(Hdf5Library.Import, EntryPoint = "H5Tset_size")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int SetTypeSize(long type, nuint size);

    [LibraryImport(Hdf5Library.Import, EntryPoint = "H5Tset_strpad")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int SetTextPadding(long type, int padding);

    [LibraryImport(Hdf5Library.Import, EntryPoint = "H5Tset_cset")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int SetCharacterSet(long type, int characterSet);

    [LibraryImport(Hdf5Library.Import, EntryPoint = "H5Tenum_create")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial long CreateEnumeration(long baseType);

    [LibraryImport(Hdf5Library.Import, EntryPoint = "H5Tenum_insert", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int AddMember(long type, string name, void* value);
}
