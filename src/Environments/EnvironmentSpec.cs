using MemoryRL.Core;

namespace MemoryRL.Environments;

/// <summary>What a task is.</summary>
/// <param name="Name">The name in kebab case, by which <see cref="EnvironmentRegistry"/> knows it.</param>
/// <param name="Experience">The observation and the action space; no extra columns.</param>
public sealed record EnvironmentSpec(string Name, ExperienceSpec Experience)
{
    /// <summary>Gets one line that says what the agent has to do.</summary>
    public string Summary { get; init; } = "";

    /// <summary>Gets the number of steps after which an episode is truncated; null for no limit.</summary>
    public int? MaxEpisodeSteps { get; init; }

    /// <summary>Gets the return that an episode must pass to be a success, in reward units.</summary>
    /// <remarks>It is the threshold of the <see cref="ReturnThresholdRule"/> that a memory of this task uses, so that the two agree.</remarks>
    public double SuccessReturn { get; init; }

    /// <summary>Gets the share of episodes in which a uniformly random policy succeeds, in [0, 1]; null where it was not worked out.</summary>
    public double? RandomSuccess { get; init; }

    /// <summary>Gets whether the task is to reach a goal, so that the share of successes is its natural measure.</summary>
    public bool HasGoal { get; init; }

    /// <summary>Gets the returns by which scores of this task are normalised; null where nobody has published any.</summary>
    public ReferenceReturns? References { get; init; }

    /// <summary>Tells whether an episode was a success.</summary>
    /// <param name="episodeReturn">The undiscounted sum of its rewards.</param>
    /// <returns>Whether the return passes <see cref="SuccessReturn"/>.</returns>
    public bool IsSuccess(double episodeReturn) => episodeReturn > SuccessReturn;
}
