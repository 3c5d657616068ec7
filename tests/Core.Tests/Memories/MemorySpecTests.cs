namespace MemoryRL.Core.Tests;

public sealed class MemorySpecTests
{
    private static readonly MemorySpec Valid = new(Samples.Grid);

    public static TheoryData<string, Func<MemorySpec, MemorySpec>> Faults { get; } = new()
    {
        { "spec.experience", spec => spec with { Experience = null! } },
        { "spec.observation", spec => spec with { Experience = spec.Experience with { Observation = null! } } },
        { "spec.observation", spec => spec with { Experience = spec.Experience with { Observation = new BoxSpace(100_000_000) } } },
        { "spec.action", spec => spec with { Experience = spec.Experience with { Action = null! } } },
        { "spec.action", spec => spec with { Experience = spec.Experience with { Action = new BoxSpace([3], [0], [255], ElementType.UInt8) } } },
        { "spec.extra_columns", spec => spec with { Experience = spec.Experience with { ExtraColumns = [null!] } } },
        { "spec.extra_columns.name", spec => spec with { Experience = spec.Experience with { ExtraColumns = [new ColumnSpec("", ElementType.Float32, [])] } } },
        { "spec.extra_columns.name", spec => spec with { Experience = spec.Experience with { ExtraColumns = [new ColumnSpec("LogProb", ElementType.Float32, [])] } } },
        { "spec.extra_columns.name", spec => spec with { Experience = spec.Experience with { ExtraColumns = [new ColumnSpec("rewards", ElementType.Float32, [])] } } },
        { "spec.extra_columns.name", spec => spec with { Experience = spec.Experience with { ExtraColumns = [ColumnSpec.ActionSource, ColumnSpec.ActionSource] } } },
        { "spec.extra_columns.element_type", spec => spec with { Experience = spec.Experience with { ExtraColumns = [new ColumnSpec("a", (ElementType)99, [])] } } },
        { "spec.extra_columns.shape", spec => spec with { Experience = spec.Experience with { ExtraColumns = [new ColumnSpec("a", ElementType.Float32, [0])] } } },
        { "spec.extra_columns.shape", spec => spec with { Experience = spec.Experience with { ExtraColumns = [new ColumnSpec("a", ElementType.Float32, [100_000, 100_000])] } } },
        { "spec.capacity_steps", spec => spec with { CapacitySteps = 0 } },
        { "spec.capacity_steps", spec => spec with { CapacitySteps = -1 } },
        { "spec.capacity_steps", spec => spec with { CapacitySteps = 3, ShardCount = 4 } },
        { "spec.capacity_bytes", spec => spec with { CapacityBytes = 0 } },
        { "spec.capacity_bytes", spec => spec with { CapacityBytes = StepArena.BytesOf(Samples.Grid, 1) - 1 } },
        { "spec.max_episode_steps", spec => spec with { MaxEpisodeSteps = 0 } },
        { "spec.shard_count", spec => spec with { ShardCount = 0 } },
        { "spec.min_size_to_sample", spec => spec with { MinSizeToSample = 0 } },
        { "spec.min_size_to_sample", spec => spec with { MinSizeToSample = 11, CapacitySteps = 10 } },
        { "spec.max_unread_steps", spec => spec with { MaxUnreadSteps = -1 } },
        { "spec.outcome", spec => spec with { Outcome = null! } },
        { "spec.outcome.threshold", spec => spec with { Outcome = new ReturnThresholdRule(double.NaN) } },
        { "spec.outcome.threshold", spec => spec with { Outcome = new ReturnThresholdRule(double.PositiveInfinity) } },
        { "spec.outcome.lower", spec => spec with { Outcome = new ReturnQuantilesRule(Lower: 0) } },
        { "spec.outcome.lower", spec => spec with { Outcome = new ReturnQuantilesRule(Lower: double.NaN) } },
        { "spec.outcome.upper", spec => spec with { Outcome = new ReturnQuantilesRule(Upper: 1) } },
        { "spec.outcome.upper", spec => spec with { Outcome = new ReturnQuantilesRule(Lower: 0.5, Upper: 0.5) } },
        { "spec.outcome.window", spec => spec with { Outcome = new ReturnQuantilesRule(Window: 0) } },
        { "spec.outcome.minimum_episodes", spec => spec with { Outcome = new ReturnQuantilesRule(MinimumEpisodes: 0) } },
        { "spec.outcome.minimum_episodes", spec => spec with { Outcome = new ReturnQuantilesRule(Window: 5, MinimumEpisodes: 6) } },
        { "spec.trajectory_capacity_steps", spec => spec with { TrajectoryCapacitySteps = 0 } },
        { "spec.failure_tail_steps", spec => spec with { FailureTailSteps = -1 } },
        { "spec.agent_capacity_steps", spec => spec with { AgentCapacitySteps = 0 } },
        { "spec.durability", spec => spec with { Durability = (Durability)7 } },
        { "spec.snapshot_period", spec => spec with { SnapshotPeriod = TimeSpan.Zero } },
        { "spec.snapshot_period", spec => spec with { SnapshotPeriod = TimeSpan.FromSeconds(-1) } },
        { "spec.snapshot_period", spec => spec with { SnapshotPeriod = TimeSpan.MaxValue } },
    };

