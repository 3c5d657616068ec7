using System.Collections.Immutable;
using System.Runtime.InteropServices;
using MemoryRL.Core;
using MemoryRL.Grains.Interfaces;

namespace MemoryRL.Grains.Tests;

/// <summary>Learners whose memory is planned, against one that is fed by hand from a memory of the same episodes.</summary>
public sealed class PlanningLearnerTests : IAsyncLifetime, IDisposable
{
    private const long Seed = 17;

    // Milliseconds after which what never comes is a failure, and no wait for ever.
    private const int Deadline = 120_000;

    // As where a learner goes on with its actor alone: whatever a shard loses after the second plan, no third one brings it back.
    private static readonly (string, string)[] WithTwoPlans = [("refresh", "2"), ("plans", "2"), ("hold-at", "6")];

    private readonly TemporaryFolder _folder = new();
    private GrainHost _host = null!;

    public async Task InitializeAsync() => _host = await StartHostAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Every_batch_after_a_new_plan_has_its_targets(int refresh)
    {
        await FillAsync("fed", 30);
        (string, string)[] options = [("refresh", $"{refresh}")];
        var learner = _host.Grains.GetLearner("fed");
        _ = await learner.StartAsync(Spec("fed", options));
        await _host.Learners.WaitForAsync(12);
        var progress = await learner.StopAsync();
        Assert.Null(progress.Failure);
        await CheckTraceAsync("fed", options, _host.Learners.Updates);

        // Replanned whole: no older target comes with a later plan.
        Assert.Equal(1 + ((progress.UpdateCount - 1) / refresh), progress.Metrics["losses/oldest_version"]);
    }

