using System.Runtime.InteropServices;
using MemoryRL.Grains.Interfaces;

namespace MemoryRL.Grains.Tests;

/// <summary>Learners whose memory is planned, and what a stop, a copy, a lost call or a shard that comes back older leaves of that.</summary>
public sealed class PlanningLearnerRecoveryTests : IAsyncLifetime
{
    // As where a learner goes on with its actor alone: whatever a shard loses after the second plan, no third one brings it back.
    private static readonly (string, string)[] WithTwoPlans = [("refresh", "2"), ("plans", "2"), ("hold-at", "6")];

    private readonly PlannedLearning _learning = new();

    private GrainHost Host => _learning.Host;

    public Task InitializeAsync() => _learning.StartAsync();

    public Task DisposeAsync() => _learning.DisposeAsync().AsTask();

    [Theory]
    [InlineData("0")]
    [InlineData("56")]
    public async Task A_planning_learner_resumes_across_deactivations_as_if_it_had_never_stopped(string steps)
    {
        await _learning.FillAsync("resumes", 40);
        (string, string)[] options = [("refresh", "3"), ("steps", steps)];
        var learner = Host.Grains.GetLearner("resumes");
        _ = await learner.StartAsync(PlannedLearning.Spec("resumes", options));
        for (var round = 1; round <= 3; round++)
        {
            await Host.Learners.WaitForAsync(round * 10);
            await Host.Calls.DeactivateAsync(learner, () => learner.GetProgressAsync());
            Assert.True((await learner.GetProgressAsync()).IsTraining);
        }

        await Host.Learners.WaitForAsync(40);
        _ = await learner.StopAsync();
        await _learning.CheckTraceAsync("resumes", options, Host.Learners.Updates);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("56")]
    public async Task A_planning_learner_resumes_across_an_orderly_stop_of_its_process_as_if_it_had_never_stopped(string steps)
    {
        await _learning.FillAsync("restarts", 40);
        (string, string)[] options = [("refresh", "3"), ("steps", steps)];
        var spec = PlannedLearning.Spec("restarts", options);
        _ = await Host.Grains.GetLearner("restarts").StartAsync(spec);
        var updates = new List<(long, ulong)>();
        for (var round = 1; round <= 2; round++)
        {
            await Host.Learners.WaitForAsync(round * 10);
            await Host.DisposeAsync();
            updates.AddRange(Host.Learners.Updates);
            await _learning.StartAsync();
            Assert.True((await Host.Grains.GetLearner("restarts").StartAsync(spec)).IsTraining);
        }

        await Host.Learners.WaitForAsync(30);
        _ = await Host.Grains.GetLearner("restarts").StopAsync();
        updates.AddRange(Host.Learners.Updates);
        await _learning.CheckTraceAsync("restarts", options, updates);
    }

