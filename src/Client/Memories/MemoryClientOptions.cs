using MemoryRL.Core;

namespace MemoryRL.Client;

/// <summary>How a <see cref="MemoryClient"/> waits.</summary>
public sealed record MemoryClientOptions
{
    /// <summary>Gets how long a call waits for a memory unless it says otherwise; 0 or more. Default 30 s.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Gets the longest wait asked of a grain in one call; more than 0, and below the host's response timeout. Longer waits are repeated calls.
    /// Default 5 s.
    /// </summary>
    public TimeSpan MaxCallWait { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets how old the shards' step counts may be by which uniform sampling chooses between them; 0 or more. Default 1 s.</summary>
    public TimeSpan ShardWeightPeriod { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Gets the seed of the draws of calls that bring no seed of their own.</summary>
    public ulong Seed { get; init; }

    /// <summary>Checks every value.</summary>
    /// <exception cref="InvalidExperienceException">A value is not allowed; the message names the key.</exception>
    public void Validate()
    {
        InvalidExperienceException.ThrowUnless(Deadline >= TimeSpan.Zero, "client.deadline", "0 s or more", Deadline);
        InvalidExperienceException.ThrowUnless(MaxCallWait > TimeSpan.Zero, "client.max_call_wait", "more than 0 s", MaxCallWait);
        InvalidExperienceException.ThrowUnless(ShardWeightPeriod >= TimeSpan.Zero, "client.shard_weight_period", "0 s or more", ShardWeightPeriod);
    }
}
