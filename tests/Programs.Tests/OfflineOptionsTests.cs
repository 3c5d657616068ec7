using System.Collections.Immutable;
using MemoryRL.Cli;
using MemoryRL.Core;
using MemoryRL.Datasets;
using MemoryRL.Learning;

namespace MemoryRL.Programs.Tests;

/// <summary>What <c>memoryrl train</c> fills into the options of learners that it knows nothing about.</summary>
public sealed class OfflineOptionsTests
{
    private static readonly EpisodeTotals Data = new(10, 5_000, 120, 1_000, -50, 200);

    private static readonly string[] OfPlanners = ["max-updates", "updates-per-feeding", "value-updates", "reward-scale", "reward-shift"];

    [Fact]
    public void A_learner_gets_what_it_has_and_nothing_else()
    {
        var bare = Options(new FakeFactory(["max-updates"])).Fill(300, Data);
        var planner = Options(new FakeFactory(OfPlanners, IsPlanning: true)).Fill(50_000, Data);

        Assert.Equal([new("max-updates", "300")], bare);
        Assert.Equal(1, OfflineOptions.UpdatesPerFeedingOf(bare));
        Assert.Equal(
            [new("max-updates", "50000"), new("reward-scale", "4"), new("reward-shift", "0"), new("updates-per-feeding", "20"), new("value-updates", "25000")],
            planner.OrderBy(option => option.Key, StringComparer.Ordinal));
        Assert.Equal(20, OfflineOptions.UpdatesPerFeedingOf(planner));
    }

    [Fact]
    public void What_was_given_is_left_as_it_is()
    {
        var options = Options(new FakeFactory(OfPlanners), given: [new("updates-per-feeding", "7"), new("reward-shift", "-3"), new("value-updates", "1")]);

        var filled = options.Fill(100, Data);

        Assert.Equal(("7", "-3", "1"), (filled["updates-per-feeding"], filled["reward-shift"], filled["value-updates"]));
        Assert.False(filled.ContainsKey("reward-scale"));
        Assert.Null(options.Rewards);
    }

    [Theory]
    [InlineData("hopper", null, "locomotion", "4", "0")]
    [InlineData("walker2d", null, "locomotion", "4", "0")]
    [InlineData("half-cheetah", null, "locomotion", "4", "0")]
    [InlineData("ant", null, "raw", "1", "0")]
    [InlineData("antmaze-umaze", null, "minus-one", "1", "-1")]
    [InlineData("maze2d-large", null, "raw", "1", "0")]
    [InlineData("hopper", "raw", "raw", "1", "0")]
    [InlineData("maze2d-large", "minus-one", "minus-one", "1", "-1")]
    public void Rewards_are_scaled_as_the_task_is_learned_with_or_as_was_said(string task, string? given, string name, string scale, string shift)
    {
        var options = new OfflineOptions(new FakeFactory(OfPlanners), task, ImmutableSortedDictionary<string, string>.Empty, given);

        var filled = options.Fill(100, Data);

        Assert.Equal((name, scale, shift), (options.Rewards, filled["reward-scale"], filled["reward-shift"]));
    }

    [Theory]
    [InlineData("antmaze-umaze", "hundred", "100")]
    [InlineData("maze2d-large", "raw", "1")]
    public void Learners_that_plan_learn_ant_mazes_from_below(string task, string name, string scale)
    {
        var options = new OfflineOptions(LearningAlgorithms.LearnerFactories.Single(factory => factory.Algorithm == "vem"), task, ImmutableSortedDictionary<string, string>.Empty, rewards: null);

        var filled = options.Fill(100, Data);

        Assert.True(options.IsPlanning);
        Assert.Equal((name, scale, "0"), (options.Rewards, filled["reward-scale"], filled["reward-shift"]));
    }

