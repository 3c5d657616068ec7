using System.Text.Json;

namespace MemoryRL.Core;

/// <summary>What a memory is: what a step is made of, how much is kept, when it may be sampled, what success means, how durable it is.</summary>
/// <param name="Experience">What a step is made of.</param>
public sealed record MemorySpec(ExperienceSpec Experience)
{
    /// <summary>Gets the number of steps kept over all shards, at least 1.</summary>
    public int CapacitySteps { get; init; } = 1_000_000;

    /// <summary>Gets the number of bytes kept over all shards, at least 1; the tighter of the two capacities counts.</summary>
    public long CapacityBytes { get; init; } = 4L << 30;

    /// <summary>Gets the longest episode that is taken, in steps.</summary>
    public int MaxEpisodeSteps { get; init; } = 100_000;

    /// <summary>Gets the number of shards, at least 1.</summary>
    public int ShardCount { get; init; } = 1;

    /// <summary>Gets the number of steps below which sampling waits, at least 1.</summary>
    public int MinSizeToSample { get; init; } = 1;

    /// <summary>
    /// Gets how many steps a shard takes that its on-policy reader has not read yet, before appends wait; 0 for no limit.
    /// It keeps agents from running ahead of a learner that trains on fresh episodes.
    /// </summary>
    public long MaxUnreadSteps { get; init; }

    /// <summary>Gets the rule that decides what success and failure are.</summary>
    public OutcomeRule Outcome { get; init; } = new ReturnThresholdRule(0);

    /// <summary>Gets the number of steps that the success store and the failure store keep, each.</summary>
    public int TrajectoryCapacitySteps { get; init; } = 20_000;

    /// <summary>Gets how many of the last steps of a failed episode that terminated are kept; 0 for all. Truncated ones are kept whole.</summary>
    public int FailureTailSteps { get; init; } = 20;

    /// <summary>Gets the number of steps that each agent's own memory keeps.</summary>
    public int AgentCapacitySteps { get; init; } = 10_000;

    /// <summary>Gets what an acknowledged append means.</summary>
    public Durability Durability { get; init; }

    /// <summary>Gets the time between snapshots while steps arrive, with <see cref="Durability.Snapshot"/>.</summary>
    public TimeSpan SnapshotPeriod { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Checks every value.</summary>
    /// <exception cref="InvalidExperienceException">A value is not allowed; the message names the key.</exception>
    public void Validate()
    {
        InvalidExperienceException.ThrowUnless(CapacitySteps >= 1, "spec.capacity_steps", "1 or more steps", CapacitySteps);
        InvalidExperienceException.ThrowUnless(ShardCount >= 1, "spec.shard_count", "1 or more shards", ShardCount);
    }

    /// <summary>Writes the spec as JSON, the form in which it travels and is kept.</summary>
    /// <returns>JSON that <see cref="FromJson"/> reads back to an equal spec.</returns>
    public string ToJson() => JsonSerializer.Serialize(this, CoreJsonContext.Default.MemorySpec);

    /// <summary>Reads a spec from its JSON and checks it.</summary>
    /// <param name="json">What <see cref="ToJson"/> wrote.</param>
    /// <returns>The spec.</returns>
    /// <exception cref="JsonException">The text is no spec.</exception>
    /// <exception cref="InvalidExperienceException">A value is not allowed.</exception>
    public static MemorySpec FromJson(string json)
    {
        var spec = JsonSerializer.Deserialize(json, CoreJsonContext.Default.MemorySpec) ?? throw new JsonException("Expected a memory spec but got null.");
        spec.Validate();
        return spec;
    }
}
