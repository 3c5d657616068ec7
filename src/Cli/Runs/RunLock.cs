namespace MemoryRL.Cli;

/// <summary>Keeps what a run writes to one process at a time: a file that is held open, which the system lets go of when the process ends, even by a kill.</summary>
/// <remarks>The file stays behind, empty: where a held one could be removed, two processes could hold one each under the same name.</remarks>
internal sealed class RunLock : IDisposable
{
    private const string FileName = ".lock";

    private readonly FileStream _file;

    private RunLock(FileStream file) => _file = file;

    /// <summary>Takes a lock.</summary>
    /// <param name="path">Its file, in a folder that is there.</param>
    /// <returns>The lock; null where another process, or another run of this one, has it.</returns>
    /// <exception cref="IOException">The file cannot be made.</exception>
    public static RunLock? TryTake(string path)
    {
        try
        {
            return new RunLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException) when (File.Exists(path))
        {
            return null;
        }
    }

    /// <summary>Takes the lock of a run's folder.</summary>
    /// <param name="key">The option that led to the folder.</param>
    /// <param name="folder">The folder.</param>
    /// <returns>The lock.</returns>
    /// <exception cref="UsageException">Another process writes into the folder.</exception>
    public static RunLock TakeFolder(string key, string folder)
    {
        var taken = TryTake(Path.Combine(folder, FileName));
        UsageException.ThrowUnless(taken is not null, key, "the folder of a run that no other process has under way", folder);
        return taken;
    }

    /// <summary>Tells whether a process writes into a run's folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>Whether one does.</returns>
    public static bool IsTaken(string folder)
    {
        using var probe = TryTake(Path.Combine(folder, FileName));
        return probe is null;
    }

    /// <summary>Gives it back.</summary>
    public void Dispose() => _file.Dispose();
}
