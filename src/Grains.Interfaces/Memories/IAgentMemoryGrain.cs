using System.Collections.Immutable;

namespace MemoryRL.Grains.Interfaces;

/// <summary>
/// One agent's own recent episodes, which no other agent reads; it decides each finished episode's outcome and routes it to the memory's
/// shared shard and trajectory stores. Key: the memory's name, a slash, the agent's id.
/// </summary>
[Alias("memoryrl.IAgentMemoryGrain")]
public interface IAgentMemoryGrain : IGrainWithStringKey
{
    /// <summary>Appends this agent's finished episodes and routes them; acknowledged when every store has them.</summary>
    /// <param name="request">The episodes, in the order in which they ended.</param>
    /// <param name="cancellationToken">Cancels the wait for the limiter.</param>
    /// <returns>The acknowledgement, or why the append still waits.</returns>
    [Alias("AppendAsync")]
    Task<AppendResult> AppendAsync(AppendRequest request, CancellationToken cancellationToken = default);

    /// <summary>Gets the agent's most recent episodes, the newest last.</summary>
    /// <param name="count">How many at most, at least 1.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The episodes.</returns>
    [Alias("GetRecentAsync")]
    Task<ImmutableArray<EpisodeMessage>> GetRecentAsync(int count, CancellationToken cancellationToken = default);
}
