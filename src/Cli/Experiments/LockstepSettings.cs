using System.Collections.Immutable;

namespace MemoryRL.Cli;

/// <summary>What a lock-step training run is made of.</summary>
/// <param name="Task">The task's name in the registry.</param>
/// <param name="Algorithm">The algorithm's name.</param>
/// <param name="Seed">The seed of everything random in the run.</param>
public sealed record LockstepSettings(string Task, string Algorithm, long Seed)
{
    /// <summary>Gets the number of agents that step side by side.</summary>
    /// <value>At least 1; the default is 16.</value>
    public int Agents { get; init; } = 16;

    /// <summary>Gets the algorithm's options by name.</summary>
    public ImmutableSortedDictionary<string, string> Options { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Gets the number of steps that the success store and the failure store keep, each.</summary>
    /// <value>At least 1; the default is 20,000.</value>
    public int TrajectoryCapacitySteps { get; init; } = 20_000;

    /// <summary>Gets how many of the last steps of a failed episode that terminated are kept.</summary>
    /// <value>0 for all; the default is 20.</value>
    public int FailureTailSteps { get; init; } = 20;
}
