using System.Collections.Immutable;

namespace MemoryRL.Client;

/// <summary>What became of the episodes given to an <see cref="EpisodeWriter"/>.</summary>
/// <param name="AcknowledgedEpisodes">How many the memory acknowledged.</param>
/// <param name="Unacknowledged">Those that it did not; they may be stored all the same where only the answer was lost.</param>
public sealed record WriteReport(long AcknowledgedEpisodes, ImmutableArray<UnacknowledgedEpisode> Unacknowledged)
{
    /// <summary>Gets whether the memory has every episode.</summary>
    public bool IsComplete => Unacknowledged.IsEmpty;
}

/// <summary>An episode that was accepted and never acknowledged.</summary>
/// <param name="EpisodeId">The episode's id: writing the same episode again cannot store it twice.</param>
/// <param name="AgentId">The agent that acted.</param>
/// <param name="Reason">Why it was given up.</param>
public sealed record UnacknowledgedEpisode(Guid EpisodeId, string AgentId, string Reason);
