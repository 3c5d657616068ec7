using System.Collections.Immutable;
using MemoryRL.Core;

namespace MemoryRL.Environments;

/// <summary>The tasks by name.</summary>
public static class EnvironmentRegistry
{
    private static readonly ImmutableSortedDictionary<string, EnvironmentEntry> Entries = CreateEntries().ToImmutableSortedDictionary(entry => entry.Spec.Name, entry => entry, StringComparer.Ordinal);

    /// <summary>Gets the names in kebab case, sorted.</summary>
    public static ImmutableArray<string> Names { get; } = [.. Entries.Keys];

    /// <summary>Finds a task.</summary>
    /// <param name="name">The name in kebab case, such as <c>four-rooms</c>.</param>
    /// <returns>The task's entry.</returns>
    /// <exception cref="InvalidExperienceException">There is no such task; the message lists those that there are.</exception>
    public static EnvironmentEntry Find(string name) => Entries.TryGetValue(name, out var entry)
        ? entry
        : throw new InvalidExperienceException("environment", $"one of {string.Join(", ", Names)}", $"'{name}'");

    /// <summary>Makes a task with its own limit.</summary>
    /// <param name="name">The name in kebab case.</param>
    /// <returns>A new environment, as if seeded with 0.</returns>
    /// <exception cref="InvalidExperienceException">There is no such task; the message lists those that there are.</exception>
    public static IEnvironment Create(string name) => Find(name).Create();

    // The random policy's success is the exact probability, from the task's Markov chain; a test computes it again.
    private static IEnumerable<EnvironmentEntry> CreateEntries()
    {
        yield return new EnvironmentEntry(
            FourRooms.UnlimitedSpec with { MaxEpisodeSteps = 50, RandomSuccess = 0.1479 },
            () => new FourRooms(),
            _ => 0);

        // Gymnasium sets no limit; a run needs one, and 200 is our choice. No truncated episode counts as a success: see the threshold.
        yield return new EnvironmentEntry(
            CliffWalking.GymnasiumSpec with { MaxEpisodeSteps = 200, RandomSuccess = 0.0005 },
            () => new CliffWalking(CliffRules.Gymnasium),
            limit => Math.Max(CliffWalking.CliffSuccessReturn, -(limit ?? int.MaxValue)));
        yield return new EnvironmentEntry(
            CliffWalking.SparseSpec with { MaxEpisodeSteps = 100, RandomSuccess = 0.0015 },
            () => new CliffWalking(CliffRules.Sparse),
            _ => 0);

        // A horizon of four times the room's side: our choice (algorithms.md 3.2, [I]).
        yield return new EnvironmentEntry(
            DarkChamber.UnlimitedSpec with { MaxEpisodeSteps = 4 * DarkChamber.RoomSize, RandomSuccess = 0.0935 },
            () => new DarkChamber(),
            _ => 0);
    }
}
