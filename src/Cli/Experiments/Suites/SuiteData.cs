using System.Collections.Immutable;

namespace MemoryRL.Cli;

/// <summary>Sees to it that a suite's data sets are there.</summary>
/// <param name="folder">The folder of the data sets.</param>
/// <param name="policies">A folder of published policies; null where there is none.</param>
internal sealed class SuiteData(string folder, string? policies)
{
    /// <summary>Finds the data sets that cells learn from.</summary>
    /// <param name="cells">The cells.</param>
    /// <returns>The recipes, in the order in which they are made.</returns>
    public static ImmutableArray<DatasetRecipe> RecipesOf(IEnumerable<SuiteCell> cells)
    {
        var names = cells.Select(cell => cell.Dataset).ToHashSet(StringComparer.Ordinal);
        return [.. DatasetRecipes.Families.SelectMany(DatasetRecipes.Of).Where(recipe => names.Contains(recipe.Name))];
    }

    /// <summary>Tells whether a data set is made without anybody's policies.</summary>
    /// <param name="recipe">The data set.</param>
    /// <returns>Whether it is one of the point mazes.</returns>
    public static bool IsWithoutPolicies(DatasetRecipe recipe) => recipe.Name.StartsWith("maze2d", StringComparison.Ordinal);

    /// <summary>Finds what is missing.</summary>
    /// <param name="cells">The cells.</param>
    /// <returns>The recipes, in the order in which they are made.</returns>
    public ImmutableArray<DatasetRecipe> Missing(IEnumerable<SuiteCell> cells) => [.. RecipesOf(cells).Where(recipe => !File.Exists(PathOf(recipe.Name)))];

    /// <summary>Spells the command that makes data sets.</summary>
    /// <param name="recipes">The data sets, at least one.</param>
    /// <returns>The program's arguments.</returns>
    public IEnumerable<string> Command(ImmutableArray<DatasetRecipe> recipes) =>
    [
        "make-datasets",
        .. DatasetRecipes.Families.Where(family => DatasetRecipes.Of(family).Any(recipe => recipes.Any(wanted => wanted.Name == recipe.Name))),
        "--only", string.Join(',', recipes.Select(recipe => recipe.Name)),
        "--out", folder,
        .. policies is null ? [] : (string[])["--policies", policies],
    ];

    /// <summary>Makes what is missing: the point mazes always, what needs policies where there is a folder of them.</summary>
    /// <param name="cells">The cells.</param>
    /// <param name="terminal">Where to write.</param>
    /// <param name="cancellationToken">Stops in order.</param>
    /// <returns>A task that ends when all data sets are there.</returns>
    /// <exception cref="UsageException">Some are missing that need policies, and there is no folder of them; the message has the command that makes them.</exception>
    public async Task EnsureAsync(IEnumerable<SuiteCell> cells, Terminal terminal, CancellationToken cancellationToken)
    {
        var missing = Missing(cells);
        if (missing.IsEmpty)
        {
            return;
        }

        var beyond = missing.Where(recipe => policies is null && !IsWithoutPolicies(recipe)).ToImmutableArray();
        if (!beyond.IsEmpty)
        {
            throw new UsageException(
                $"--data: expected the data sets {string.Join(", ", beyond.Select(recipe => recipe.Name))} in '{folder}' but they are not there. Make them with `memoryrl {string.Join(' ', Command(beyond))} --policies <folder>`, or name a folder of policies here with --policies.");
        }

        terminal.WriteLine($"data sets to be made first: {string.Join(", ", missing.Select(recipe => recipe.Name))}; about {ReportText.Duration(missing.Sum(Seconds))}");
        var code = await MemoryRLCommandLine.RunAsync([.. Command(missing)], terminal, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        if (code != ExitCode.Done)
        {
            throw new InvalidOperationException($"Expected the data sets to be made but `memoryrl {string.Join(' ', Command(missing))}` failed.");
        }
    }

    // Measured on 2 cores: a million steps of a point maze in half a minute, of Hopper and Walker2d in 2 minutes, of the ant in 7.
    private static double Seconds(DatasetRecipe recipe) => recipe.Steps / 1e6 * (IsWithoutPolicies(recipe) ? 30 : recipe.Name.StartsWith("antmaze", StringComparison.Ordinal) ? 420 : 120);

    private string PathOf(string name) => Path.Combine(folder, name + DatasetFile.Extension);
}
