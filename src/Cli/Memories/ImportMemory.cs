using MemoryRL.Core;
using MemoryRL.Datasets;

namespace MemoryRL.Cli;

/// <summary>What the memory of imported episodes is.</summary>
internal static class ImportMemory
{
    // A snapshot takes as much memory again as its shard while it is written: shards of this size keep the peak near the memory's own size.
    private const long ShardBytes = 8 << 20;
    private const int MostShards = 128;
    private const int LongestEpisode = 1_000_000;

    /// <summary>Makes the spec.</summary>
    /// <param name="source">The episodes.</param>
    /// <param name="shards">The number of shards; null for one that suits the size.</param>
    /// <param name="outcome">What success is.</param>
    /// <param name="durability">Whether the memory outlives the process.</param>
    /// <returns>The spec, with room for all the episodes.</returns>
    /// <exception cref="UsageException">The source has more steps than a memory can count.</exception>
    public static MemorySpec CreateSpec(IEpisodeSource source, int? shards, OutcomeRule outcome, Durability durability)
    {
        var steps = Math.Max(source.StepCount, 1);
        var bytes = steps * source.Spec.StepBytes;
        var count = shards ?? (int)Math.Clamp((bytes + ShardBytes - 1) / ShardBytes, 1, MostShards);
        if (steps * count > int.MaxValue)
        {
            throw new UsageException($"--shards: expected at most {int.MaxValue / steps:#,0} for {steps:#,0} steps but got {count}.");
        }

        // Blocks are taken as steps arrive, so room that nobody uses costs nothing: any shard may get a share, the longest episode, and as many
        // final observations as steps.
        var longest = (int)Math.Min(steps, LongestEpisode);
        return new MemorySpec(source.Spec)
        {
            CapacitySteps = (int)(steps * count),
            CapacityBytes = 2 * count * StepArena.BytesOf(source.Spec, (int)(steps / count) + longest + 1),
            MaxEpisodeSteps = longest,
            ShardCount = count,
            Outcome = outcome,
            Durability = durability,
        };
    }
}
