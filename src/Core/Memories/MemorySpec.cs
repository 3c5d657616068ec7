using System.Text.Json;
using System.Text.Json.Nodes;

namespace MemoryRL.Core;

/// <summary>What a memory is: what a step is made of, how much is kept, when it may be sampled, what success means, how durable it is.</summary>
/// <param name="Experience">What a step is made of.</param>
public sealed record MemorySpec(ExperienceSpec Experience)
{
    // A timer's longest period in .NET, uint.MaxValue - 1 milliseconds.
    private static readonly TimeSpan MaxSnapshotPeriod = TimeSpan.FromMilliseconds(uint.MaxValue - 1L);

    private static readonly Lazy<JsonObject> Defaults = new(WriteDefaults);

    /// <summary>Gets the number of steps kept over all shards, at least 1 a shard.</summary>
    public int CapacitySteps { get; init; } = 1_000_000;

    /// <summary>Gets the number of bytes kept over all shards, at least those of one step a shard; the tighter of the two capacities counts.</summary>
    public long CapacityBytes { get; init; } = 4L << 30;

    /// <summary>
    /// Gets the longest episode that is taken, in steps, at least 1. One that a shard's part of the capacities cannot hold is not taken
    /// either: <see cref="ShardLimits.MaxEpisodeSteps"/> is the limit that counts.
    /// </summary>
    public int MaxEpisodeSteps { get; init; } = 100_000;

    /// <summary>Gets the number of shards, at least 1.</summary>
    public int ShardCount { get; init; } = 1;

    /// <summary>Gets the number of steps below which sampling waits, from 1 to <see cref="CapacitySteps"/>.</summary>
    public int MinSizeToSample { get; init; } = 1;

    /// <summary>
    /// Gets how many steps a shard takes that its on-policy reader has not read yet, before appends wait; 0 for no limit.
    /// It keeps agents from running ahead of a learner that trains on fresh episodes.
    /// </summary>
    public long MaxUnreadSteps { get; init; }

    /// <summary>Gets the rule that decides what success and failure are.</summary>
    public OutcomeRule Outcome { get; init; } = new ReturnThresholdRule(0);

    /// <summary>Gets the number of steps that the success store and the failure store keep, each, at least 1.</summary>
    public int TrajectoryCapacitySteps { get; init; } = 20_000;

    /// <summary>Gets how many of the last steps of a failed episode that terminated are kept; 0 for all. Truncated ones are kept whole.</summary>
    public int FailureTailSteps { get; init; } = 20;

    /// <summary>Gets the number of steps that each agent's own memory keeps, at least 1.</summary>
    public int AgentCapacitySteps { get; init; } = 10_000;

    /// <summary>Gets what an acknowledged append means.</summary>
    public Durability Durability { get; init; }