    public static TheoryData<string, Func<MemorySpec, MemorySpec>> Differences { get; } = new()
    {
        { "spec.observation: has one of 48, asked for one of 49", spec => spec with { Experience = spec.Experience with { Observation = new DiscreteSpace(49) } } },
        { "spec.action: has one of 4, asked for float32[2] in [-1, 1]", spec => spec with { Experience = spec.Experience with { Action = new BoxSpace(2, -1, 1) } } },
        { "spec.extra_columns: has behavior_log_probability: float32[], action_source: uint8[], asked for none", spec => spec with { Experience = spec.Experience with { ExtraColumns = [] } } },
        { "spec.capacity_steps: has 1000000, asked for 2000", spec => spec with { CapacitySteps = 2000 } },
        { "spec.capacity_bytes: has 4294967296, asked for 1048576", spec => spec with { CapacityBytes = 1 << 20 } },
        { "spec.max_episode_steps: has 100000, asked for 7", spec => spec with { MaxEpisodeSteps = 7 } },
        { "spec.shard_count: has 1, asked for 2", spec => spec with { ShardCount = 2 } },
        { "spec.min_size_to_sample: has 1, asked for 2", spec => spec with { MinSizeToSample = 2 } },
        { "spec.max_unread_steps: has 0, asked for 2", spec => spec with { MaxUnreadSteps = 2 } },
        { "spec.outcome: has ReturnThresholdRule { Threshold = 0 }, asked for ReturnThresholdRule { Threshold = 0.5 }", spec => spec with { Outcome = new ReturnThresholdRule(0.5) } },
        { "spec.trajectory_capacity_steps: has 20000, asked for 2", spec => spec with { TrajectoryCapacitySteps = 2 } },
        { "spec.failure_tail_steps: has 20, asked for 2", spec => spec with { FailureTailSteps = 2 } },
        { "spec.agent_capacity_steps: has 10000, asked for 2", spec => spec with { AgentCapacitySteps = 2 } },
        { "spec.durability: has None, asked for Snapshot", spec => spec with { Durability = Durability.Snapshot } },
        { "spec.snapshot_period: has 00:01:00, asked for 00:00:02", spec => spec with { SnapshotPeriod = TimeSpan.FromSeconds(2) } },
    };

    [Fact]
    public void The_defaults_are_allowed() => Valid.Validate();

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_value_that_is_not_allowed_is_named(string field, Func<MemorySpec, MemorySpec> change)
    {
        var error = Assert.Throws<InvalidExperienceException>(() => change(Valid).Validate());

        Assert.Equal(field, error.Field);
        Assert.Equal($"{error.Field}: expected {error.Expected} but got {error.Actual}.", error.Message);
    }

    [Theory]
    [MemberData(nameof(Differences))]
    public void The_first_difference_is_described(string expected, Func<MemorySpec, MemorySpec> change) =>
        Assert.Equal(expected, Valid.DescribeDifference(change(Valid)));

    [Fact]
    public void Every_key_that_a_spec_has_is_compared()
    {
        var described = Differences.Select(row => ((string)((object[])row)[0]).Split(':')[0]["spec.".Length..]).ToHashSet();
        var written = System.Text.Json.JsonDocument.Parse(Valid.ToJson()).RootElement.EnumerateObject().Select(property => property.Name).Where(name => name != "experience");

        Assert.All(written, name => Assert.Contains(name, described));
    }

    [Fact]
    public void Boxes_that_differ_only_in_their_bounds_are_told_apart()
    {
        var left = new MemorySpec(new ExperienceSpec(new BoxSpace([2], [0, 1], [2]), new DiscreteSpace(2)));
        var right = new MemorySpec(new ExperienceSpec(new BoxSpace([2], [0, 1.5f], [2]), new DiscreteSpace(2)));

        Assert.Contains("\"low\":[0,1.5]", left.DescribeDifference(right), StringComparison.Ordinal);
    }

    [Fact]
    public void A_spec_from_JSON_is_checked() =>
        Assert.Equal("spec.capacity_steps", Assert.Throws<InvalidExperienceException>(() => MemorySpec.FromJson((Valid with { CapacitySteps = 0 }).ToJson())).Field);
}
