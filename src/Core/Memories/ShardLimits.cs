namespace MemoryRL.Core;

/// <summary>What of a memory's limits falls on each of its shards.</summary>
public static class ShardLimits
{
    /// <summary>Gets the steps that a shard holds at most, at least 1.</summary>
    /// <param name="spec">The memory's spec.</param>
    /// <returns>Its part, rounded up.</returns>
    public static long CapacitySteps(MemorySpec spec) => DivideUp(spec.CapacitySteps, spec.ShardCount);

    /// <summary>Gets the bytes that a shard holds at most.</summary>
    /// <param name="spec">The memory's spec.</param>
    /// <returns>Its part.</returns>
    public static long CapacityBytes(MemorySpec spec) => spec.CapacityBytes / spec.ShardCount;

    /// <summary>Gets the steps below which a shard's sampling waits.</summary>
    /// <param name="spec">The memory's spec.</param>
    /// <returns>Its part, rounded up.</returns>
    public static int MinSizeToSample(MemorySpec spec) => (int)DivideUp(spec.MinSizeToSample, spec.ShardCount);

    private static long DivideUp(long total, int parts) => (total + parts - 1) / parts;
}
