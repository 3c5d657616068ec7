namespace MemoryRL.Core;

/// <summary>What an arena knows about an episode that it holds.</summary>
/// <param name="Id">The episode's id.</param>
/// <param name="AgentId">The agent that acted.</param>
/// <param name="FirstRow">The number of its first row.</param>
/// <param name="StepsThrough">The steps ever stored up to and with this episode.</param>
/// <param name="Length">The number of steps.</param>
/// <param name="End">How its last step ended it.</param>
/// <param name="Outcome">What it came to.</param>
internal readonly record struct StoredEpisode(Guid Id, string AgentId, long FirstRow, long StepsThrough, int Length, EpisodeEnd End, EpisodeOutcome Outcome);
