using System.Collections.Immutable;

namespace MemoryRL.Client;

/// <summary>How a <see cref="RolloutWorker"/> ended.</summary>
/// <param name="Reason">Why it stopped.</param>
/// <param name="Progress">Where it stood at the end.</param>
/// <param name="Dropped">The episodes that were under way and were not finished.</param>
/// <param name="Unwritten">The finished episodes that the sink did not take before the stop's deadline.</param>
public sealed record RolloutResult(RolloutStopReason Reason, RolloutProgress Progress, ImmutableArray<DroppedEpisode> Dropped, ImmutableArray<UnwrittenEpisode> Unwritten);

/// <summary>Why a <see cref="RolloutWorker"/> stopped.</summary>
public enum RolloutStopReason
{
    /// <summary>The budget of steps was used up.</summary>
    Budget = 0,

    /// <summary>The time was up.</summary>
    Duration = 1,

    /// <summary>The caller asked for it.</summary>
    Requested = 2,
}

/// <summary>An episode that was under way when its agent stopped.</summary>
/// <param name="AgentId">The agent.</param>
/// <param name="Steps">How many steps it had, at least 1.</param>
public sealed record DroppedEpisode(string AgentId, int Steps);

/// <summary>A finished episode that the sink did not take in time.</summary>
/// <param name="AgentId">The agent.</param>
/// <param name="EpisodeId">The episode's id.</param>
/// <param name="Steps">How many steps it has.</param>
public sealed record UnwrittenEpisode(string AgentId, Guid EpisodeId, int Steps);
