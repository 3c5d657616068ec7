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

    /// <summary>Gets the longest episode that is taken: no longer than the spec allows, and than a shard's part of both capacities can hold.</summary>
    /// <param name="spec">The memory's spec.</param>
    /// <returns>The number of steps, at least 1.</returns>
    public static int MaxEpisodeSteps(MemorySpec spec)
    {
        // An episode of n steps takes n + 1 rows, and so one of 1 step takes 2.
        var rowBytes = StepArena.BytesOf(spec.Experience, 1) / 2;
        return (int)Math.Min(spec.MaxEpisodeSteps, Math.Min(CapacitySteps(spec), (CapacityBytes(spec) / rowBytes) - 1));
    }

    private static long DivideUp(long total, int parts) => (total + parts - 1) / parts;
}
