using System.Runtime.InteropServices;
using MemoryRL.Core;
using MemoryRL.Grains.Interfaces;

namespace MemoryRL.Grains.Tests;

/// <summary>Learners whose memory is planned, against one that is fed by hand from a memory of the same episodes.</summary>
public sealed class PlanningLearnerTests : IAsyncLifetime
{
    private readonly PlannedLearning _learning = new();

    private GrainHost Host => _learning.Host;

    public Task InitializeAsync() => _learning.StartAsync();

    public Task DisposeAsync() => _learning.DisposeAsync().AsTask();

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Every_batch_after_a_new_plan_has_its_targets(int refresh)
    {
        await _learning.FillAsync("fed", 30);
        (string, string)[] options = [("refresh", $"{refresh}")];
        var learner = Host.Grains.GetLearner("fed");
        _ = await learner.StartAsync(PlannedLearning.Spec("fed", options));
        await Host.Learners.WaitForAsync(12);
        var progress = await learner.StopAsync();
        Assert.Null(progress.Failure);
        await _learning.CheckTraceAsync("fed", options, Host.Learners.Updates);

        // Replanned whole: no older target comes with a later plan.
        Assert.Equal(1 + ((progress.UpdateCount - 1) / refresh), progress.Metrics["losses/oldest_version"]);
    }

    [Fact]
    public async Task Value_functions_are_published_beside_the_policies_that_they_belong_to()
    {
        await _learning.FillAsync("values", 10);
        var learner = Host.Grains.GetLearner("values");
        _ = await learner.StartAsync(PlannedLearning.Spec("values", ("refresh", "100000")) with { PublishPeriod = 4 });
        await Host.Learners.WaitForAsync(12);
        _ = await learner.StopAsync();
        var (policies, values) = (Host.Grains.GetPolicy("values policy"), Host.Grains.GetPolicyValues("values policy"));
        var versions = await policies.ListVersionsAsync();
        Assert.True(versions.Length >= 3);
        Assert.Equal(versions.AsEnumerable(), await values.ListVersionsAsync());
        foreach (var version in versions)
        {
            Assert.Equal(~Digest(await policies.GetAsync(version)), Digest(await values.GetAsync(version)));
        }

        static ulong Digest(PolicyBundle? bundle) => SafetensorsDocument.Parse(bundle!.Weights.Data, "bundle").Require("digest", ElementType.UInt64, 1).Values<ulong>()[0];
    }

    [Fact]
    public async Task What_planning_took_is_among_the_metrics()
    {
        await _learning.FillAsync("metrics", 10);
        var learner = Host.Grains.GetLearner("metrics");
        _ = await learner.StartAsync(PlannedLearning.Spec("metrics", ("refresh", "100000")));
        await Host.Learners.WaitForAsync(3);
        var metrics = (await learner.StopAsync()).Metrics;
        var shard = Host.GetShard("metrics");
        Assert.Equal((await shard.GetStatisticsAsync()).Steps, metrics["planning/steps"]);
        Assert.True(metrics["planning/seconds"] > 0);
        Assert.InRange(metrics["planning/share"], double.Epsilon, 1);

        // Both scales of the first value function are 1.
        Assert.Equal((await shard.ReadAllAsync()).Select(TestEpisodes.Read).Sum(episode => Enumerable.Range(0, episode.Length).Sum(step => (double)StateValues.Of(TestEpisodes.Mark(episode.Id), step, 1))) / metrics["planning/steps"], metrics["planning/mean_value"], 1e-3);
        Assert.True(metrics["planning/mean_target"] > 0);
    }

    [Fact(Timeout = Deadline.Milliseconds)]
    public async Task A_memory_that_fills_later_is_planned_as_it_fills()
    {
        _ = await Host.CreateMemoryAsync("fills", spec => spec with { MinSizeToSample = 10 });
        var learner = Host.Grains.GetLearner("fills");
        _ = await learner.StartAsync(PlannedLearning.Spec("fills", ("refresh", "2")));
        var progress = await learner.GetProgressAsync();
        while (progress.WaitReason is null or "version 1 of the plan in every shard")
        {
            progress = await learner.GetProgressAsync();
        }

        Assert.StartsWith("sampling waits: 0 of 10 steps inserted", progress.WaitReason, StringComparison.Ordinal);
        await _learning.AppendAsync("fills", 1, 10);
        await Host.Learners.WaitForAsync(6);
        Assert.Null((await learner.StopAsync()).Failure);
    }

