using System.Globalization;
using MemoryRL.Client;

namespace MemoryRL.Cli;

/// <summary>Makes the file of a plan: collects in parts beside it, then joins them; goes on where an earlier attempt was interrupted.</summary>
/// <param name="terminal">Where to write.</param>
/// <param name="plan">What is collected.</param>
/// <param name="path">The file.</param>
/// <param name="threads">The number of threads that play.</param>
internal sealed class CollectionJob(Terminal terminal, CollectionPlan plan, string path, int threads)
{
    private string Name { get; } = Path.GetFileNameWithoutExtension(path);

    private string Parts { get; } = path + ".parts";

    /// <summary>Makes the file unless it is there.</summary>
    /// <param name="cancellationToken">Stops in order; what was collected is kept for the next attempt.</param>
    /// <returns>Whether there was anything to do.</returns>
    /// <exception cref="UsageException">The file is there, but of another recipe.</exception>
    public bool Run(CancellationToken cancellationToken)
    {
        if (IsComplete(path, plan.Recipe))
        {
            // A process that died after the file was complete may have left its parts.
            DeleteParts();
            terminal.WriteLine($"{Name}: complete already, {path}");
            return false;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        using var collection = PartedCollection.Open(Parts, PartsRecipe, plan.CreatePhases());
        DeleteUnfinished();
        Collect(collection, cancellationToken);
        var metadata = DatasetFile.Describe(plan.Task.Spec.Name, plan.Recipe, plan.Policies, plan.Seed.ToString(CultureInfo.InvariantCulture));
        DatasetFile.Write(path, collection.Spec, metadata, collection.ReadEpisodes(), cancellationToken);
        collection.Delete();
        terminal.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Name}: {plan.Steps:#,0} steps in {path} ({new FileInfo(path).Length / 1e6:#,0.0} MB)"));
        return true;
    }

    /// <summary>Tells whether a file is there and of a recipe.</summary>
    /// <param name="path">The file.</param>
    /// <param name="recipe">The recipe.</param>
    /// <returns>Whether it is complete; false where there is no file.</returns>
    /// <exception cref="UsageException">The file is there, but of another recipe.</exception>
    public static bool IsComplete(string path, string recipe) => DatasetFile.ReadRecipe(path) is { } known
        && (known == recipe ? true : throw new UsageException($"'{path}' is there already, made by another recipe: delete it or choose another place. It was made by {(known.Length == 0 ? "something that does not say" : known)}; this would be {recipe}."));

    // Parts of two versions of the program are never joined.
    private string PartsRecipe => $"{BuildInformation.FullVersion} {plan.Recipe}";

    private void Collect(PartedCollection collection, CancellationToken cancellationToken)
    {
        if (collection.Steps > 0 && !collection.IsComplete)
        {
            terminal.WriteLine($"{Name}: goes on after {collection.Steps:#,0} of {collection.TotalSteps:#,0} steps");
        }

        var view = new CollectionView(terminal, Name);
        try
        {
            collection.Run(threads, view.Show, cancellationToken);
        }
        finally
        {
            view.End();
        }
    }

    // A process that died while it joined the parts left its unfinished file; whoever holds the parts is the only one who writes.
    private void DeleteUnfinished()
    {
        foreach (var file in Directory.EnumerateFiles(Path.GetDirectoryName(Path.GetFullPath(path))!, $"{Path.GetFileName(path)}.*.tmp"))
        {
            File.Delete(file);
        }
    }

    private void DeleteParts()
    {
        if (Directory.Exists(Parts))
        {
            Directory.Delete(Parts, recursive: true);
        }
    }
}
