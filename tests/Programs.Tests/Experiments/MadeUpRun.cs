using System.Collections.Immutable;
using MemoryRL.Cli;

namespace MemoryRL.Programs.Tests;

/// <summary>Folders of finished runs that nobody has run.</summary>
internal static class MadeUpRun
{
    /// <summary>Makes the folder of a finished cell.</summary>
    /// <param name="root">The folder of the suite.</param>
    /// <param name="cell">The cell.</param>
    /// <param name="score">The last policy's score.</param>
    /// <param name="data">What the data are, beside their name.</param>
    /// <returns>The run's own folder.</returns>
    public static string Save(string root, SuiteCell cell, double score, string data = "as made")
    {
        var folder = Directory.CreateDirectory(Path.Combine(root, cell.Name, "run", "some-run", $"seed-{cell.Seed}")).FullName;
        Result(cell, score, data).Save(folder);
        Record(cell).Save(Path.Combine(root, cell.Name));
        return folder;
    }

    /// <summary>Makes up what a cell's run took.</summary>
    /// <param name="cell">The cell.</param>
    /// <returns>95 seconds, 90 of them on a core.</returns>
    public static SuiteCellRecord Record(SuiteCell cell) => new(cell.Method, [.. cell.Identity()], "1.2.3", "Managed", "a machine", 95, 90);

    /// <summary>Makes up what a cell's run came to, with a curve of 10, 20, ..., 60.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="score">The last policy's score.</param>
    /// <param name="data">What the data are, beside their name.</param>
    /// <returns>The result.</returns>
    public static RunResult Result(SuiteCell cell, double score, string data = "as made")
    {
        ImmutableArray<ResultPoint> curve = [.. Enumerable.Range(1, 6).Select(i => Point(1000 * i, 10 * i))];
        return new RunResult
        {
            Task = cell.Task,
            Algorithm = cell.Algorithm,
            Method = "whatever the program calls it",
            Dataset = cell.Dataset,
            DatasetFingerprint = $"{cell.Dataset} {data}",
            Seed = cell.Seed,
            Updates = cell.Updates,
            Steps = 0,
            ProgressUnit = "updates",
            IsComplete = true,
            Final = Point(cell.Updates, score),
            Best = curve[^1],
            Curve = curve,
        };

        static ResultPoint Point(long at, double score) => new() { At = at, Return = score, Score = score, Success = 0.75, Episodes = 5 };
    }

    /// <summary>Keeps value functions in a run's folder: constant at first, then growing along x.</summary>
    /// <param name="folder">The run's own folder.</param>
    /// <param name="slope">By how much they grow in a metre.</param>
    public static void KeepValues(string folder, float slope = 1)
    {
        KeepValues(folder, 100, slope: 0);
        KeepValues(folder, 2_000, slope);
        File.WriteAllBytes(Path.Combine(folder, "values.safetensors"), SlopeFactory.Bundle(slope));
    }

    /// <summary>Keeps a value function in a run's folder that grows along x.</summary>
    /// <param name="folder">The run's own folder.</param>
    /// <param name="updates">After how many updates.</param>
    /// <param name="slope">By how much it grows in a metre.</param>
    public static void KeepValues(string folder, int updates, float slope)
    {
        Directory.CreateDirectory(Path.Combine(folder, "values"));
        File.WriteAllBytes(Path.Combine(folder, "values", $"values-{updates}.safetensors"), SlopeFactory.Bundle(slope));
    }
}