    [Fact]
    public void Data_without_a_range_of_returns_cannot_be_scaled_by_it()
    {
        var error = Assert.Throws<InvalidDataException>(() => Options(new FakeFactory(OfPlanners)).Fill(100, Data with { MinReturn = 7, MaxReturn = 7 }));

        Assert.Contains("--rewards", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_learner_refuses_is_said_before_anything_is_read()
    {
        Assert.Contains("speed", Assert.Throws<UsageException>(() => Options(new FakeFactory(OfPlanners), given: [new("speed", "1")])).Message, StringComparison.Ordinal);
        Assert.Contains("--updates", Assert.Throws<UsageException>(() => Options(new FakeFactory(OfPlanners), given: [new("max-updates", "1")])).Message, StringComparison.Ordinal);
        Assert.Contains("--rewards", Assert.Throws<UsageException>(() => Options(new FakeFactory(["max-updates"]), rewards: "raw")).Message, StringComparison.Ordinal);
        Assert.Contains("minus-one", Assert.Throws<UsageException>(() => Options(new FakeFactory(OfPlanners), rewards: "many")).Message, StringComparison.Ordinal);
        Assert.Contains("reward-scale", Assert.Throws<UsageException>(() => Options(new FakeFactory(OfPlanners), given: [new("reward-scale", "2")], rewards: "raw")).Message, StringComparison.Ordinal);
        Assert.Contains("max-updates", Assert.Throws<UsageException>(() => Options(new FakeFactory([])).Check(5)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(100, 1, 1, 10, new long[] { 100 }, new long[] { 10, 20, 40, 80, 100 })]
    [InlineData(100, 5, 16, 1, new long[] { 2, 4, 6 }, new long[] { 1, 2, 4, 6 })] // 7 feedings; the last version comes by its updates
    [InlineData(40, 2, 8, 1, new long[] { 3 }, new long[] { 1, 2, 3 })]
    [InlineData(3, 10, 16, 1, new long[] { 1 }, new long[] { 1 })]
    [InlineData(40_000, 10, 20, 20, new long[] { 200, 400, 600, 800, 1000, 1200, 1400, 1600, 1800, 2000 }, new long[] { 20, 40, 80, 160, 200, 400, 600, 800, 1000, 1200, 1400, 1600, 1800, 2000 })]
    [InlineData(11, 1, 1, 11, new long[] { 11 }, new long[] { 11 })] // no whole number of versions but one
    public void Policies_are_evaluated_as_often_as_wanted_and_values_kept_between_the_first_ones(int updates, int evaluations, int perFeeding, int period, long[] evaluated, long[] kept)
    {
        var schedule = new OfflineSchedule(updates, evaluations, ImmutableSortedDictionary<string, string>.Empty.Add("updates-per-feeding", $"{perFeeding}"));

        // The feedings after which versions are published.
        long[] published = [.. Enumerable.Range(1, (updates + perFeeding - 1) / perFeeding / schedule.PublishPeriod).Select(count => (long)count * schedule.PublishPeriod)];
        Assert.Equal(period, schedule.PublishPeriod);
        Assert.Equal(evaluated, published.Where(feedings => schedule.IsEvaluated(OfflineSchedule.FirstVersion + (feedings / period))));
        Assert.Equal(kept, published.Where(feedings => schedule.KeepsValues(OfflineSchedule.FirstVersion + (feedings / period))));
    }

    private static OfflineOptions Options(FakeFactory factory, KeyValuePair<string, string>[]? given = null, string? rewards = null) =>
        new(factory, "hopper", (given ?? []).ToImmutableSortedDictionary(StringComparer.Ordinal), rewards);

    private sealed record FakeFactory(string[] Known, bool IsPlanning = false) : ILearnerFactory
    {
        public string Algorithm => "fake";

        public ImmutableArray<ColumnSpec> RequiredColumns => [];

        public ILearner Create(LearnerSettings settings)
        {
            foreach (var name in settings.Options.Keys)
            {
                InvalidExperienceException.ThrowUnless(Known.Contains(name), $"options.{name}", $"one of {string.Join(", ", Known)}", "an unknown option");
            }

            return IsPlanning ? new FakePlanner() : new FakeLearner();
        }
    }

    private class FakeLearner : ILearner
    {
        public long UpdateCount => 0;

        public DataRequest NextRequest => new(Transitions: 1);

        public IReadOnlyList<Metric> Update(LearnerBatch batch) => [];

        public void Save(SafetensorsBuilder checkpoint)
        {
        }

        public void Load(SafetensorsDocument checkpoint)
        {
        }

        public ReadOnlyMemory<byte> CreatePolicyBundle(long version) => default;

        public void Dispose() => GC.SuppressFinalize(this);
    }

    private sealed class FakePlanner : FakeLearner, IPlanningLearner
    {
        public ValuePlan Plan => new(1, "", default, new PlanSettings());

        public ReadOnlyMemory<byte> CreateValueBundle(long version) => default;
    }
}
