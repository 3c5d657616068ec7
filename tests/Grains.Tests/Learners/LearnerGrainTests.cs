using System.Collections.Immutable;
using System.Diagnostics;
using MemoryRL.Core;
using MemoryRL.Grains.Interfaces;

namespace MemoryRL.Grains.Tests;

public sealed class LearnerGrainTests : IAsyncLifetime, IDisposable
{
    private const long Seed = 41;

    private readonly TemporaryFolder _folder = new();
    private GrainHost _host = null!;

    public async Task InitializeAsync() => _host = await StartHostAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_learner_is_fed_every_fresh_episode_once_in_order()
    {
        var episodes = await FillAsync("fresh", 30);
        var learner = _host.Grains.GetLearner("fresh");
        var progress = await learner.StartAsync(Spec("fresh", ("fresh", "5")));
        Assert.True(progress.IsTraining);
        await _host.Learners.WaitForAsync(30);
        progress = await learner.StopAsync();

        var reference = new CountingLearner(Settings(("fresh", "5")));
        Assert.Equal([.. episodes.Select((episode, i) => (i + 1L, Fed(reference, new LearnerBatch { Fresh = [episode] })))], _host.Learners.Updates);
        Assert.False(progress.IsTraining);
        Assert.Equal((30, 30, 150), (progress.UpdateCount, progress.FeedCount, progress.StepsRead));
        Assert.Equal(reference.Digest % 1000, progress.Metrics["losses/digest"]);
        Assert.Null(progress.Failure);
        Assert.Equal(1, _host.Learners.ThreadCount);
        Assert.Equal(1, _host.Learners.DisposedCount);
    }

    [Fact]
    public async Task A_learner_that_lacks_data_says_what_it_waits_for()
    {
        _ = await FillAsync("lacks", 2);
        var learner = _host.Grains.GetLearner("lacks");
        _ = await learner.StartAsync(Spec("lacks", ("fresh", "20")));
        var progress = await learner.GetProgressAsync();
        while (progress.WaitReason is null)
        {
            progress = await learner.GetProgressAsync();
        }

        Assert.True(progress.IsTraining);
        Assert.Equal("0 of 20 fresh steps read", progress.WaitReason);
        Assert.Equal(0, progress.UpdateCount);
        await AppendAsync("lacks", [TestEpisodes.Make(TestEpisodes.Id(0, 3)), TestEpisodes.Make(TestEpisodes.Id(0, 4))]);
        await _host.Learners.WaitForAsync(1);
    }

    [Fact]
    public async Task Policies_are_published_first_and_then_every_period_of_feedings()
    {
        _ = await FillAsync("publishes", 10);
        var learner = _host.Grains.GetLearner("publishes");
        _ = await learner.StartAsync(Spec("publishes", ("fresh", "5")) with { PublishPeriod = 3 });
        await _host.Learners.WaitForAsync(10);
        var progress = await learner.StopAsync();

        Assert.Equal(4, progress.PolicyVersion);
        var policy = _host.Grains.GetPolicy("publishes policy");
        Assert.Equal("1, 2, 3, 4", string.Join(", ", await policy.ListVersionsAsync()));
        foreach (var (version, update) in new[] { (2L, 3), (3L, 6), (4L, 9) })
        {
            var bundle = (await policy.GetAsync(version))!;
            Assert.Equal(CountingLearnerFactory.Name, bundle.Algorithm);
            var digest = SafetensorsDocument.Parse(bundle.Weights.Data, "bundle")["digest"].Values<ulong>()[0];
            Assert.Equal(_host.Learners.Updates[update - 1].Digest, digest);
        }
    }

