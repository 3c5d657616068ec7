using System.Runtime.InteropServices;

namespace MemoryRL.Core;

/// <summary>Asks the system to back a block with huge pages, where it has them and wants to be asked (Linux' <c>madvise</c> mode).</summary>
/// <remarks>
/// Random rows of millions otherwise each miss the translation buffer too: a page walk beside every cache miss. It is a hint: refused or
/// unknown, nothing changes but the speed.
/// </remarks>
internal static partial class HugePages
{
    /// <summary>The bytes of a huge page on x64 and most of arm64.</summary>
    public const int Bytes = 2 << 20;

    private const int AdviceHugePage = 14;

    /// <summary>Asks for huge pages.</summary>
    /// <param name="address">The start of a block.</param>
    /// <param name="length">Its bytes.</param>
    public static void Advise(nint address, nint length)
    {
        var first = (address + Bytes - 1) & -Bytes;
        var end = (address + length) & -Bytes;
        if (OperatingSystem.IsLinux() && end > first)
        {
            _ = AdviseMemory(first, (nuint)(end - first), AdviceHugePage);
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int AdviseMemory(nint address, nuint length, int advice);
}