    /// <summary>Gets the time between snapshots while steps arrive, with <see cref="Durability.Snapshot"/>; above 0, at most 49 days.</summary>
    public TimeSpan SnapshotPeriod { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Checks every value.</summary>
    /// <exception cref="InvalidExperienceException">A value is not allowed; the message names the key.</exception>
    public void Validate()
    {
        InvalidExperienceException.ThrowUnless(Experience is not null, "spec.experience", "what a step is made of", Experience);
        Experience.Validate();
        InvalidExperienceException.ThrowUnless(ShardCount >= 1, "spec.shard_count", "1 or more shards", ShardCount);
        InvalidExperienceException.ThrowUnless(CapacitySteps >= ShardCount, "spec.capacity_steps", $"{ShardCount} or more steps", CapacitySteps);
        var leastBytes = ShardCount * StepArena.BytesOf(Experience, 1);
        InvalidExperienceException.ThrowUnless(CapacityBytes >= leastBytes, "spec.capacity_bytes", $"{leastBytes} or more bytes", CapacityBytes);
        InvalidExperienceException.ThrowUnless(MaxEpisodeSteps >= 1, "spec.max_episode_steps", "1 or more steps", MaxEpisodeSteps);
        InvalidExperienceException.ThrowUnless(MinSizeToSample >= 1 && MinSizeToSample <= CapacitySteps, "spec.min_size_to_sample", $"1 to {CapacitySteps} steps", MinSizeToSample);
        InvalidExperienceException.ThrowUnless(MaxUnreadSteps >= 0, "spec.max_unread_steps", "0 or more steps", MaxUnreadSteps);
        InvalidExperienceException.ThrowUnless(Outcome is not null, "spec.outcome", "an outcome rule", Outcome);
        Outcome.Validate();
        InvalidExperienceException.ThrowUnless(TrajectoryCapacitySteps >= 1, "spec.trajectory_capacity_steps", "1 or more steps", TrajectoryCapacitySteps);
        InvalidExperienceException.ThrowUnless(FailureTailSteps >= 0, "spec.failure_tail_steps", "0 or more steps", FailureTailSteps);
        InvalidExperienceException.ThrowUnless(AgentCapacitySteps >= 1, "spec.agent_capacity_steps", "1 or more steps", AgentCapacitySteps);
        InvalidExperienceException.ThrowUnless(Enum.IsDefined(Durability), "spec.durability", "None or Snapshot", Durability);
        InvalidExperienceException.ThrowUnless(
            SnapshotPeriod > TimeSpan.Zero && SnapshotPeriod <= MaxSnapshotPeriod, "spec.snapshot_period", $"more than 0 and at most {MaxSnapshotPeriod}", SnapshotPeriod);
    }

    /// <summary>Describes the first difference to another spec, for the error of creating a memory that exists with another one.</summary>
    /// <param name="other">The spec that was asked for.</param>
    /// <returns>One line such as <c>spec.capacity_steps: has 1000, asked for 2000</c>; null where the specs are equal.</returns>
    public string? DescribeDifference(MemorySpec other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Difference("observation", Experience.Observation, other.Experience.Observation)
            ?? Difference("action", Experience.Action, other.Experience.Action)
            ?? Difference("extra_columns", new ColumnList(Experience.ExtraColumns), new ColumnList(other.Experience.ExtraColumns))
            ?? Difference("capacity_steps", CapacitySteps, other.CapacitySteps)
            ?? Difference("capacity_bytes", CapacityBytes, other.CapacityBytes)
            ?? Difference("max_episode_steps", MaxEpisodeSteps, other.MaxEpisodeSteps)
            ?? Difference("shard_count", ShardCount, other.ShardCount)
            ?? Difference("min_size_to_sample", MinSizeToSample, other.MinSizeToSample)
            ?? Difference("max_unread_steps", MaxUnreadSteps, other.MaxUnreadSteps)
            ?? Difference("outcome", Outcome, other.Outcome)
            ?? Difference("trajectory_capacity_steps", TrajectoryCapacitySteps, other.TrajectoryCapacitySteps)
            ?? Difference("failure_tail_steps", FailureTailSteps, other.FailureTailSteps)
            ?? Difference("agent_capacity_steps", AgentCapacitySteps, other.AgentCapacitySteps)
            ?? Difference("durability", Durability, other.Durability)
            ?? Difference("snapshot_period", SnapshotPeriod, other.SnapshotPeriod);
    }

    /// <summary>Writes the spec as JSON, the form in which it travels and is kept.</summary>
    /// <returns>JSON that <see cref="FromJson"/> reads back to an equal spec.</returns>
    public string ToJson() => JsonSerializer.Serialize(this, CoreJsonContext.Default.MemorySpec);

    /// <summary>Reads a spec from its JSON and checks it. Keys that are not written have their defaults.</summary>
    /// <param name="json">What <see cref="ToJson"/> wrote, by hand or by an older version.</param>
    /// <returns>The spec.</returns>
    /// <exception cref="JsonException">The text is no spec: a key is unknown or missing, or a value has another type.</exception>
    /// <exception cref="InvalidExperienceException">A value is not allowed.</exception>
    public static MemorySpec FromJson(string json)
    {
        var keys = JsonNode.Parse(json, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false }) as JsonObject
            ?? throw new JsonException("Expected a memory spec but got no JSON object.");

        // The generated reader would set a key that is not written to zero instead of the property's default.
        foreach (var (key, value) in Defaults.Value)
        {
            _ = keys.ContainsKey(key) || keys.TryAdd(key, value?.DeepClone());
        }

        var spec = keys.Deserialize(CoreJsonContext.Default.MemorySpec) ?? throw new JsonException("Expected a memory spec but got null.");
        spec.Validate();
        return spec;
    }

    private static JsonObject WriteDefaults()
    {
        var any = new DiscreteSpace(1);
        var written = JsonSerializer.SerializeToNode(new MemorySpec(new ExperienceSpec(any, any)), CoreJsonContext.Default.MemorySpec)!.AsObject();
        _ = written.Remove("experience");
        return written;
    }

    private static string? Difference<T>(string key, T has, T askedFor)
    {
        if (EqualityComparer<T>.Default.Equals(has, askedFor))
        {
            return null;
        }

        // Two boxes may differ only in what their one-line descriptions leave out.
        var (left, right) = (FormattableString.Invariant($"{has}"), FormattableString.Invariant($"{askedFor}"));
        return left == right && has is Space hasSpace && askedFor is Space otherSpace
            ? $"spec.{key}: has {hasSpace.ToJson()}, asked for {otherSpace.ToJson()}"
            : $"spec.{key}: has {left}, asked for {right}";
    }

    private readonly record struct ColumnList(System.Collections.Immutable.ImmutableArray<ColumnSpec> Columns)
    {
        public bool Equals(ColumnList other) => Columns.AsSpan().SequenceEqual(other.Columns.AsSpan());

        public override int GetHashCode() => Columns.Length;

        public override string ToString() => Columns.IsEmpty ? "none" : string.Join(", ", Columns);
    }
}