    [Theory(Timeout = Deadline.Milliseconds)]
    [InlineData(3, new[] { 0, 3, 5 })]
    [InlineData(100, new[] { 0, 5 })]
    public async Task A_learner_that_has_nothing_left_to_learn_publishes_its_last_weights_at_once_and_once_and_rests(int period, int[] updates)
    {
        _ = await FillAsync("rests", 10);
        var learner = _host.Grains.GetLearner("rests");
        _ = await learner.StartAsync(Spec("rests", ("transitions", "4"), ("rest-at", "5")) with { PublishPeriod = period });
        while ((await learner.GetProgressAsync()).PolicyVersion < updates.Length)
        {
            await Task.Yield();
        }

        // At rest it is fed once a second, where one that is fed on and on would be hundreds of times.
        var (before, watch) = ((await learner.GetProgressAsync()).FeedCount, Stopwatch.StartNew());
        for (var look = 0; look < 2_000; look++)
        {
            _ = await learner.GetProgressAsync();
        }

        Assert.InRange((await learner.GetProgressAsync()).FeedCount - before, 0, 2 + watch.Elapsed.TotalSeconds);

        // Somebody who asks for a copy wakes it up.
        for (var copy = 0; copy < 10; copy++)
        {
            Assert.Equal(5, (await learner.CopyAsync()).UpdateCount);
        }

        var progress = await learner.StopAsync();
        Assert.Equal((5, updates.Length), (progress.UpdateCount, progress.PolicyVersion));
        Assert.Equal(5, progress.Metrics["losses/odd"]);
        var policy = _host.Grains.GetPolicy("rests policy");
        Assert.Equal(Enumerable.Range(1, updates.Length).Select(version => (long)version), await policy.ListVersionsAsync());
        Assert.Equal(updates.Select(update => (long)update), (await Task.WhenAll(Enumerable.Range(1, updates.Length).Select(version => policy.GetAsync(version)))).Select(bundle => bundle!.UpdateCount));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public async Task A_metric_tells_of_the_last_feeding_alone(int update)
    {
        _ = await FillAsync("metrics", 10);
        var learner = _host.Grains.GetLearner("metrics");
        _ = await learner.StartAsync(Spec("metrics", ("fresh", "5"), ("hold-at", $"{update + 1}")));
        await _host.Learners.WaitForHoldAsync();
        var progress = await learner.GetProgressAsync();
        _host.Learners.Release();
        _ = await learner.StopAsync();

        Assert.Equal(update, progress.UpdateCount);
        Assert.Equal(update % 2 == 1, progress.Metrics.ContainsKey("losses/odd"));
        Assert.True(progress.Metrics.ContainsKey("losses/digest"));
    }

    [Fact]
    public async Task A_publish_whose_acknowledgement_was_lost_does_not_stop_the_learner()
    {
        _ = await FillAsync("acknowledgement", 10);
        var learner = _host.Grains.GetLearner("acknowledgement");
        var policy = _host.Grains.GetPolicy("acknowledgement policy");
        _ = await learner.StartAsync(Spec("acknowledgement", ("fresh", "5"), ("hold-at", "1")) with { PublishPeriod = 3 });
        _ = await policy.GetNewerAsync(0, TimeSpan.FromSeconds(20));
        _host.Calls.LoseAnswers(policy, 1);
        _host.Learners.Release();
        await _host.Learners.WaitForAsync(10);
        var progress = await learner.StopAsync();
        Assert.Null(progress.Failure);
        Assert.Equal((10, 4), (progress.UpdateCount, progress.PolicyVersion));
        Assert.Equal("1, 2, 3, 4", string.Join(", ", await policy.ListVersionsAsync()));
    }

    [Fact]
    public async Task A_learner_publishes_at_its_start_what_a_stop_kept_from_being_published()
    {
        _ = await FillAsync("unpublished", 4);
        var learner = _host.Grains.GetLearner("unpublished");
        var policy = _host.Grains.GetPolicy("unpublished policy");
        var spec = Spec("unpublished", ("fresh", "5"), ("hold-at", "1")) with { PublishPeriod = 4 };
        _ = await learner.StartAsync(spec);
        _ = await policy.GetNewerAsync(0, TimeSpan.FromSeconds(20));
        _host.Calls.LoseCalls(policy, 1);
        _host.Learners.Release();
        await _host.Learners.WaitForAsync(4);
        _ = await learner.StopAsync();
        Assert.Equal("1", string.Join(", ", await policy.ListVersionsAsync()));

        _ = await learner.StartAsync(spec);
        Assert.Equal(3, (await policy.GetNewerAsync(1, TimeSpan.FromSeconds(20)))?.Version);
    }

    [Fact]
    public async Task A_training_learner_goes_on_by_itself_after_a_restart_and_a_stopped_one_rests()
    {
        _ = await FillAsync("by itself", 30);
        var spec = Spec("by itself", ("transitions", "16"));
        _ = await _host.Grains.GetLearner("stopped").StartAsync(spec with { PolicyName = "other" });
        _ = await _host.Grains.GetLearner("stopped").StopAsync();
        _ = await _host.Grains.GetLearner("by itself").StartAsync(spec);
        Assert.Equal("by itself", string.Join(", ", await _host.Grains.GetLearnerRegistry().ListAsync()));
        await _host.DisposeAsync();
        _host = await StartHostAsync();
        await _host.Learners.WaitForAsync(5);
        Assert.Equal(1, _host.Learners.ThreadCount);
        Assert.False((await _host.Grains.GetLearner("stopped").GetProgressAsync()).IsTraining);
    }

    [Fact]
    public async Task A_checkpoint_that_cannot_be_made_is_reported_and_training_goes_on()
    {
        _ = await FillAsync("unsaveable", 10);
        var learner = _host.Grains.GetLearner("unsaveable");
        _ = await learner.StartAsync(Spec("unsaveable", ("fresh", "5"), ("unsaveable", "1")) with { CheckpointPeriod = TimeSpan.FromTicks(1) });
        await _host.Learners.WaitForAsync(10);
        var progress = await learner.GetProgressAsync();
        Assert.True(progress.IsTraining);
        Assert.Equal("InvalidOperationException: Nothing to save.", progress.Failure);
    }

    [Fact]
    public async Task A_learner_that_wants_more_than_a_shard_can_hold_reads_what_it_holds()
    {
        _ = await _host.CreateMemoryAsync("small", spec => spec with { CapacitySteps = 20, MaxUnreadSteps = 20 });
        _ = await _host.Grains.GetLearner("small").StartAsync(Spec("small", ("fresh", "20")));
        for (var number = 1; number <= 12; number++)
        {
            var append = TestEpisodes.Append(TestEpisodes.Message(number, length: 6)) with { MaxWait = TimeSpan.FromSeconds(20) };
            Assert.Equal(1, (await _host.GetAgent("small").AppendAsync(append)).Stored);
        }

        await _host.Learners.WaitForAsync(2);
    }

    [Fact]
    public async Task A_learner_resumes_across_deactivations_as_if_it_had_never_stopped()
    {
        _ = await FillAsync("resumes", 40);
        var learner = _host.Grains.GetLearner("resumes");
        (string, string)[] options = [("transitions", "16"), ("success", "8"), ("failure", "8")];
        _ = await learner.StartAsync(Spec("resumes", options));
        for (var round = 1; round <= 3; round++)
        {
            await _host.Learners.WaitForAsync(round * 20);
            await _host.Calls.DeactivateAsync(learner, () => learner.GetProgressAsync());
            Assert.True((await learner.GetProgressAsync()).IsTraining);
        }

        await _host.Learners.WaitForAsync(80);
        _ = await learner.StopAsync();
        await CheckTraceAsync("resumes", options, _host.Learners.Updates);
        Assert.Equal(4, _host.Learners.DisposedCount);
    }

    [Fact]
    public async Task A_learner_resumes_across_an_orderly_stop_of_its_process_as_if_it_had_never_stopped()
    {
        _ = await FillAsync("restarts", 40);
        (string, string)[] options = [("transitions", "16"), ("success", "8")];
        var spec = Spec("restarts", options);
        _ = await _host.Grains.GetLearner("restarts").StartAsync(spec);
        var updates = new List<(long, ulong)>();
        for (var round = 1; round <= 2; round++)
        {
            await _host.Learners.WaitForAsync(round * 20);
            await _host.DisposeAsync();
            updates.AddRange(_host.Learners.Updates);
            _host = await StartHostAsync();
            Assert.True((await _host.Grains.GetLearner("restarts").StartAsync(spec)).IsTraining);
        }

        await _host.Learners.WaitForAsync(60);
        _ = await _host.Grains.GetLearner("restarts").StopAsync();
        updates.AddRange(_host.Learners.Updates);
        await CheckTraceAsync("restarts", options, updates);
    }

    [Fact]
    public async Task Fresh_episodes_are_read_once_across_an_orderly_stop_of_the_process()
    {
        var episodes = await FillAsync("cursors", 25);
        var spec = Spec("cursors", ("fresh", "5"));
        _ = await _host.Grains.GetLearner("cursors").StartAsync(spec);
        await _host.Learners.WaitForAsync(10);
        await _host.DisposeAsync();
        var updates = _host.Learners.Updates.ToList();
        _host = await StartHostAsync();
        _ = await _host.Grains.GetLearner("cursors").StartAsync(spec);
        var later = Enumerable.Range(26, 5).Select(number => TestEpisodes.Make(TestEpisodes.Id(0, number))).ToList();
        await AppendAsync("cursors", later);
        await _host.Learners.WaitForAsync(30);
        updates.AddRange(_host.Learners.Updates);

        var reference = new CountingLearner(Settings(("fresh", "5")));
        Assert.Equal([.. episodes.Concat(later).Select((episode, i) => (i + 1L, Fed(reference, new LearnerBatch { Fresh = [episode] })))], updates);
    }

    [Fact]
    public async Task A_stopped_learner_rests_until_it_is_started_and_then_goes_on()
    {
        _ = await FillAsync("rests", 12);
        var learner = _host.Grains.GetLearner("rests");
        var spec = Spec("rests", ("fresh", "5"));
        _ = await learner.StartAsync(spec);
        await _host.Learners.WaitForAsync(12);
        _ = await learner.StopAsync();
        await _host.Calls.DeactivateAsync(learner, () => learner.GetProgressAsync());
        await AppendAsync("rests", [TestEpisodes.Make(TestEpisodes.Id(0, 13))]);
        var progress = await learner.GetProgressAsync();
        Assert.False(progress.IsTraining);
        Assert.Equal((12, 12, 60), (progress.UpdateCount, progress.FeedCount, progress.StepsRead));

        _ = await learner.StartAsync(spec);
        await _host.Learners.WaitForAsync(13);
        Assert.Equal(Enumerable.Range(1, 13).Select(update => (long)update), _host.Learners.Updates.Select(update => update.Update));
    }

    [Fact]
    public async Task A_failed_update_is_reported_and_the_last_checkpoint_stands()
    {
        _ = await FillAsync("fails", 10);
        var learner = _host.Grains.GetLearner("fails");
        _ = await learner.StartAsync(Spec("fails", ("fresh", "5"), ("fail-at", "4")));
        await _host.Learners.WaitForAsync(3);
        var progress = await learner.GetProgressAsync();
        while (progress.IsTraining)
        {
            progress = await learner.GetProgressAsync();
        }

        Assert.Equal("InvalidOperationException: The loss is not finite.", progress.Failure);
        Assert.Contains("The loss is not finite.", (await Assert.ThrowsAsync<MemoryRLException>(() => learner.CopyAsync())).Message, StringComparison.Ordinal);
        Assert.Equal(3, progress.UpdateCount);
        progress = await learner.StopAsync();
        Assert.Equal("InvalidOperationException: The loss is not finite.", progress.Failure);
        await _host.Calls.DeactivateAsync(learner, () => learner.GetProgressAsync());
        Assert.False((await learner.GetProgressAsync()).IsTraining);
    }

    [Fact]
    public async Task Starting_again_with_the_same_spec_changes_nothing_and_with_another_is_refused()
    {
        _ = await FillAsync("specs", 3);
        var learner = _host.Grains.GetLearner("specs");
        _ = await learner.StartAsync(Spec("specs", ("fresh", "5")));
        await _host.Learners.WaitForAsync(3);
        Assert.Equal(3, (await learner.StartAsync(Spec("specs", ("fresh", "5")))).UpdateCount);
        var error = await Assert.ThrowsAsync<InvalidInputException>(() => learner.StartAsync(Spec("specs", ("fresh", "5")) with { Seed = 2 }));
        Assert.Equal("learner.seed", error.Field);
        error = await Assert.ThrowsAsync<InvalidInputException>(() => learner.StartAsync(Spec("specs", ("fresh", "6"))));
        Assert.Equal("learner.options", error.Field);
        Assert.True((await learner.GetProgressAsync()).IsTraining);
    }

    [Fact]
    public async Task A_learner_that_cannot_be_is_refused_by_field()
    {
        _ = await FillAsync("refused", 1);
        var good = Spec("refused", ("fresh", "5"));
        await CheckAsync("learner.algorithm", good with { Algorithm = "alchemy" });
        await CheckAsync("learner.algorithm", good with { Algorithm = "" });
        await CheckAsync("learner.device", good with { Device = "abacus" });
        await CheckAsync("learner.publish_period", good with { PublishPeriod = 0 });
        await CheckAsync("learner.checkpoint_period", good with { CheckpointPeriod = TimeSpan.Zero });
        await CheckAsync("learner.policy_name", good with { PolicyName = " " });
        await CheckAsync("options.speed", good with { Options = good.Options.Add("speed", "9") });
        _ = await Assert.ThrowsAsync<UnknownMemoryException>(() => _host.Grains.GetLearner("refused learner").StartAsync(good with { MemoryName = "nowhere" }));

        // None of these left anything behind that would stand in the way of a good one.
        Assert.True((await _host.Grains.GetLearner("refused learner").StartAsync(good)).IsTraining);

        async Task CheckAsync(string field, LearnerSpecMessage spec) =>
            Assert.Equal(field, (await Assert.ThrowsAsync<InvalidInputException>(() => _host.Grains.GetLearner("refused learner").StartAsync(spec))).Field);
    }

    [Fact]
    public async Task Learners_share_the_thread_budget_and_all_come_to_their_turn()
    {
        await using var narrow = await GrainHost.StartAsync(options => options.LearnerThreads = 1);
        _ = await narrow.CreateMemoryAsync("shared");
        for (var number = 1; number <= 5; number++)
        {
            _ = await narrow.GetShard("shared").AppendAsync(TestEpisodes.Append(TestEpisodes.Message(number)));
        }

        foreach (var name in new[] { "first", "second", "third" })
        {
            _ = await narrow.Grains.GetLearner(name).StartAsync(Spec("shared", ("fresh", "5")) with { PolicyName = name });
        }

        await narrow.Learners.WaitForAsync(5);
        foreach (var name in new[] { "first", "second", "third" })
        {
            var progress = await narrow.Grains.GetLearner(name).GetProgressAsync();
            while (progress.UpdateCount < 5)
            {
                progress = await narrow.Grains.GetLearner(name).GetProgressAsync();
            }
        }

        Assert.Equal(3, narrow.Learners.ThreadCount);
    }

    [Fact]
    public async Task Transitions_come_from_all_shards()
    {
        _ = await _host.CreateMemoryAsync("shards", spec => spec with { ShardCount = 4, MinSizeToSample = 30 });
        _ = await _host.Grains.GetLearner("shards").StartAsync(Spec("shards", ("transitions", "64"), ("fresh", "20")));
        for (var agent = 0; agent < 200; agent++)
        {
            var episode = TestEpisodes.Make(TestEpisodes.Id(agent, 1));
            _ = await _host.GetAgent("shards", $"agent-{agent}").AppendAsync(TestEpisodes.Append(TestEpisodes.Message(episode, $"agent-{agent}")));
        }

        await _host.Learners.WaitForAsync(5);
        var shards = await Task.WhenAll(Enumerable.Range(0, 4).Select(shard => _host.GetShard("shards", shard).GetStatisticsAsync()));
        Assert.All(shards, shard => Assert.True(shard.SampledRows > 0));

        // Each feeding read its 20 steps, and at most an episode of 5 from each shard beyond them.
        var progress = await _host.Grains.GetLearner("shards").StopAsync();
        Assert.InRange(progress.StepsRead, progress.FeedCount * 20, progress.FeedCount * 40);
    }

    private static LearnerSpecMessage Spec(string memoryName, params (string Name, string Value)[] options) => new(
        CountingLearnerFactory.Name,
        memoryName,
        $"{memoryName} policy",
        Seed,
        "cpu",
        PublishPeriod: 1_000,
        CheckpointPeriod: TimeSpan.FromHours(1),
        options.ToImmutableDictionary(option => option.Name, option => option.Value));

    private static LearnerSettings Settings(params (string Name, string Value)[] options) =>
        new(TestEpisodes.Spec, Seed, "cpu", options.ToImmutableSortedDictionary(option => option.Name, option => option.Value));

    private static ulong Fed(CountingLearner learner, LearnerBatch batch)
    {
        _ = learner.Update(batch);
        return learner.Digest;
    }

    private Task<GrainHost> StartHostAsync() => GrainHost.StartAsync(options => (options.Storage, options.StorageFolder) = (GrainStorageKind.Folder, _folder.Path));

    private async Task<List<Episode>> FillAsync(string memoryName, int count)
    {
        _ = await _host.CreateMemoryAsync(memoryName, spec => spec with { Durability = Durability.Snapshot, FailureTailSteps = 0 });
        var episodes = Enumerable.Range(1, count).Select(number => TestEpisodes.Make(TestEpisodes.Id(0, number), lastReward: number % 2 == 0 ? 1 : -1)).ToList();
        await AppendAsync(memoryName, episodes);
        return episodes;
    }

    private async Task AppendAsync(string memoryName, IEnumerable<Episode> episodes) =>
        _ = await _host.GetAgent(memoryName).AppendAsync(TestEpisodes.Append([.. episodes.Select(episode => TestEpisodes.Message(episode))]));

    // A learner that never stops, fed by hand: the draws of feeding k follow from the seed and k, the first for the transitions.
    private async Task CheckTraceAsync(string memoryName, (string, string)[] options, IReadOnlyList<(long Update, ulong Digest)> updates)
    {
        var reference = new CountingLearner(Settings(options));
        for (var feeding = 0; feeding < updates.Count; feeding++)
        {
            var random = new RandomStream((ulong)Seed, (ulong)feeding);
            var (transitions, success, failure) = (random.NextUInt64(), random.NextUInt64(), random.NextUInt64());
            var request = reference.NextRequest;
            var digest = Fed(reference, new LearnerBatch
            {
                Transitions = await SampleAsync(request.Transitions, count => _host.GetShard(memoryName).SampleAsync(new SampleRequest(count, 1, transitions, TimeSpan.Zero))),
                Success = await SampleAsync(request.SuccessSteps, count => _host.GetStore(memoryName, EpisodeOutcome.Success).SampleAsync(new SampleRequest(count, 1, success, TimeSpan.Zero))),
                Failure = await SampleAsync(request.FailureSteps, count => _host.GetStore(memoryName, EpisodeOutcome.Failure).SampleAsync(new SampleRequest(count, 1, failure, TimeSpan.Zero))),
            });
            Assert.Equal((feeding + 1, digest), updates[feeding]);
        }

        static async Task<TransitionBatch?> SampleAsync(int count, Func<int, Task<SampleResult>> sample) =>
            count == 0 ? null : TransitionBatch.FromBuffer(TestEpisodes.Spec, count, (await sample(count)).Batch!.Value.Data);
    }
}
