using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MemoryRL.Datasets;

/// <summary>The functions of HDF5 that we call, under names that say what they do. Ids are int64, sizes uint64, negative results errors (HDF5 1.10).</summary>
internal static unsafe partial class Hdf5Native
{
    public const long DefaultStack = 0;
    public const long DefaultProperties = 0;
    public const long WholeSpace = 0;

    public const uint OpenReadOnly = 0;
    public const uint CreateNew = 4;

    [LibraryImport(Hdf5Library.Import, EntryPoint = "H5open")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int Start();

    [LibraryImport(Hdf5Library.Import, EntryPoint = "H5get_libversion")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int GetVersion(out uint major, out uint minor, out uint release);

    [LibraryImport(Hdf5Library.Import, EntryPoint = "H5Eset_auto2")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int SetErrorPrinter(long stack, nint printer, nint argument);

    [LibraryImport(Hdf5Library.Import, EntryPoint = "H5Ewalk2")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int WalkErrors(long stack, int direction, delegate* unmanaged[Cdecl]<uint, ErrorEntry*, nint, int> visit, nint argument);

    [LibraryImport(Hdf5Library.Import, EntryPoint = "H5Idec_ref")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int Release(long id);

    [LibraryImport(Hdf5Library.Import, EntryPoint = "H5Iget_type")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int KindOf(long id);

    [LibraryImport(Hdf5Library.Import, EntryPoint = "H5Fopen", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial long OpenFile(string path, uint flags, long access);

    [LibraryImport(Hdf5Library.Import, EntryPoint = "H5Fcreate", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial long CreateFile(string path, uint flags, long creation, long access);

    [LibraryImport(Hdf5Library.Import, EntryPoint = "H5Fflush")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int FlushFile(long file, int scope);

    [LibraryImport(Hdf5Library.Import, EntryPoint = "H5Fclose")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int CloseFile(long file);

    [LibraryImport(Hdf5Library.Import, EntryPoint = "H5Gcreate2", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial long CreateGroup(long parent, string name, long link, long creation, long access);

    [LibraryImport(Hdf5Library.Import, EntryPoint = "H5Gget_info")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int GetGroupInfo(long group, out GroupInfo info);

    [LibraryImport(Hdf5Library.Import, EntryPoint = "H5Lget_name_by_idx", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial nint GetLinkName(long group, string path, int index, int order, ulong number, byte* name, nuint size, long access);

    [LibraryImport(Hdf5Library.Import, EntryPoint = "H5Lexists", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int LinkExists(long parent, string name, long access);

    [LibraryImport(Hdf5Library.Import, EntryPoint = "H5Oopen", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial long OpenObject(long parent, string name, long access);

    [LibraryImport(Hdf5Library.Import, EntryPoint = "H5Pcreate")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial long CreateProperties(long propertyClass);

    [LibraryImport(Hdf5Library.Import, EntryPoint = "H5Pset_chunk")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int SetChunk(long properties, int rank, ulong* dimensions);

    [LibraryImport(Hdf5Library.Import, EntryPoint = "H5Pget_chunk")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int GetChunk(long properties, int rank, ulong* dimensions);

    [LibraryImport(Hdf5Library.Import, EntryPoint = "H5Pget_layout")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int GetLayout(long properties);

    [LibraryImport(Hdf5Library.Import, EntryPoint = "H5Pget_external_count")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int CountExternalFiles(long properties);

    [LibraryImport(Hdf5Library.Import, EntryPoint = "H5Pset_deflate")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int SetDeflate(long properties, uint level);

    [LibraryImport(Hdf5Library.Import, EntryPoint = "H5Pset_file_locking")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int SetLocks(long properties, byte locks, byte ignoresRefusal);

    [LibraryImport(Hdf5Library.Import, EntryPoint = "H5Pset_libver_bounds")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int SetFormat(long properties, int lowest, int highest);

    [LibraryImport(Hdf5Library.Import, EntryPoint = "H5Pset_obj_track_times")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int SetTracksTimes(long properties, byte tracks);

    [LibraryImport(Hdf5Library.Import, EntryPoint = "H5Pget_nfilters")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int CountFilters(long properties);

    [LibraryImport(Hdf5Library.Import, EntryPoint = "H5Pget_filter2")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int GetFilter(long properties, uint number, uint* flags, nuint* valueCount, uint* values, nuint nameSize, byte* name, uint* configuration);

    [LibraryImport(Hdf5Library.Import, EntryPoint = "H5Zfilter_avail")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int HasFilter(int filter);

    [LibraryImport(Hdf5Library.Import, EntryPoint = "H5Aexists", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int AttributeExists(long owner, string name);

    [LibraryImport(Hdf5Library.Import, EntryPoint = "H5Aopen", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial long OpenAttribute(long owner, string name, long access);

    [LibraryImport(Hdf5Library.Import, EntryPoint = "H5Acreate2", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial long CreateAttribute(long owner, string name, long type, long space, long creation, long access);

    [LibraryImport(Hdf5Library.Import, EntryPoint = "H5Aget_type")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial long GetAttributeType(long attribute);

    [LibraryImport(Hdf5Library.Import, EntryPoint = "H5Aget_space")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial long GetAttributeSpace(long attribute);

    [LibraryImport(Hdf5Library.Import, EntryPoint = "H5Aread")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int ReadAttribute(long attribute, long memoryType, void* buffer);

    [LibraryImport(Hdf5Library.Import, EntryPoint = "H5Awrite")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int WriteAttribute(long attribute, long memoryType, void* buffer);

    /// <summary>One entry of the library's error stack.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public readonly struct ErrorEntry
    {
        public readonly long ClassId;
        public readonly long MajorId;
        public readonly long MinorId;
        public readonly uint Line;
        public readonly byte* Function;
        public readonly byte* File;
        public readonly byte* Description;
    }

    /// <summary>What the library says of a group.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public readonly struct GroupInfo
    {
        public readonly int StorageType;
        public readonly ulong LinkCount;
        public readonly long MaxCreationOrder;
        public readonly byte IsMounted;
    }

    /// <summary>Takes the description of each error in turn; the innermost comes last.</summary>
    /// <param name="number">The entry's number.</param>
    /// <param name="entry">The entry.</param>
    /// <param name="argument">A handle of the list to add to.</param>
    /// <returns>0, to go on.</returns>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int CollectError(uint number, ErrorEntry* entry, nint argument)
    {
        if (GCHandle.FromIntPtr(argument).Target is List<string> errors && Marshal.PtrToStringUTF8((nint)entry->Description) is { } text)
        {
            errors.Add(text);
        }

        return 0;
    }
}
