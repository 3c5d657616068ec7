using System.Collections.Immutable;
using MemoryRL.Core;
using MemoryRL.Datasets;

namespace MemoryRL.Cli;

/// <summary>A data set as a file in D4RL's layout, with what it says of itself.</summary>
internal static class DatasetFile
{
    /// <summary>The key of the recipe: JSON from which the data follow.</summary>
    public const string RecipeKey = "recipe";

    /// <summary>The key of the policies with the hashes of their files, as JSON.</summary>
    public const string PoliciesKey = "policies";

    /// <summary>The key of the seed.</summary>
    public const string SeedKey = "seed";

    /// <summary>The key of the program's version.</summary>
    public const string VersionKey = "code_version";

    /// <summary>The key of the sentence that says what the data are not.</summary>
    public const string NoteKey = "note";

    /// <summary>The key of the task's name.</summary>
    public const string TaskKey = "task";

    /// <summary>The end of a data set's file name.</summary>
    public const string Extension = ".hdf5";

    /// <summary>Throws where HDF5 files cannot be written here.</summary>
    /// <exception cref="InvalidOperationException">The library is missing; the message has the remedy.</exception>
    public static void CheckAvailable()
    {
        if (Hdf5Library.UnavailableReason is { } reason)
        {
            throw new InvalidOperationException($"HDF5 files cannot be used here: {reason}");
        }
    }

    /// <summary>Finds the data sets that a command line names.</summary>
    /// <param name="path">A file, or a folder with such files.</param>
    /// <returns>The files; a folder's by name.</returns>
    /// <exception cref="UsageException">There is no such file, or none in the folder.</exception>
    public static IEnumerable<string> Expand(string path)
    {
        if (Directory.Exists(path))
        {
            var files = Directory.EnumerateFiles(path, "*" + Extension).Order(StringComparer.Ordinal).ToList();
            return files.Count > 0 ? files : throw new UsageException($"files: expected files *{Extension} in '{path}' but there are none.");
        }

        return File.Exists(path) ? [path] : throw new UsageException($"files: expected a file or a folder but got '{path}'.");
    }

    /// <summary>Reads the recipe of a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The recipe; null where there is no file, or one that says nothing of its making.</returns>
    public static string? ReadRecipe(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        using var reader = D4rlFile.Open(path);
        return reader.Metadata.GetValueOrDefault(RecipeKey, "");
    }

    /// <summary>Writes a data set; whoever looks sees it whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="spec">What a step is made of.</param>
    /// <param name="metadata">What the file says of itself.</param>
    /// <param name="episodes">The episodes, read once.</param>
    /// <param name="cancellationToken">Ends the work between two episodes; nothing is left then.</param>
    public static void Write(string path, ExperienceSpec spec, ImmutableSortedDictionary<string, string> metadata, IEnumerable<Episode> episodes, CancellationToken cancellationToken)
    {
        using var writer = D4rlFile.Create(path, spec);
        foreach (var episode in episodes)
        {
            cancellationToken.ThrowIfCancellationRequested();
            writer.Append(episode);
        }

        foreach (var (key, value) in metadata)
        {
            writer.SetMetadata(key, value);
        }

        writer.Complete();
    }

    /// <summary>Says of a data set what it is made of.</summary>
    /// <param name="task">The task's name.</param>
    /// <param name="recipe">The recipe.</param>
    /// <param name="policies">The policies as JSON.</param>
    /// <param name="seeds">The seed, or several with commas.</param>
    /// <returns>The metadata.</returns>
    public static ImmutableSortedDictionary<string, string> Describe(string task, string recipe, string policies, string seeds) => ImmutableSortedDictionary<string, string>.Empty
        .Add(TaskKey, task)
        .Add(RecipeKey, recipe)
        .Add(PoliciesKey, policies)
        .Add(SeedKey, seeds)
        .Add(VersionKey, BuildInformation.FullVersion)
        .Add(NoteKey, CollectionPlan.Note);
}
