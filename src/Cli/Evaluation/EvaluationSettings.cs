using System.Collections.Immutable;
using MemoryRL.Core;
using MemoryRL.Environments;

namespace MemoryRL.Cli;

/// <summary>What is evaluated, and how.</summary>
/// <param name="Policies">The policies.</param>
/// <param name="Task">The task for all of them; null for the one that each was trained on.</param>
/// <param name="Episodes">The number of episodes; null for as many as suit the task.</param>
/// <param name="FirstSeed">The first seed of the episodes.</param>
/// <param name="Seeds">How many seeds, from the first on.</param>
/// <param name="Threads">The number of threads.</param>
/// <param name="Mode">How the policies choose.</param>
internal sealed record EvaluationSettings(ImmutableArray<PolicySource> Policies, string? Task, int? Episodes, long FirstSeed, int Seeds, int Threads, ActMode Mode)
{
    private const int MostEpisodes = 1000;
    private const int EnoughSteps = 100_000;

    /// <summary>Gets the policies by task.</summary>
    /// <returns>Each task with its policies, in the order in which they were named; policies without a task go with the first.</returns>
    /// <exception cref="UsageException">There is no such task, or none is named.</exception>
    public IEnumerable<(EnvironmentEntry Task, ImmutableArray<PolicySource> Policies)> ByTask()
    {
        var names = Task is not null ? [Task] : Policies.Select(policy => policy.Task).OfType<string>().Distinct().ToArray();
        if (names.Length == 0)
        {
            throw new UsageException($"The policy does not say its task. Name it with --task: {string.Join(", ", EnvironmentRegistry.Names)}.");
        }

        return names.Select(name => (Find(name), Policies.Where(policy => Task is not null || (policy.Task ?? names[0]) == name).ToImmutableArray())).ToArray();
    }

    /// <summary>Gets the number of episodes of a task.</summary>
    /// <param name="task">The task.</param>
    /// <returns>What was asked for; else 1,000, or fewer where they might take more than 100,000 steps.</returns>
    public int EpisodesOf(EnvironmentSpec task) => Episodes ?? Math.Clamp(EnoughSteps / (task.MaxEpisodeSteps ?? 1), 1, MostEpisodes);

    private static EnvironmentEntry Find(string name)
    {
        if (!EnvironmentRegistry.Names.Contains(name))
        {
            throw new UsageException($"--task: expected one of {string.Join(", ", EnvironmentRegistry.Names)} but got '{name}'.");
        }

        var entry = EnvironmentRegistry.Find(name);
        return entry.UnavailableReason is { } reason ? throw new EnvironmentUnavailableException(name, reason) : entry;
    }
}