    [Fact]
    public async Task Value_functions_are_published_beside_the_policies_that_they_belong_to()
    {
        await FillAsync("values", 10);
        var learner = _host.Grains.GetLearner("values");
        _ = await learner.StartAsync(Spec("values", ("refresh", "100000")) with { PublishPeriod = 4 });
        await _host.Learners.WaitForAsync(12);
        _ = await learner.StopAsync();
        var (policies, values) = (_host.Grains.GetPolicy("values policy"), _host.Grains.GetPolicyValues("values policy"));
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
        await FillAsync("metrics", 10);
        var learner = _host.Grains.GetLearner("metrics");
        _ = await learner.StartAsync(Spec("metrics", ("refresh", "100000")));
        await _host.Learners.WaitForAsync(3);
        var metrics = (await learner.StopAsync()).Metrics;
        var shard = _host.GetShard("metrics");
        Assert.Equal((await shard.GetStatisticsAsync()).Steps, metrics["planning/steps"]);
        Assert.True(metrics["planning/seconds"] > 0);
        Assert.InRange(metrics["planning/share"], double.Epsilon, 1);

        // Both scales of the first value function are 1.
        Assert.Equal((await shard.ReadAllAsync()).Select(TestEpisodes.Read).Sum(episode => Enumerable.Range(0, episode.Length).Sum(step => (double)StateValues.Of(TestEpisodes.Mark(episode.Id), step, 1))) / metrics["planning/steps"], metrics["planning/mean_value"], 1e-3);
        Assert.True(metrics["planning/mean_target"] > 0);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("56")]
    public async Task A_planning_learner_resumes_across_deactivations_as_if_it_had_never_stopped(string steps)
    {
        await FillAsync("resumes", 40);
        (string, string)[] options = [("refresh", "3"), ("steps", steps)];
        var learner = _host.Grains.GetLearner("resumes");
        _ = await learner.StartAsync(Spec("resumes", options));
        for (var round = 1; round <= 3; round++)
        {
            await _host.Learners.WaitForAsync(round * 10);
            await _host.Calls.DeactivateAsync(learner, () => learner.GetProgressAsync());
            Assert.True((await learner.GetProgressAsync()).IsTraining);
        }

        await _host.Learners.WaitForAsync(40);
        _ = await learner.StopAsync();
        await CheckTraceAsync("resumes", options, _host.Learners.Updates);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("56")]
    public async Task A_planning_learner_resumes_across_an_orderly_stop_of_its_process_as_if_it_had_never_stopped(string steps)
    {
        await FillAsync("restarts", 40);
        (string, string)[] options = [("refresh", "3"), ("steps", steps)];
        var spec = Spec("restarts", options);
        _ = await _host.Grains.GetLearner("restarts").StartAsync(spec);
        var updates = new List<(long, ulong)>();
        for (var round = 1; round <= 2; round++)
        {
            await _host.Learners.WaitForAsync(round * 10);
            await _host.DisposeAsync();
            updates.AddRange(_host.Learners.Updates);
            _host = await StartHostAsync();
            Assert.True((await _host.Grains.GetLearner("restarts").StartAsync(spec)).IsTraining);
        }

        await _host.Learners.WaitForAsync(30);
        _ = await _host.Grains.GetLearner("restarts").StopAsync();
        updates.AddRange(_host.Learners.Updates);
        await CheckTraceAsync("restarts", options, updates);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task A_learner_stopped_in_the_middle_of_a_plan_resumes_as_if_it_had_not_been(int piecesBefore)
    {
        await FillAsync("middle", 12, length: 2_000);
        (string, string)[] options = [("refresh", "2"), ("steps", "14400")];
        var learner = _host.Grains.GetLearner("middle");
        _ = await learner.StartAsync(Spec("middle", options));
        await _host.Learners.WaitForAsync(1);
        var held = _host.Values.Hold(piecesBefore);
        await held;
        var progress = await learner.GetProgressAsync();
        Assert.StartsWith("version ", progress.WaitReason, StringComparison.Ordinal);
        var stop = learner.StopAsync();

        // The stop is on its way in front of this call; whether it comes in time or the plan is done before, nothing may differ.
        _ = await _host.GetShard("middle").GetStatisticsAsync();
        _host.Values.Release();
        var stopped = await stop;
        Assert.Null(stopped.Failure);
        _ = await learner.StartAsync(Spec("middle", options));
        await _host.Learners.WaitForAsync(stopped.UpdateCount + 6);
        _ = await learner.StopAsync();
        await CheckTraceAsync("middle", options, _host.Learners.Updates);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("56")]
    public async Task A_copy_goes_on_in_another_process_with_the_same_episodes_as_if_it_had_never_stopped(string steps)
    {
        await FillAsync("copies", 40);
        (string, string)[] options = [("refresh", "3"), ("steps", steps)];
        var spec = Spec("copies", options) with { PublishPeriod = 4 };
        _ = await _host.Grains.GetLearner("copies").StartAsync(spec);
        await _host.Learners.WaitForAsync(10);
        var copy = await _host.Grains.GetLearner("copies").CopyAsync();

        // What comes after the copy goes with the process.
        await _host.Learners.WaitForAsync(copy.UpdateCount + 5);
        await _host.DisposeAsync();
        var updates = _host.Learners.Updates.Take((int)copy.UpdateCount).ToList();
        _host = await GrainHost.StartAsync();
        _ = await _host.CreateMemoryAsync("copies", spec => spec with { CapacitySteps = 100_000 });
        await AppendAsync("copies", 1, 40);
        var progress = await _host.Grains.GetLearner("copies").RestoreAsync(copy);
        Assert.True(progress.IsTraining);
        await _host.Learners.WaitForAsync(copy.UpdateCount + 20);
        _ = await _host.Grains.GetLearner("copies").StopAsync();

        updates.AddRange(_host.Learners.Updates);
        await CheckTraceAsync("copies", options, updates);
        Assert.Equal(copy.PolicyVersion + 1, (await _host.Grains.GetPolicy("copies policy").ListVersionsAsync())[0]);
        Assert.Equal(1 + (copy.UpdateCount / 4), copy.PolicyVersion);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("56")]
    public async Task A_copy_of_a_learner_over_several_shards_goes_on_in_another_process_as_the_learner_did(string steps)
    {
        var spec = Spec("spread", ("refresh", "3"), ("steps", steps)) with { PublishPeriod = 4 };
        await SpreadAsync();
        _ = await _host.Grains.GetLearner("spread").StartAsync(spec);
        await _host.Learners.WaitForAsync(10);
        var copy = await _host.Grains.GetLearner("spread").CopyAsync();
        await _host.Learners.WaitForAsync(copy.UpdateCount + 20);
        await _host.DisposeAsync();
        var expected = _host.Learners.Updates.Skip((int)copy.UpdateCount).Take(20).ToList();
        _host = await GrainHost.StartAsync();
        await SpreadAsync();
        _ = await _host.Grains.GetLearner("spread").RestoreAsync(copy);
        await _host.Learners.WaitForAsync(copy.UpdateCount + 20);
        _ = await _host.Grains.GetLearner("spread").StopAsync();

        Assert.Equal(expected, _host.Learners.Updates.Take(20));

        async Task SpreadAsync()
        {
            _ = await _host.CreateMemoryAsync("spread", spec => spec with { ShardCount = 3 });
            foreach (var number in Enumerable.Range(1, 45))
            {
                _ = await _host.GetShard("spread", number % 3).AppendAsync(TestEpisodes.Append(TestEpisodes.Message(number, 1 + (number % 7), lastReward: number)));
            }
        }
    }

    [Fact]
    public async Task A_copy_is_refused_beside_other_episodes_or_where_the_learner_was_started()
    {
        await FillAsync("refuses", 10);
        var learner = _host.Grains.GetLearner("refuses");
        Assert.Equal("learner", (await Assert.ThrowsAsync<InvalidInputException>(() => learner.CopyAsync())).Field);
        _ = await learner.StartAsync(Spec("refuses", ("refresh", "3")));
        await _host.Learners.WaitForAsync(5);
        var copy = await learner.CopyAsync();
        _ = await learner.StopAsync();
        Assert.Equal("learner", (await Assert.ThrowsAsync<InvalidInputException>(() => learner.CopyAsync())).Field);
        Assert.Equal("learner.name", (await Assert.ThrowsAsync<InvalidInputException>(() => learner.RestoreAsync(copy))).Field);

        await AppendAsync("refuses", 11, 1);
        var other = _host.Grains.GetLearner("refuses too");
        Assert.Equal("request.targets", (await Assert.ThrowsAsync<InvalidInputException>(() => other.RestoreAsync(copy))).Field);
        var damaged = copy with { Content = copy.Content with { Data = copy.Content.Data[..100] } };
        Assert.Equal("copy.content", (await Assert.ThrowsAsync<InvalidInputException>(() => other.RestoreAsync(damaged))).Field);
        Assert.False((await other.GetProgressAsync()).IsTraining);

        // Nothing was changed: the targets are still the first learner's.
        Assert.Equal(11, (await _host.GetShard("refuses").SamplePlannedAsync(planner: "refuses")).Transitions.Observations.ToArray().Chunk(8).Select(row => MemoryMarshal.Read<float>(row)).Distinct().Count());
    }

    [Fact(Timeout = Deadline)]
    public async Task A_memory_that_fills_later_is_planned_as_it_fills()
    {
        _ = await _host.CreateMemoryAsync("fills", spec => spec with { MinSizeToSample = 10 });
        var learner = _host.Grains.GetLearner("fills");
        _ = await learner.StartAsync(Spec("fills", ("refresh", "2")));
        var progress = await learner.GetProgressAsync();
        while (progress.WaitReason is null or "version 1 of the plan in every shard")
        {
            progress = await learner.GetProgressAsync();
        }

        Assert.StartsWith("sampling waits: 0 of 10 steps inserted", progress.WaitReason, StringComparison.Ordinal);
        await AppendAsync("fills", 1, 10);
        await _host.Learners.WaitForAsync(6);
        Assert.Null((await learner.StopAsync()).Failure);
    }

    [Fact]
    public async Task Plans_whose_calls_or_answers_are_lost_are_asked_for_again()
    {
        await FillAsync("lost", 30);
        _host.Calls.LoseCalls(_host.GetShard("lost"), 1);
        _host.Calls.LoseAnswers(_host.GetShard("lost"), 1);
        (string, string)[] options = [("refresh", "2")];
        var learner = _host.Grains.GetLearner("lost");
        _ = await learner.StartAsync(Spec("lost", options));
        await _host.Learners.WaitForAsync(3);
        Assert.Null((await learner.StopAsync()).Failure);
        await CheckTraceAsync("lost", options, _host.Learners.Updates);
    }

    [Fact]
    public async Task A_shard_that_lost_its_plan_with_its_process_is_planned_again()
    {
        _ = await _host.CreateMemoryAsync("forgets");
        await AppendAsync("forgets", 1, 10);
        var learner = _host.Grains.GetLearner("forgets");
        _ = await learner.StartAsync(Spec("forgets", ("refresh", "100000")));
        await _host.Learners.WaitForAsync(3);
        var shard = _host.GetShard("forgets");
        await _host.Calls.DeactivateAsync(shard, () => shard.GetStatisticsAsync());
        await AppendAsync("forgets", 11, 10);
        var after = _host.Learners.Updates[^1].Update;
        await _host.Learners.WaitForAsync(after + 20);
        Assert.Null((await learner.StopAsync()).Failure);
    }

    [Fact]
    public async Task A_shard_that_comes_back_with_an_older_plan_is_planned_again_before_it_is_learned_from()
    {
        await FillAsync("older", 12, length: 2_000);
        using var reference = new PlanningLearner(Settings(WithTwoPlans));

        // The first plan, as the learner will ask for it too.
        Assert.Null((await _host.GetShard("older").PlanAsync(PlanMessages.Write("older", Plans.Run, reference.Plan))).WaitReason);
        var snapshot = await SnapshotAsync("older");
        _ = await _host.Grains.GetLearner("older").StartAsync(Spec("older", WithTwoPlans));
        await CheckComingBackAsync("older", snapshot);
    }

    [Fact]
    public async Task A_shard_that_comes_back_with_a_plan_partly_done_is_planned_on_before_it_is_learned_from()
    {
        await FillAsync("partly", 12, length: 2_000);

        // Two episodes a piece: six pieces for the first plan, two of six for the second.
        var held = _host.Values.Hold(after: 8);
        _ = await _host.Grains.GetLearner("partly").StartAsync(Spec("partly", WithTwoPlans));
        await held;
        var snapshot = await SnapshotAsync("partly");
        _host.Values.Release();
        await CheckComingBackAsync("partly", snapshot);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_checkpoint_brings_the_targets_of_a_whole_plan_back_whether_the_memory_is_older_or_newer(bool isMemoryOlder)
    {
        await FillAsync("killed", 40);
        var (shardFile, learnerFile) = (ShardFile("killed"), LearnerFile("killed"));
        (string, string)[] options = [("refresh", "3")];
        var updates = new List<(long, ulong)>();
        var early = await TrainAsync(10);
        _host = await StartHostAsync();
        var late = await TrainAsync(20);

        // As after a kill: the learner and its memory have saved themselves at different times.
        var (shard, learner) = isMemoryOlder ? (early.Shard, late) : (late.Shard, early);
        await File.WriteAllBytesAsync(shardFile, shard);
        await File.WriteAllBytesAsync(learnerFile, learner.Content);
        updates.RemoveRange(learner.UpdateCount, updates.Count - learner.UpdateCount);
        _host = await StartHostAsync();
        await _host.Learners.WaitForAsync(learner.UpdateCount + 10);
        Assert.Null((await _host.Grains.GetLearner("killed").StopAsync()).Failure);
        updates.AddRange(_host.Learners.Updates);
        await CheckTraceAsync("killed", options, updates);

        // In a process of its own, which ends in order.
        async Task<(byte[] Shard, byte[] Content, int UpdateCount)> TrainAsync(long update)
        {
            _ = await _host.Grains.GetLearner("killed").StartAsync(Spec("killed", options));
            await _host.Learners.WaitForAsync(update);
            await _host.DisposeAsync();
            updates.AddRange(_host.Learners.Updates);
            return (await File.ReadAllBytesAsync(shardFile), await File.ReadAllBytesAsync(learnerFile), updates.Count);
        }
    }

    [Fact(Timeout = Deadline)]
    public async Task A_value_function_that_fails_stops_the_learner_with_the_reason()
    {
        await FillAsync("fails", 10);
        var learner = _host.Grains.GetLearner("fails");
        _ = await learner.StartAsync(Spec("fails", ("refresh", "3"), ("fault", "throw")));
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
        _ = await _host.CreateMemoryAsync("shards", spec => spec with { ShardCount = 3 });
        for (var shard = 0; shard < 3; shard++)
        {
            for (var number = 1; number <= 5; number++)
            {
                _ = await _host.GetShard("shards", shard).AppendAsync(TestEpisodes.Append(TestEpisodes.Message((10 * shard) + number)));
            }
        }

        var learner = _host.Grains.GetLearner("shards");
        _ = await learner.StartAsync(Spec("shards", ("refresh", "2")));
        await _host.Learners.WaitForAsync(10);
        var progress = await learner.StopAsync();
        Assert.Equal(1 + ((progress.UpdateCount - 1) / 2), progress.Metrics["losses/oldest_version"]);
        var shards = await Task.WhenAll(Enumerable.Range(0, 3).Select(shard => _host.GetShard("shards", shard).GetStatisticsAsync()));
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
        _ = await _host.CreateMemoryAsync("parts", spec => spec with { ShardCount = 3 });
        for (var shard = 0; shard < 3; shard++)
        {
            var episodes = Enumerable.Range(1 + held[..shard].Sum(), held[shard]).Select(number => TestEpisodes.Message(number, length: 1));
            _ = await _host.GetShard("parts", shard).AppendAsync(TestEpisodes.Append([.. episodes]));
        }

        // The first plan is of all steps, as none had one.
        var learner = _host.Grains.GetLearner("parts");
        _ = await learner.StartAsync(Spec("parts", ("refresh", "2"), ("plans", "2"), ("steps", $"{steps}")));
        await _host.Learners.WaitForAsync(4);
        Assert.Equal(90 + parts.Sum(), (await learner.StopAsync()).Metrics["planning/steps"]);
        for (var shard = 0; shard < 3; shard++)
        {
            Assert.Equal(parts[shard], await CountAsync("parts", shard, version: 2));
        }
    }

    [Fact(Timeout = Deadline)]
    public async Task A_memory_that_grows_has_no_more_steps_planned_a_refresh_than_before()
    {
        await FillAsync("grows", 10, length: 10);
        var learner = _host.Grains.GetLearner("grows");
        _ = await learner.StartAsync(Spec("grows", ("refresh", "2"), ("plans", "4"), ("steps", "30"), ("hold-at", "6")));
        await _host.Learners.WaitForHoldAsync();
        await AppendAsync("grows", 11, 40, length: 10);
        while (await CountAsync("grows", 0, version: 0) > 0)
        {
            // Planned as they came, at the shard's own pace.
        }

        _host.Learners.Release();
        await _host.Learners.WaitForAsync(8);
        Assert.Equal(100 + (3 * 30), (await learner.StopAsync()).Metrics["planning/steps"]);
        Assert.Equal(3, await CountAsync("grows", 0, version: 4));
    }

    private static LearnerSpecMessage Spec(string memoryName, params (string Name, string Value)[] options) => new(
        PlanningLearnerFactory.Name, memoryName, $"{memoryName} policy", Seed, "cpu", PublishPeriod: 1_000, CheckpointPeriod: TimeSpan.FromHours(1), options.ToImmutableDictionary(option => option.Name, option => option.Value));

    private static LearnerSettings Settings(params (string Name, string Value)[] options) =>
        new(TestEpisodes.Spec, Seed, "cpu", options.ToImmutableSortedDictionary(option => option.Name, option => option.Value));

    // Planning in the background needs a thread beside a learner that is held.
    private Task<GrainHost> StartHostAsync() => GrainHost.StartAsync(options => (options.Storage, options.StorageFolder, options.LearnerThreads) = (GrainStorageKind.Folder, _folder.Path, 4));

    private async Task FillAsync(string memoryName, int count, int? length = null)
    {
        _ = await _host.CreateMemoryAsync(memoryName, spec => spec with { Durability = Durability.Snapshot, CapacitySteps = 100_000 });
        await AppendAsync(memoryName, 1, count, length);
    }

    private async Task AppendAsync(string memoryName, int first, int count, int? length = null)
    {
        var episodes = Enumerable.Range(first, count).Select(number => TestEpisodes.Message(number, length ?? (1 + (number % 7)), lastReward: number));
        _ = await _host.GetShard(memoryName).AppendAsync(TestEpisodes.Append([.. episodes]));
    }

    // How many of a shard's episodes have the targets of a version of its learner's plan.
    private async Task<int> CountAsync(string memoryName, int shard, long version)
    {
        var batch = await _host.GetShard(memoryName, shard).SamplePlannedAsync(planner: memoryName);
        var marks = batch.Transitions.Observations.ToArray().Chunk(8).Select(row => MemoryMarshal.Read<float>(row));
        return marks.Zip(batch.Versions.ToArray()).Distinct().Count(episode => episode.Second == version);
    }

    private async Task<byte[]> SnapshotAsync(string memoryName)
    {
        await _host.GetShard(memoryName).SnapshotAsync();
        return await File.ReadAllBytesAsync(ShardFile(memoryName));
    }

    private string ShardFile(string memoryName) => new StateFileNames(_folder.Path).PathOf("shard", _host.GetShard(memoryName).GetGrainId());

    private string LearnerFile(string learnerName) => new StateFileNames(_folder.Path).PathOf("learner", _host.Grains.GetLearner(learnerName).GetGrainId());

    // The learner, of the same name, has its last plan and is held.
    private async Task CheckComingBackAsync(string memoryName, byte[] snapshot)
    {
        var (learner, shard) = (_host.Grains.GetLearner(memoryName), _host.GetShard(memoryName));
        await _host.Learners.WaitForHoldAsync();

        // The batch after the one that is held is on its way to the shard by then, before the call after which the shard goes.
        _ = await learner.GetProgressAsync();
        await _host.Calls.DeactivateAsync(shard, () => shard.GetStatisticsAsync());
        await File.WriteAllBytesAsync(ShardFile(memoryName), snapshot);
        _host.Learners.Release();
        await _host.Learners.WaitForAsync(16);
        var progress = await learner.StopAsync();
        Assert.Null(progress.Failure);
        Assert.Equal(2, progress.Metrics["losses/oldest_version"]);
        await CheckTraceAsync(memoryName, WithTwoPlans, _host.Learners.Updates);
    }

    // A learner that never stops, with a memory of its own, fed and planned by hand: feeding k draws from the seed and k, the fourth draw for planned transitions.
    private async Task CheckTraceAsync(string memoryName, (string Name, string Value)[] options, IReadOnlyList<(long Update, ulong Digest)> updates)
    {
        const string Name = "reference";
        _ = await _host.CreateMemoryAsync(Name, spec => spec with { CapacitySteps = 100_000 });
        var shard = _host.GetShard(Name);
        _ = await shard.AppendAsync(TestEpisodes.Append([.. await _host.GetShard(memoryName).ReadAllAsync()]));
        using var reference = new PlanningLearner(Settings(options));
        var planned = 0L;
        for (var feeding = 0; feeding < updates.Count; feeding++)
        {
            if (reference.Plan.Version != planned)
            {
                Assert.Null((await shard.PlanAsync(PlanMessages.Write("by hand", Plans.Run, reference.Plan))).WaitReason);
                planned = reference.Plan.Version;
            }

            var random = new RandomStream((ulong)Seed, (ulong)feeding);
            var seeds = new[] { random.NextUInt64(), random.NextUInt64(), random.NextUInt64(), random.NextUInt64() };
            _ = reference.Update(new LearnerBatch { Planned = await shard.SamplePlannedAsync(reference.NextRequest.Planned, seeds[3], "by hand") });
            Assert.Equal((feeding + 1, reference.Digest), updates[feeding]);
        }
    }
}