    [Fact]
    public async Task Means_of_a_plan_that_another_process_made_are_not_among_the_metrics()
    {
        await _learning.FillAsync("means", 40);
        var spec = PlannedLearning.Spec("means", ("refresh", "2"), ("plans", "2"));
        _ = await Host.Grains.GetLearner("means").StartAsync(spec);
        await Host.Learners.WaitForAsync(6);
        Assert.Contains("planning/mean_target", (await Host.Grains.GetLearner("means").GetProgressAsync()).Metrics.Keys);
        await Host.DisposeAsync();
        await _learning.StartAsync();
        _ = await Host.Grains.GetLearner("means").StartAsync(spec);
        await Host.Learners.WaitForAsync(10);

        var metrics = (await Host.Grains.GetLearner("means").StopAsync()).Metrics;

        Assert.Equal(0, metrics["planning/steps"]);
        Assert.DoesNotContain("planning/mean_target", metrics.Keys);
        Assert.DoesNotContain("planning/mean_value", metrics.Keys);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task A_learner_stopped_in_the_middle_of_a_plan_resumes_as_if_it_had_not_been(int piecesBefore)
    {
        await _learning.FillAsync("middle", 12, length: 2_000);
        (string, string)[] options = [("refresh", "2"), ("steps", "14400")];
        var learner = Host.Grains.GetLearner("middle");
        _ = await learner.StartAsync(PlannedLearning.Spec("middle", options));
        await Host.Learners.WaitForAsync(1);
        var held = Host.Values.Hold(piecesBefore);
        await held;
        var progress = await learner.GetProgressAsync();
        Assert.StartsWith("version ", progress.WaitReason, StringComparison.Ordinal);
        var stop = learner.StopAsync();

        // The stop is on its way in front of this call; whether it comes in time or the plan is done before, nothing may differ.
        _ = await Host.GetShard("middle").GetStatisticsAsync();
        Host.Values.Release();
        var stopped = await stop;
        Assert.Null(stopped.Failure);
        _ = await learner.StartAsync(PlannedLearning.Spec("middle", options));
        await Host.Learners.WaitForAsync(stopped.UpdateCount + 6);
        _ = await learner.StopAsync();
        await _learning.CheckTraceAsync("middle", options, Host.Learners.Updates);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("56")]
    public async Task A_copy_goes_on_in_another_process_with_the_same_episodes_as_if_it_had_never_stopped(string steps)
    {
        await _learning.FillAsync("copies", 40);
        (string, string)[] options = [("refresh", "3"), ("steps", steps)];
        var spec = PlannedLearning.Spec("copies", options) with { PublishPeriod = 4 };
        _ = await Host.Grains.GetLearner("copies").StartAsync(spec);
        await Host.Learners.WaitForAsync(10);
        var copy = await Host.Grains.GetLearner("copies").CopyAsync();

        // What comes after the copy goes with the process.
        await Host.Learners.WaitForAsync(copy.UpdateCount + 5);
        await Host.DisposeAsync();
        var updates = Host.Learners.Updates.Take((int)copy.UpdateCount).ToList();
        await _learning.StartElsewhereAsync();
        _ = await Host.CreateMemoryAsync("copies", spec => spec with { CapacitySteps = 100_000 });
        await _learning.AppendAsync("copies", 1, 40);
        var progress = await Host.Grains.GetLearner("copies").RestoreAsync(copy);
        Assert.True(progress.IsTraining);
        await Host.Learners.WaitForAsync(copy.UpdateCount + 20);
        _ = await Host.Grains.GetLearner("copies").StopAsync();

        updates.AddRange(Host.Learners.Updates);
        await _learning.CheckTraceAsync("copies", options, updates);
        Assert.Equal(copy.PolicyVersion + 1, (await Host.Grains.GetPolicy("copies policy").ListVersionsAsync())[0]);
        Assert.Equal(1 + (copy.UpdateCount / 4), copy.PolicyVersion);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("56")]
    public async Task A_copy_of_a_learner_over_several_shards_goes_on_in_another_process_as_the_learner_did(string steps)
    {
        var spec = PlannedLearning.Spec("spread", ("refresh", "3"), ("steps", steps)) with { PublishPeriod = 4 };
        await SpreadAsync();
        _ = await Host.Grains.GetLearner("spread").StartAsync(spec);
        await Host.Learners.WaitForAsync(10);
        var copy = await Host.Grains.GetLearner("spread").CopyAsync();
        await Host.Learners.WaitForAsync(copy.UpdateCount + 20);
        await Host.DisposeAsync();
        var expected = Host.Learners.Updates.Skip((int)copy.UpdateCount).Take(20).ToList();
        await _learning.StartElsewhereAsync();
        await SpreadAsync();
        _ = await Host.Grains.GetLearner("spread").RestoreAsync(copy);
        await Host.Learners.WaitForAsync(copy.UpdateCount + 20);
        _ = await Host.Grains.GetLearner("spread").StopAsync();

        Assert.Equal(expected, Host.Learners.Updates.Take(20));

        async Task SpreadAsync()
        {
            _ = await Host.CreateMemoryAsync("spread", spec => spec with { ShardCount = 3 });
            foreach (var number in Enumerable.Range(1, 45))
            {
                _ = await Host.GetShard("spread", number % 3).AppendAsync(TestEpisodes.Append(TestEpisodes.Message(number, 1 + (number % 7), lastReward: number)));
            }
        }
    }

    [Fact]
    public async Task A_copy_is_refused_beside_other_episodes_or_where_the_learner_was_started()
    {
        await _learning.FillAsync("refuses", 10);
        var learner = Host.Grains.GetLearner("refuses");
        Assert.Equal("learner", (await Assert.ThrowsAsync<InvalidInputException>(() => learner.CopyAsync())).Field);
        _ = await learner.StartAsync(PlannedLearning.Spec("refuses", ("refresh", "3")));
        await Host.Learners.WaitForAsync(5);
        var copy = await learner.CopyAsync();
        _ = await learner.StopAsync();
        Assert.Equal("learner", (await Assert.ThrowsAsync<InvalidInputException>(() => learner.CopyAsync())).Field);
        Assert.Equal("learner.name", (await Assert.ThrowsAsync<InvalidInputException>(() => learner.RestoreAsync(copy))).Field);

        await _learning.AppendAsync("refuses", 11, 1);
        var other = Host.Grains.GetLearner("refuses too");
        Assert.Equal("request.targets", (await Assert.ThrowsAsync<InvalidInputException>(() => other.RestoreAsync(copy))).Field);
        var damaged = copy with { Content = copy.Content with { Data = copy.Content.Data[..100] } };
        Assert.Equal("copy.content", (await Assert.ThrowsAsync<InvalidInputException>(() => other.RestoreAsync(damaged))).Field);
        Assert.False((await other.GetProgressAsync()).IsTraining);

        // Nothing was changed: the targets are still the first learner's.
        Assert.Equal(11, (await Host.GetShard("refuses").SamplePlannedAsync(planner: "refuses")).Transitions.Observations.ToArray().Chunk(8).Select(row => MemoryMarshal.Read<float>(row)).Distinct().Count());
    }

    [Fact]
    public async Task Plans_whose_calls_or_answers_are_lost_are_asked_for_again()
    {
        await _learning.FillAsync("lost", 30);
        Host.Calls.LoseCalls(Host.GetShard("lost"), 1);
        Host.Calls.LoseAnswers(Host.GetShard("lost"), 1);
        (string, string)[] options = [("refresh", "2")];
        var learner = Host.Grains.GetLearner("lost");
        _ = await learner.StartAsync(PlannedLearning.Spec("lost", options));
        await Host.Learners.WaitForAsync(3);
        Assert.Null((await learner.StopAsync()).Failure);
        await _learning.CheckTraceAsync("lost", options, Host.Learners.Updates);
    }

    [Fact]
    public async Task A_shard_that_lost_its_plan_with_its_process_is_planned_again()
    {
        _ = await Host.CreateMemoryAsync("forgets");
        await _learning.AppendAsync("forgets", 1, 10);
        var learner = Host.Grains.GetLearner("forgets");
        _ = await learner.StartAsync(PlannedLearning.Spec("forgets", ("refresh", "100000")));
        await Host.Learners.WaitForAsync(3);
        var shard = Host.GetShard("forgets");
        await Host.Calls.DeactivateAsync(shard, () => shard.GetStatisticsAsync());
        await _learning.AppendAsync("forgets", 11, 10);
        var after = Host.Learners.Updates[^1].Update;
        await Host.Learners.WaitForAsync(after + 20);
        Assert.Null((await learner.StopAsync()).Failure);
    }

    [Fact]
    public async Task A_shard_that_comes_back_with_an_older_plan_is_planned_again_before_it_is_learned_from()
    {
        await _learning.FillAsync("older", 12, length: 2_000);
        using var reference = new PlanningLearner(PlannedLearning.Settings(WithTwoPlans));

        // The first plan, as the learner will ask for it too.
        Assert.Null((await Host.GetShard("older").PlanAsync(PlanMessages.Write("older", Plans.Run, reference.Plan))).WaitReason);
        var snapshot = await SnapshotAsync("older");
        _ = await Host.Grains.GetLearner("older").StartAsync(PlannedLearning.Spec("older", WithTwoPlans));
        await CheckComingBackAsync("older", snapshot);
    }

    [Fact]
    public async Task A_shard_that_comes_back_with_a_plan_partly_done_is_planned_on_before_it_is_learned_from()
    {
        await _learning.FillAsync("partly", 12, length: 2_000);

        // Two episodes a piece: six pieces for the first plan, two of six for the second.
        var held = Host.Values.Hold(after: 8);
        _ = await Host.Grains.GetLearner("partly").StartAsync(PlannedLearning.Spec("partly", WithTwoPlans));
        await held;
        var snapshot = await SnapshotAsync("partly");
        Host.Values.Release();
        await CheckComingBackAsync("partly", snapshot);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_checkpoint_brings_the_targets_of_a_whole_plan_back_whether_the_memory_is_older_or_newer(bool isMemoryOlder)
    {
        await _learning.FillAsync("killed", 40);
        var (shardFile, learnerFile) = (_learning.ShardFile("killed"), _learning.LearnerFile("killed"));
        (string, string)[] options = [("refresh", "3")];
        var updates = new List<(long, ulong)>();
        var early = await TrainAsync(10);
        await _learning.StartAsync();
        var late = await TrainAsync(20);

        // As after a kill: the learner and its memory have saved themselves at different times.
        var (shard, learner) = isMemoryOlder ? (early.Shard, late) : (late.Shard, early);
        await File.WriteAllBytesAsync(shardFile, shard);
        await File.WriteAllBytesAsync(learnerFile, learner.Content);
        updates.RemoveRange(learner.UpdateCount, updates.Count - learner.UpdateCount);
        await _learning.StartAsync();
        await Host.Learners.WaitForAsync(learner.UpdateCount + 10);
        Assert.Null((await Host.Grains.GetLearner("killed").StopAsync()).Failure);
        updates.AddRange(Host.Learners.Updates);
        await _learning.CheckTraceAsync("killed", options, updates);

        // In a process of its own, which ends in order.
        async Task<(byte[] Shard, byte[] Content, int UpdateCount)> TrainAsync(long update)
        {
            _ = await Host.Grains.GetLearner("killed").StartAsync(PlannedLearning.Spec("killed", options));
            await Host.Learners.WaitForAsync(update);
            await Host.DisposeAsync();
            updates.AddRange(Host.Learners.Updates);
            return (await File.ReadAllBytesAsync(shardFile), await File.ReadAllBytesAsync(learnerFile), updates.Count);
        }
    }

    private async Task<byte[]> SnapshotAsync(string memoryName)
    {
        await Host.GetShard(memoryName).SnapshotAsync();
        return await File.ReadAllBytesAsync(_learning.ShardFile(memoryName));
    }

    // The learner, of the same name, has its last plan and is held.
    private async Task CheckComingBackAsync(string memoryName, byte[] snapshot)
    {
        var (learner, shard) = (Host.Grains.GetLearner(memoryName), Host.GetShard(memoryName));
        await Host.Learners.WaitForHoldAsync();

        // The batch after the one that is held is on its way to the shard by then, before the call after which the shard goes.
        _ = await learner.GetProgressAsync();
        await Host.Calls.DeactivateAsync(shard, () => shard.GetStatisticsAsync());
        await File.WriteAllBytesAsync(_learning.ShardFile(memoryName), snapshot);
        Host.Learners.Release();
        await Host.Learners.WaitForAsync(16);
        var progress = await learner.StopAsync();
        Assert.Null(progress.Failure);
        Assert.Equal(2, progress.Metrics["losses/oldest_version"]);
        await _learning.CheckTraceAsync(memoryName, WithTwoPlans, Host.Learners.Updates);
    }
}
