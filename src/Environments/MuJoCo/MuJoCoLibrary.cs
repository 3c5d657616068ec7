using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MemoryRL.Environments;

/// <summary>The physics engine MuJoCo as this process has loaded it: its entry points, found once, checked once.</summary>
/// <remarks>
/// MuJoCo (https://mujoco.org, Apache-2.0) is used through its C interface as Debian packages it, without a shim. Its structures are read at
/// fixed offsets, so that exactly one version is taken, and even that only after <see cref="MuJoCoLayout"/> has found known numbers where it
/// expects them. <c>MEMORYRL_LIBMUJOCO</c> names another file to load in place of the system's.
/// </remarks>
public sealed unsafe class MuJoCoLibrary
{
    /// <summary>The version whose structures the offsets describe, as <c>mj_version()</c> says it.</summary>
    public const int Version = 222;

    /// <summary>The environment variable that names another file to load.</summary>
    public const string PathVariable = "MEMORYRL_LIBMUJOCO";

    private const string Remedy = "apt-get install libmujoco2.2.2";

    private static readonly Lazy<(MuJoCoLibrary? Library, string? Reason)> Loaded = new(() => Load(Environment.GetEnvironmentVariable(PathVariable)));

    private readonly nint _handle;

    private MuJoCoLibrary(nint handle)
    {
        _handle = handle;
        LoadXml = (delegate* unmanaged[Cdecl]<byte*, void*, byte*, int, byte*>)Export("mj_loadXML");
        DeleteModel = (delegate* unmanaged[Cdecl]<byte*, void>)Export("mj_deleteModel");
        MakeData = (delegate* unmanaged[Cdecl]<byte*, byte*>)Export("mj_makeData");
        DeleteData = (delegate* unmanaged[Cdecl]<byte*, void>)Export("mj_deleteData");
        ResetData = (delegate* unmanaged[Cdecl]<byte*, byte*, void>)Export("mj_resetData");
        ResetDataKeyframe = (delegate* unmanaged[Cdecl]<byte*, byte*, int, void>)Export("mj_resetDataKeyframe");
        Forward = (delegate* unmanaged[Cdecl]<byte*, byte*, void>)Export("mj_forward");
        Step = (delegate* unmanaged[Cdecl]<byte*, byte*, void>)Export("mj_step");
    }

    /// <summary>Gets what this machine lacks, with the remedy; null where the engine can be used.</summary>
    public static string? UnavailableReason => Loaded.Value.Reason;

    /// <summary>Gets the engine.</summary>
    /// <exception cref="InvalidOperationException">It cannot be used here; the message says why.</exception>
    internal static MuJoCoLibrary Instance => Loaded.Value.Library ?? throw new InvalidOperationException(Loaded.Value.Reason);

    internal delegate* unmanaged[Cdecl]<byte*, void*, byte*, int, byte*> LoadXml { get; }

    internal delegate* unmanaged[Cdecl]<byte*, void> DeleteModel { get; }

    internal delegate* unmanaged[Cdecl]<byte*, byte*> MakeData { get; }

    internal delegate* unmanaged[Cdecl]<byte*, void> DeleteData { get; }

    internal delegate* unmanaged[Cdecl]<byte*, byte*, void> ResetData { get; }

    internal delegate* unmanaged[Cdecl]<byte*, byte*, int, void> ResetDataKeyframe { get; }

    internal delegate* unmanaged[Cdecl]<byte*, byte*, void> Forward { get; }

    internal delegate* unmanaged[Cdecl]<byte*, byte*, void> Step { get; }

    /// <summary>Loads the engine and checks it.</summary>
    /// <param name="path">The file; null for the system's.</param>
    /// <returns>The engine, or what is wrong with the remedy.</returns>
    internal static (MuJoCoLibrary? Library, string? Reason) Load(string? path)
    {
        var name = string.IsNullOrEmpty(path) ? "libmujoco.so.2.2.2" : path;
        if (!NativeLibrary.TryLoad(name, out var handle))
        {
            return (null, $"the physics engine {name} is not there: {Remedy}");
        }

        if (!NativeLibrary.TryGetExport(handle, "mj_version", out var version))
        {
            return (null, $"{name} is not MuJoCo: {Remedy}");
        }

        try
        {
            return Check(name, ((delegate* unmanaged[Cdecl]<int>)version)()) is { } wrong ? (null, wrong) : (Open(handle), null);
        }
        catch (EntryPointNotFoundException error)
        {
            return (null, $"{name} lacks a function of MuJoCo 2.2.2 ({error.Message}): {Remedy}");
        }
        catch (InvalidDataException error)
        {
            return (null, $"{name} is not laid out as MuJoCo 2.2.2 ({error.Message}): {Remedy}");
        }
    }

    /// <summary>Compares a version with the one that the offsets describe.</summary>
    /// <param name="name">The file.</param>
    /// <param name="version">What it says of itself.</param>
    /// <returns>What is wrong, or null.</returns>
    internal static string? Check(string name, int version) => version == Version
        ? null
        : $"expected MuJoCo {Spell(Version)} but {name} is {Spell(version)}: {Remedy}";

    private static string Spell(int version) => FormattableString.Invariant($"{version / 100}.{version / 10 % 10}.{version % 10}");

    private static MuJoCoLibrary Open(nint handle)
    {
        var library = new MuJoCoLibrary(handle);

        // By default the engine writes its warnings to a file in the current folder, and ends the process without a word to .NET.
        *(nint*)library.Export("mju_user_warning") = (nint)(delegate* unmanaged[Cdecl]<byte*, void>)&IgnoreWarning;
        *(nint*)library.Export("mju_user_error") = (nint)(delegate* unmanaged[Cdecl]<byte*, void>)&Fail;
        MuJoCoLayout.Verify(library);
        return library;
    }

    // A diverging simulation is found by its clock instead: see MuJoCoSimulation.Step.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void IgnoreWarning(byte* message)
    {
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Fail(byte* message) => Environment.FailFast($"MuJoCo: {Marshal.PtrToStringUTF8((nint)message)}");

    private nint Export(string name) => NativeLibrary.GetExport(_handle, name);
}
