using System.Collections.Immutable;
using MemoryRL.Core;

namespace MemoryRL.Environments;

/// <summary>The tasks by name; each room lists its own.</summary>
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
    /// <exception cref="EnvironmentUnavailableException">This machine lacks something that the task needs.</exception>
    public static IEnvironment Create(string name) => Find(name).Create();

    private static IEnumerable<EnvironmentEntry> CreateEntries() => [.. GridTasks.Entries, .. ClassicTasks.Entries, .. MuJoCoTasks.Entries, .. MazeTasks.Entries];
}
