namespace MemoryRL.Programs.Tests;

/// <summary>A folder that goes when the test ends.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("memoryrl-programs-");

    public string Path => _folder.FullName;

    public void Dispose() => _folder.Delete(recursive: true);
}
