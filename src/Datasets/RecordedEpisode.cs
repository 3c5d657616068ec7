using MemoryRL.Core;

namespace MemoryRL.Datasets;

/// <summary>An episode, and who acted in it.</summary>
/// <param name="AgentId">The agent's id.</param>
/// <param name="Episode">The episode.</param>
public sealed record RecordedEpisode(string AgentId, Episode Episode);
