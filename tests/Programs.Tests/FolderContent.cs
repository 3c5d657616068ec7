namespace MemoryRL.Programs.Tests;

/// <summary>What lies in a folder, to tell whether anything in it was written.</summary>
internal static class FolderContent
{
    public static (string File, DateTime WrittenAt, string Bytes)[] Of(string folder) =>
    [
        .. Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(file => (Path.GetRelativePath(folder, file), File.GetLastWriteTimeUtc(file), Convert.ToHexString(File.ReadAllBytes(file)))),
    ];
}
