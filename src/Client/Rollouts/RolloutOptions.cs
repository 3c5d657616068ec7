using MemoryRL.Core;

namespace MemoryRL.Client;

/// <summary>How a <see cref="RolloutWorker"/> works.</summary>
public sealed record RolloutOptions
{
    /// <summary>Gets the number of agents, at least 1. Default 64.</summary>
    public int AgentCount { get; init; } = 64;

    /// <summary>Gets the number of threads that share the agents, 1 to <see cref="AgentCount"/>; with a fixed policy it never changes an episode. Default 1.</summary>
    public int ThreadCount { get; init; } = 1;

    /// <summary>Gets the seed: agent <c>i</c> has random streams of its own.</summary>
    public ulong Seed { get; init; }

    /// <summary>Gets what an agent's id starts with; its number follows. Default <c>agent-</c>.</summary>
    public string AgentIdPrefix { get; init; } = "agent-";

    /// <summary>
    /// Gets the id from which the episodes' ids are made, so that they can be told from those of every other run; empty for a new one.
    /// </summary>
    public Guid RunId { get; init; }

    /// <summary>Gets how the policy chooses. Default exploring.</summary>
    public ActMode Mode { get; init; } = ActMode.Explore;

    /// <summary>Gets the number of steps after which the worker stops, shared out evenly over the agents, at least 1 each; null for no budget.</summary>
    public long? MaxSteps { get; init; }

    /// <summary>Gets the time after which the worker stops, more than 0; null for no limit.</summary>
    public TimeSpan? MaxDuration { get; init; }

    /// <summary>Gets what becomes of episodes under way when the worker stops. Default dropped.</summary>
    public PartialEpisodes PartialEpisodes { get; init; }

    /// <summary>
    /// Gets how long after the stop episodes under way may still be finished and finished ones wait to be written; 0 or more. Default 10 s.
    /// </summary>
    public TimeSpan StopDeadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets over how many of the last episodes success, return and length are averaged, at least 1. Default 500.</summary>
    public int WindowEpisodes { get; init; } = 500;

    /// <summary>Checks every value.</summary>
    /// <exception cref="InvalidExperienceException">A value is not allowed; the message names the key.</exception>
    public void Validate()
    {
        InvalidExperienceException.ThrowUnless(AgentCount is >= 1 and <= 1 << 22, "rollout.agent_count", $"1 to {1 << 22} agents", AgentCount);
        InvalidExperienceException.ThrowUnless(ThreadCount >= 1 && ThreadCount <= AgentCount, "rollout.thread_count", $"1 to {AgentCount} threads", ThreadCount);
        InvalidExperienceException.ThrowUnless(!string.IsNullOrWhiteSpace(AgentIdPrefix), "rollout.agent_id_prefix", "a prefix that is not blank", AgentIdPrefix);
        InvalidExperienceException.ThrowUnless(MaxSteps is null || MaxSteps >= AgentCount, "rollout.max_steps", $"{AgentCount} or more steps, one an agent", MaxSteps);
        InvalidExperienceException.ThrowUnless(MaxDuration is null || MaxDuration > TimeSpan.Zero, "rollout.max_duration", "more than 0 s", MaxDuration);
        InvalidExperienceException.ThrowUnless(Enum.IsDefined(PartialEpisodes), "rollout.partial_episodes", "Drop or Finish", PartialEpisodes);
        InvalidExperienceException.ThrowUnless(StopDeadline >= TimeSpan.Zero, "rollout.stop_deadline", "0 s or more", StopDeadline);
        InvalidExperienceException.ThrowUnless(WindowEpisodes >= 1, "rollout.window_episodes", "1 or more episodes", WindowEpisodes);
    }
}

/// <summary>What becomes of an episode under way when a <see cref="RolloutWorker"/> stops or an agent's budget is used up.</summary>
public enum PartialEpisodes
{
    /// <summary>It is dropped and reported: a cut that is no time limit of the task would teach a wrong end.</summary>
    Drop = 0,

    /// <summary>It is played to its end, at most until the stop's deadline.</summary>
    Finish = 1,
}
