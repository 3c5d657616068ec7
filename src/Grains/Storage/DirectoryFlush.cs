using System.ComponentModel;
using System.Runtime.InteropServices;

namespace MemoryRL.Grains;

/// <summary>Writes a folder's entries to disk, so that a rename or a deletion survives a power cut.</summary>
internal static class DirectoryFlush
{
    // The same number on x64 and arm64 Linux and unused on macOS, where the process opens no other handle in between anyway.
    private const int CloseOnExec = 0x80000;

    /// <summary>Flushes a folder. On Windows the file system keeps its own journal of renames and there is nothing to do.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="IOException">The operating system could not.</exception>
    public static void Flush(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var descriptor = Open(folder, OperatingSystem.IsLinux() ? CloseOnExec : 0);
        if (descriptor < 0)
        {
            throw Error(folder);
        }

        try
        {
            if (FlushDescriptor(descriptor) != 0)
            {
                throw Error(folder);
            }
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    private static IOException Error(string folder)
    {
        var fault = new Win32Exception(Marshal.GetLastPInvokeError());
        return new IOException($"Folder '{folder}' could not be flushed to disk: {fault.Message}.", fault);
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int FlushDescriptor(int descriptor);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int descriptor);
}
