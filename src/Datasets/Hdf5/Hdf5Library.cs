using System.Reflection;
using System.Runtime.InteropServices;

namespace MemoryRL.Datasets;

/// <summary>
/// The HDF5 library of the system, called directly: Debian's <c>libhdf5-103-1</c> or another build of HDF5 1.10 to 1.14. Everything else in
/// MemoryRL works without it.
/// </summary>
/// <remarks>
/// Its usual builds are not safe over threads, so every call of ours is made under one lock of the process. The environment variable
/// <see cref="PathVariable"/> names another library file to use instead of the system's.
/// </remarks>
public static class Hdf5Library
{
    /// <summary>The environment variable with the path of the library file to use.</summary>
    public const string PathVariable = "MEMORYRL_LIBHDF5";

    /// <summary>The name by which our calls ask for the library.</summary>
    internal const string Import = "hdf5";

    private const string Remedy = "install it with `apt-get install libhdf5-103-1`, or name the library file in " + PathVariable;

    private static readonly string[] SystemNames =
        ["libhdf5_serial.so.103", "libhdf5.so.103", "libhdf5_serial.so", "libhdf5.so", "libhdf5.dylib", "hdf5.dll"];

    private static readonly Lock Gate = new();
    private static readonly Lazy<Loaded> Library = new(Load);

    /// <summary>Gets why HDF5 files cannot be used here, with the remedy; null where they can.</summary>
    public static string? UnavailableReason => Library.Value.Fault;

    /// <summary>Gets the version of the library in use; null where there is none.</summary>
    public static Version? Version => Library.Value.Version;

    /// <summary>Throws where the library is missing.</summary>
    /// <exception cref="Hdf5UnavailableException">There is no HDF5 library here.</exception>
    internal static void ThrowIfUnavailable()
    {
        if (UnavailableReason is { } reason)
        {
            throw new Hdf5UnavailableException(reason);
        }
    }

    /// <summary>Waits for the library to be free and takes it, until the result is disposed.</summary>
    /// <returns>The library taken.</returns>
    internal static Lock.Scope Enter()
    {
        ThrowIfUnavailable();
        var scope = Gate.EnterScope();

        // Builds that are safe over threads keep this per thread; unset, the library writes its errors to the process' error stream.
        _ = Hdf5Native.SetErrorPrinter(Hdf5Native.DefaultStack, 0, 0);
        return scope;
    }

    /// <summary>Gets a type or class id that the library exports as a variable.</summary>
    /// <param name="name">The variable's name.</param>
    /// <returns>The id.</returns>
    internal static long Id(string name) => Marshal.ReadInt64(NativeLibrary.GetExport(Library.Value.Handle, name));

    /// <summary>Makes the properties with which every file is opened. The library must be taken.</summary>
    /// <remarks>
    /// Without locks on the file. They are of no use here, since files appear by renaming, and they outlive the file's closing where another
    /// thread starts a process meanwhile, which inherits the open file.
    /// </remarks>
    /// <param name="path">The file, for error messages.</param>
    /// <returns>The properties.</returns>
    internal static Hdf5Handle CreateFileAccess(string path)
    {
        var access = Hdf5Errors.Created(Hdf5Native.CreateProperties(Id("H5P_CLS_FILE_ACCESS_ID_g")), path, null);
        if (NativeLibrary.TryGetExport(Library.Value.Handle, "H5Pset_file_locking", out _))
        {
            _ = Hdf5Native.SetLocks(access.Id, 0, 1);
        }

        return access;
    }

    private static Loaded Load()
    {
        var path = Environment.GetEnvironmentVariable(PathVariable);
        var (names, sought) = string.IsNullOrEmpty(path) ? (SystemNames, "of the system") : ([path], $"'{path}' of {PathVariable}");
        foreach (var name in names)
        {
            if (NativeLibrary.TryLoad(name, typeof(Hdf5Library).Assembly, DllImportSearchPath.SafeDirectories, out var handle))
            {
                return Start(handle, name);
            }
        }

        return new Loaded(0, null, $"The HDF5 library {sought} cannot be loaded: {Remedy}.");
    }

    private static Loaded Start(nint handle, string name)
    {
        if (!NativeLibrary.TryGetExport(handle, "H5get_libversion", out _) || !NativeLibrary.TryGetExport(handle, "H5Dget_chunk_storage_size", out _))
        {
            return new Loaded(0, null, $"Expected HDF5 1.10.2 or newer but '{name}' is none: {Remedy}.");
        }

        NativeLibrary.SetDllImportResolver(typeof(Hdf5Library).Assembly, Resolve);
        if (Hdf5Native.GetVersion(out var major, out var minor, out var release) < 0 || major != 1 || minor < 10 || Hdf5Native.Start() < 0)
        {
            return new Loaded(0, null, $"Expected HDF5 1.10 to 1.14 but '{name}' is {major}.{minor}.{release}: {Remedy}.");
        }

        return new Loaded(handle, new Version((int)major, (int)minor, (int)release), null);

        nint Resolve(string import, Assembly assembly, DllImportSearchPath? search) => import == Import ? handle : 0;
    }

    private sealed record Loaded(nint Handle, Version? Version, string? Fault);
}
