using System.Globalization;
using MemoryRL.Core;
using MemoryRL.Grains.Interfaces;

namespace MemoryRL.Grains;

/// <summary>Checks when a memory is created that its snapshots can be written when it is full: grain state is one array of bytes.</summary>
internal static class SnapshotLimits
{
    // Ids, lengths, ends, outcomes and agents' numbers of one episode.
    private const int FactBytes = 32;

    // Planned targets of a step, and their version for an episode.
    private const int PlanBytes = 16;

    private static readonly long MostBytes = Array.MaxLength / 20L * 19;

    /// <summary>Checks a spec.</summary>
    /// <param name="spec">The spec.</param>
    /// <exception cref="InvalidInputException">A store of the memory, once full, could not be saved; the message names the key.</exception>
    public static void Check(MemorySpec spec)
    {
        if (spec.Durability != Durability.Snapshot)
        {
            return;
        }

        // The worst case: every episode is one step, so that every step brings two observations.
        var worstBytes = StepArena.BytesOf(spec.Experience, 1);
        var shardSteps = ShardLimits.CapacitySteps(spec);
        var shardBytes = Math.Min(shardSteps * worstBytes, ShardLimits.CapacityBytes(spec)) + (shardSteps * (FactBytes + PlanBytes));
        if (shardBytes > MostBytes)
        {
            throw new InvalidInputException(
                "spec.shard_count",
                $"{(shardBytes * spec.ShardCount / MostBytes) + 1} or more shards, so that a shard's snapshot stays below 2 GiB,",
                spec.ShardCount.ToString(CultureInfo.InvariantCulture));
        }

        var mostSteps = MostBytes / (worstBytes + FactBytes);
        Check("spec.trajectory_capacity_steps", spec.TrajectoryCapacitySteps, mostSteps);
        Check("spec.agent_capacity_steps", spec.AgentCapacitySteps, mostSteps);
    }

    private static void Check(string field, int steps, long mostSteps)
    {
        if (steps > mostSteps)
        {
            throw new InvalidInputException(field, $"at most {mostSteps} steps, so that a snapshot stays below 2 GiB,", steps.ToString(CultureInfo.InvariantCulture));
        }
    }
}