    [Fact(Timeout = Deadline.Milliseconds)]
    public async Task A_value_function_that_fails_stops_the_learner_with_the_reason()
    {
        await _learning.FillAsync("fails", 10);
        var learner = Host.Grains.GetLearner("fails");
        _ = await learner.StartAsync(PlannedLearning.Spec("fails", ("refresh", "3"), ("fault", "throw")));
        var progress = await learner.GetProgressAsync();
        while (progress.IsTraining)
        {
            progress = await learner.GetProgressAsync();
        }

        Assert.Equal(3, progress.UpdateCount);
        Assert.Contains("could not plan version 2: ArithmeticException: No values today.", progress.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Planned_transitions_come_from_all_shards_with_the_targets_of_the_plan()
    {
        _ = await Host.CreateMemoryAsync("shards", spec => spec with { ShardCount = 3 });
        for (var shard = 0; shard < 3; shard++)
        {
            for (var number = 1; number <= 5; number++)
            {
                _ = await Host.GetShard("shards", shard).AppendAsync(TestEpisodes.Append(TestEpisodes.Message((10 * shard) + number)));
            }
        }

        var learner = Host.Grains.GetLearner("shards");
        _ = await learner.StartAsync(PlannedLearning.Spec("shards", ("refresh", "2")));
        await Host.Learners.WaitForAsync(10);
        var progress = await learner.StopAsync();
        Assert.Equal(1 + ((progress.UpdateCount - 1) / 2), progress.Metrics["losses/oldest_version"]);
        var shards = await Task.WhenAll(Enumerable.Range(0, 3).Select(shard => Host.GetShard("shards", shard).GetStatisticsAsync()));
        Assert.All(shards, shard => Assert.True(shard.SampledRows > 0));
    }

    [Theory]
    [InlineData(60, new[] { 30, 30, 30 }, new[] { 20, 20, 20 })]
    [InlineData(7, new[] { 30, 30, 30 }, new[] { 3, 3, 3 })]
    [InlineData(90, new[] { 30, 30, 30 }, new[] { 30, 30, 30 })]
    [InlineData(1_000, new[] { 30, 30, 30 }, new[] { 30, 30, 30 })]
    [InlineData(30, new[] { 60, 20, 10 }, new[] { 20, 7, 4 })]
    [InlineData(1, new[] { 88, 1, 1 }, new[] { 1, 1, 1 })]
    public async Task The_steps_of_a_refresh_are_divided_over_the_shards_by_what_they_hold(int steps, int[] held, int[] parts)
    {
        _ = await Host.CreateMemoryAsync("parts", spec => spec with { ShardCount = 3 });
        for (var shard = 0; shard < 3; shard++)
        {
            var episodes = Enumerable.Range(1 + held[..shard].Sum(), held[shard]).Select(number => TestEpisodes.Message(number, length: 1));
            _ = await Host.GetShard("parts", shard).AppendAsync(TestEpisodes.Append([.. episodes]));
        }

        // The first plan is of all steps, as none had one.
        var learner = Host.Grains.GetLearner("parts");
        _ = await learner.StartAsync(PlannedLearning.Spec("parts", ("refresh", "2"), ("plans", "2"), ("steps", $"{steps}")));
        await Host.Learners.WaitForAsync(4);
        Assert.Equal(90 + parts.Sum(), (await learner.StopAsync()).Metrics["planning/steps"]);
        for (var shard = 0; shard < 3; shard++)
        {
            Assert.Equal(parts[shard], await CountAsync("parts", shard, version: 2));
        }
    }

    [Fact(Timeout = Deadline.Milliseconds)]
    public async Task A_memory_that_grows_has_no_more_steps_planned_a_refresh_than_before()
    {
        await _learning.FillAsync("grows", 10, length: 10);
        var learner = Host.Grains.GetLearner("grows");
        _ = await learner.StartAsync(PlannedLearning.Spec("grows", ("refresh", "2"), ("plans", "4"), ("steps", "30"), ("hold-at", "6")));
        await Host.Learners.WaitForHoldAsync();
        await _learning.AppendAsync("grows", 11, 40, length: 10);
        while (await CountAsync("grows", 0, version: 0) > 0)
        {
            // Planned as they came, at the shard's own pace.
        }

        Host.Learners.Release();
        await Host.Learners.WaitForAsync(8);
        Assert.Equal(100 + (3 * 30), (await learner.StopAsync()).Metrics["planning/steps"]);
        Assert.Equal(3, await CountAsync("grows", 0, version: 4));
    }

    // How many of a shard's episodes have the targets of a version of its learner's plan.
    private async Task<int> CountAsync(string memoryName, int shard, long version)
    {
        var batch = await Host.GetShard(memoryName, shard).SamplePlannedAsync(planner: memoryName);
        var marks = batch.Transitions.Observations.ToArray().Chunk(8).Select(row => MemoryMarshal.Read<float>(row));
        return marks.Zip(batch.Versions.ToArray()).Distinct().Count(episode => episode.Second == version);
    }
}
