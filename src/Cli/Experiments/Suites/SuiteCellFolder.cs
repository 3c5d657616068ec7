using System.Text.Json;

namespace MemoryRL.Cli;

/// <summary>A cell's run that has come to its end.</summary>
/// <param name="Record">What it took.</param>
/// <param name="Folder">Its folder.</param>
/// <param name="Result">What it came to, under the method's name of the suite.</param>
internal sealed record FinishedRun(SuiteCellRecord Record, string Folder, RunResult Result);

/// <summary>The folder of a cell: the run's own folder, the log of what it wrote, and, once it has come to its end, the record.</summary>
/// <param name="root">The folder of the suite.</param>
/// <param name="cell">The cell.</param>
internal sealed class SuiteCellFolder(string root, SuiteCell cell)
{
    /// <summary>Gets the folder.</summary>
    public string FullPath { get; } = Path.Combine(root, cell.Name.Replace('/', Path.DirectorySeparatorChar));

    /// <summary>Gets where the run makes its own folder.</summary>
    public string Runs => Path.Combine(FullPath, "run");

    /// <summary>Gets the file of what the run wrote.</summary>
    public string Log => Path.Combine(FullPath, "log.txt");

    /// <summary>Reads the run of a cell that has come to its end.</summary>
    /// <returns>The run; null where it has not.</returns>
    /// <exception cref="UsageException">A cell of this name has come to its end, but with other settings.</exception>
    public FinishedRun? Read()
    {
        var file = Path.Combine(FullPath, SuiteCellRecord.FileName);
        if (!File.Exists(file))
        {
            return null;
        }

        try
        {
            var record = SuiteCellRecord.Load(file);
            record.RequireOf(cell, "--out", $"'{FullPath}'");
            return FindResult() is var (folder, result) ? new FinishedRun(record, folder, result with { Method = cell.Method, Dataset = cell.Dataset }) : null;
        }
        catch (JsonException)
        {
            // A damaged cell is one that has not come to its end.
            return null;
        }
    }

    /// <summary>Takes the cell, so that no other process runs it.</summary>
    /// <returns>What holds it; null where another process runs it, or where the run of a suite that was killed still goes on.</returns>
    public RunLock? TryHold()
    {
        // Beside the folder, which is made anew while the cell is held.
        var (parent, name) = (Path.GetDirectoryName(FullPath)!, Path.GetFileName(FullPath));
        var held = RunLock.TryTake(Path.Combine(Directory.CreateDirectory(parent).FullName, $".{name}.lock"));
        try
        {
            if (held is not null && Directory.Exists(Runs) && Directory.GetDirectories(Runs).Any(RunLock.IsTaken))
            {
                held.Dispose();
                return null;
            }
        }
        catch
        {
            held?.Dispose();
            throw;
        }

        return held;
    }

    /// <summary>Makes the folder anew, whatever an unfinished run has left in it.</summary>
    public void Clear()
    {
        if (Directory.Exists(FullPath))
        {
            Directory.Delete(FullPath, recursive: true);
        }

        _ = Directory.CreateDirectory(FullPath);
    }

    /// <summary>Finds the complete result of the run.</summary>
    /// <returns>The run's folder and what it came to; null where there is none, or more than one.</returns>
    public (string Folder, RunResult Result)? FindResult()
    {
        var files = Directory.Exists(Runs) ? Directory.GetFiles(Runs, RunResult.FileName, SearchOption.AllDirectories) : [];
        return files.Length == 1 && RunResult.Load(files[0]) is { IsComplete: true, Final: not null } result ? (Path.GetDirectoryName(files[0])!, result) : null;
    }
}
