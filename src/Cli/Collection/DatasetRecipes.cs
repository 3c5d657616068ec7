using System.Collections.Immutable;
using MemoryRL.Environments;

namespace MemoryRL.Cli;

/// <summary>The data sets that <c>make-datasets</c> re-generates in D4RL's manner.</summary>
internal static class DatasetRecipes
{
    /// <summary>The number of steps of most of D4RL's data sets.</summary>
    public const long FullSteps = 1_000_000;

    // Seeds of different data sets are apart, so that the two halves of a joined one begin with different episodes.
    private const ulong SeedsPerFamily = 100;

    // Gaussian noise of D4RL's AntMaze (scripts/generation/generate_ant_maze_datasets.py).
    private const double AntNoise = 0.2;

    /// <summary>Gets what can be asked for.</summary>
    public static ImmutableArray<string> Families { get; } = ["hopper", "walker2d", "maze2d", "antmaze"];

    /// <summary>Lists the data sets of a family; one that is joined comes after those that it is joined of.</summary>
    /// <param name="family">One of <see cref="Families"/>.</param>
    /// <returns>The recipes.</returns>
    public static IEnumerable<DatasetRecipe> Of(string family) => family switch
    {
        "hopper" => Locomotion(family, 402_000),
        "walker2d" => Locomotion(family, 302_000),
        "maze2d" => Sizes.Select((size, number) => new DatasetRecipe($"maze2d-{size}", $"maze2d-{size}", FullSteps, number, (_, _, steps) => [new StreamPhase(0, steps)])),
        "antmaze" => Sizes.SelectMany((size, number) => new[] { MazeGoals.Play, MazeGoals.Diverse }.Select((goals, way) => AntMaze(size, goals, (2 * number) + way))),
        _ => throw new UsageException($"datasets: expected some of {string.Join(", ", Families)} but got '{family}'."),
    };

    /// <summary>Works out the seed of a data set.</summary>
    /// <param name="seed">The seed of all.</param>
    /// <param name="recipe">The data set.</param>
    /// <returns>Its own.</returns>
    public static ulong SeedOf(ulong seed, DatasetRecipe recipe) => checked((seed * SeedsPerFamily) + (ulong)recipe.Number);

    private static IEnumerable<string> Sizes => ["umaze", "medium", "large"];

    private static IEnumerable<DatasetRecipe> Locomotion(string task, long replaySteps) =>
    [
        new($"{task}-medium", task, FullSteps, 0, (library, entry, steps) => [Phase(library.Find(entry.Spec).Medium, steps)]),
        new($"{task}-expert", task, FullSteps, 1, (library, entry, steps) => [Phase(library.Find(entry.Spec).Expert, steps)]),
        new($"{task}-medium-replay", task, replaySteps, 2, (library, entry, steps) => Replay(library.Find(entry.Spec), steps)),
        new($"{task}-medium-expert", task, 2 * FullSteps, 3, null) { Joins = [$"{task}-medium", $"{task}-expert"] },
    ];

    private static DatasetRecipe AntMaze(string size, MazeGoals goals, int number) => new(
        $"antmaze-{size}-{goals.ToString().ToLowerInvariant()}",
        $"antmaze-{size}",
        FullSteps,
        number,
        (library, _, steps) => [new WalkerPhase(library.FindWalker(EnvironmentRegistry.Find("ant").Spec), goals, AntNoise, steps)]);

    private static PolicyPhase Phase(PolicyUse use, long endStep) => new(use.Policy, use.Mode, use.Noise, endStep);

    // The snapshots in the order of the curve, as a replay buffer has them.
    private static ImmutableArray<PlannedPhase> Replay(PolicyLevels levels, long steps)
    {
        var phases = ImmutableArray.CreateBuilder<PlannedPhase>();
        var (share, before) = (0.0, 0L);
        foreach (var (use, part) in levels.Replay)
        {
            share += part;
            var end = phases.Count == levels.Replay.Length - 1 ? steps : (long)Math.Round(share * steps);
            if (end > before)
            {
                phases.Add(Phase(use, end));
                before = end;
            }
        }

        return phases.ToImmutable();
    }
}

/// <summary>A data set that can be re-generated.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Task">The task's name.</param>
/// <param name="Steps">How many steps it has in full.</param>
/// <param name="Number">Its number within its family, which keeps seeds apart.</param>
/// <param name="Phases">Plans its phases for so many steps; null for one that is joined of others.</param>
internal sealed record DatasetRecipe(string Name, string Task, long Steps, int Number, Func<IPolicyLibrary, EnvironmentEntry, long, ImmutableArray<PlannedPhase>>? Phases)
{
    /// <summary>Gets the data sets that it is joined of, one behind the other.</summary>
    public ImmutableArray<string> Joins { get; init; } = [];

    /// <summary>Scales the number of steps.</summary>
    /// <param name="fullSteps">How many a full data set shall have.</param>
    /// <returns>How many this one has then, at least 1.</returns>
    public long StepsFor(long fullSteps) => Math.Max(1, (long)Math.Round((double)Steps * fullSteps / DatasetRecipes.FullSteps));
}
