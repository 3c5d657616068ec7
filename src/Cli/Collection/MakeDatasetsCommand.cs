using System.Collections.Immutable;
using System.CommandLine;
using MemoryRL.Environments;

namespace MemoryRL.Cli;

/// <summary><c>memoryrl make-datasets</c>: re-generates data sets in D4RL's manner.</summary>
internal static class MakeDatasetsCommand
{
    private static readonly Argument<string[]> Datasets = new("datasets") { Description = $"Which families: some of {string.Join(", ", DatasetRecipes.Families)}.", Arity = ArgumentArity.OneOrMore };

    private static readonly Option<long> Steps = new("--steps")
    {
        Description = "How many steps a full data set has; those of medium-replay are fewer in D4RL's proportion.",
        HelpName = "count",
        DefaultValueFactory = _ => DatasetRecipes.FullSteps,
    };

    private static readonly Option<string> Out = new("--out") { Description = "The folder of the files.", HelpName = "folder", DefaultValueFactory = _ => "datasets" };

    private static readonly Option<string?> Only = new("--only") { Description = "Only the data sets of these names: a list, such as hopper-medium,maze2d-umaze.", HelpName = "list" };

    /// <summary>Makes the command.</summary>
    /// <param name="terminal">Where to write.</param>
    /// <returns>The command.</returns>
    public static Command Create(Terminal terminal)
    {
        var command = new Command(
            "make-datasets",
            "Re-generate data sets in the manner of D4RL, which they are not: hopper and walker2d expert, medium, medium-replay and medium-expert, point mazes by a waypoint controller, ant mazes by a steered walker. Complete files are skipped; interrupted ones go on.")
        {
            Datasets,
            Steps,
            Out,
            Only,
            CollectionOptions.Policies,
            CollectionOptions.Runs,
            CollectionOptions.Seed,
            CollectionOptions.Threads,
        };
        command.SetAction((result, cancellationToken) => System.Threading.Tasks.Task.Run(() => Run(terminal, result, cancellationToken), cancellationToken));
        return command;
    }

    private static int Run(Terminal terminal, ParseResult result, CancellationToken cancellationToken)
    {
        var steps = result.GetValue(Steps);
        UsageException.ThrowUnless(steps >= 1, "--steps", "1 or more steps", steps);
        var folder = result.GetRequiredValue(Out);
        var threads = CollectionOptions.ReadThreads(result);
        var recipes = Choose(result);
        var library = CollectionOptions.ReadLibrary(result);

        // Everything that is missing is said before the first step is taken.
        var plans = recipes.Where(recipe => recipe.Phases is not null).ToDictionary(recipe => recipe.Name, recipe => Plan(recipe, library, CollectionOptions.ReadSeed(result), steps));
        DatasetFile.CheckAvailable();
        terminal.WriteLine($"{recipes.Length} data sets in '{folder}', {CollectionPlan.Note}");
        foreach (var recipe in recipes)
        {
            var path = PathOf(folder, recipe.Name);
            if (plans.TryGetValue(recipe.Name, out var plan))
            {
                _ = new CollectionJob(terminal, plan, path, threads).Run(cancellationToken);
            }
            else
            {
                new JoinJob(terminal, [.. recipe.Joins.Select(name => PathOf(folder, name))], path).Run(cancellationToken);
            }
        }

        return ExitCode.Done;
    }

    private static CollectionPlan Plan(DatasetRecipe recipe, IPolicyLibrary library, ulong seed, long steps)
    {
        var task = EnvironmentRegistry.Find(recipe.Task);
        return task.UnavailableReason is { } reason
            ? throw new EnvironmentUnavailableException(recipe.Task, reason)
            : new CollectionPlan(task, DatasetRecipes.SeedOf(seed, recipe), recipe.Phases!(library, task, recipe.StepsFor(steps)));
    }

    private static ImmutableArray<DatasetRecipe> Choose(ParseResult result)
    {
        var recipes = result.GetRequiredValue(Datasets).Distinct(StringComparer.Ordinal).SelectMany(DatasetRecipes.Of).ToImmutableArray();
        if (result.GetValue(Only) is not { } list)
        {
            return recipes;
        }

        var names = list.Split(',', StringSplitOptions.TrimEntries);
        foreach (var name in names)
        {
            UsageException.ThrowUnless(recipes.Any(recipe => recipe.Name == name), "--only", $"some of {string.Join(", ", recipes.Select(recipe => recipe.Name))}", name);
        }

        return [.. recipes.Where(recipe => names.Contains(recipe.Name, StringComparer.Ordinal))];
    }

    private static string PathOf(string folder, string name) => Path.Combine(folder, name + DatasetFile.Extension);
}
