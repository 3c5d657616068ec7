using MemoryRL.Core;

namespace MemoryRL.Client;

/// <summary>Where finished episodes go.</summary>
public interface IEpisodeSink
{
    /// <summary>Takes an episode, blocking the calling thread while there is no room. Called from rollout threads, never from a pool thread.</summary>
    /// <param name="agentId">The agent that acted.</param>
    /// <param name="episode">The episode.</param>
    /// <param name="cancellationToken">Ends the wait; the episode was not taken then.</param>
    void Write(string agentId, Episode episode, CancellationToken cancellationToken);
}
