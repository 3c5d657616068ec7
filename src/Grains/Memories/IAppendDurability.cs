using MemoryRL.Core;

namespace MemoryRL.Grains;

/// <summary>Decides when an append is acknowledged: what its caller may rely on afterwards.</summary>
internal interface IAppendDurability
{
    /// <summary>Called in the turn in which episodes were stored.</summary>
    /// <param name="episodes">The episodes of the append, in order.</param>
    /// <returns>Completes when the append may be acknowledged.</returns>
    ValueTask StoredAsync(ReadOnlySpan<AgentEpisode> episodes);
}

/// <summary>
/// <see cref="Durability.None"/> and <see cref="Durability.Snapshot"/>: acknowledged when the steps are in memory. With the latter they are on
/// disk after the next snapshot.
/// </summary>
internal sealed class AcknowledgedInMemory : IAppendDurability
{
    /// <inheritdoc/>
    public ValueTask StoredAsync(ReadOnlySpan<AgentEpisode> episodes) => ValueTask.CompletedTask;
}
