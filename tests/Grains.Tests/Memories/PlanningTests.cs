using MemoryRL.Core;
using MemoryRL.Grains.Interfaces;

namespace MemoryRL.Grains.Tests;

/// <summary>Planning inside a shard. Each test has a host of its own, since it may hold the value functions.</summary>
public sealed class PlanningTests : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan LongWait = TimeSpan.FromSeconds(20);

    private readonly TemporaryFolder _folder = new();
    private GrainHost _host = null!;

    public async Task InitializeAsync() => _host = await StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_plan_gives_every_step_its_targets_and_says_what_they_are()
    {
        var shard = await FillAsync("plan", 40);
        var result = await shard.PlanAsync(Plans.Request(3));
        Assert.Null(result.WaitReason);
        Assert.Equal(Marks(1, 40, 3), await shard.VersionsAsync());

        var episodes = (await shard.ReadAllAsync()).Select(TestEpisodes.Read).ToList();
        var steps = episodes.Sum(episode => episode.Length);
        Assert.Equal((40, steps), (result.Episodes, result.Steps));
        Assert.Equal(episodes.Sum(episode => Plans.Targets(episode, 3).Sum(target => (double)target)) / (2 * steps), result.MeanTarget, 1e-4);
        var values = episodes.SelectMany(episode => Enumerable.Range(0, episode.Length).Select(step => StateValues.Of(TestEpisodes.Mark(episode.Id), step, (3 + 2.5f) / 2)));
        Assert.Equal(values.Sum(value => (double)value) / steps, result.MeanValue, 1e-4);
        Assert.True(result.EvaluationSeconds > 0);
        await _host.Values.NoneLeftAsync();
    }

    public static TheoryData<string, PlanSettings> Settings => new()
    {
        { "discount", Plans.Settings with { Discount = 0.5 } },
        { "max-steps", Plans.Settings with { MaxSteps = 2 } },
        { "estimator", Plans.Settings with { Estimator = PlanEstimator.Single } },
        { "reward-scale", Plans.Settings with { RewardScale = 3 } },
        { "reward-shift", Plans.Settings with { RewardShift = 2 } },
        { "truncations-terminate", Plans.Settings with { TruncationsTerminate = true } },
        { "terminal-reward-twice", Plans.Settings with { RepeatsTerminalReward = true } },
    };

    [Theory]
    [MemberData(nameof(Settings))]
    public async Task Every_setting_of_a_plan_reaches_the_shard(string name, PlanSettings settings)
    {
        var shard = await FillAsync(name, 12);
        _ = await shard.PlanAsync(Plans.Request(1, settings: settings));
        Assert.Equal(Marks(1, 12, 1), await shard.VersionsAsync(settings));

        var episodes = (await shard.ReadAllAsync()).Select(TestEpisodes.Read);
        Assert.Contains(episodes, episode => !Plans.Targets(episode, 1, settings).SequenceEqual(Plans.Targets(episode, 1)));
    }

    [Fact]
    public async Task Without_a_value_function_targets_are_the_discounted_returns()
    {
        var shard = await FillAsync("returns", 5);
        var result = await shard.PlanAsync(PlanMessages.Write("learner", Plans.Run, new ValuePlan(1, "", default, Plans.Settings)));
        Assert.Equal((5, 0), (result.Episodes, result.MeanValue));
        var batch = await shard.SamplePlannedAsync();
        Assert.All(batch.Versions.ToArray(), version => Assert.Equal(1, version));
        var episodes = (await shard.ReadAllAsync()).Select(TestEpisodes.Read).ToDictionary(episode => TestEpisodes.Mark(episode.Id));
        var states = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(batch.Transitions.Observations).ToArray();
        for (var row = 0; row < batch.Count; row++)
        {
            var episode = episodes[states[2 * row]];
            Assert.Equal(Math.Pow(0.9, episode.Length - 1 - states[(2 * row) + 1]) * episode.Rewards[^1], batch.Targets[2 * row], 1e-5);
            Assert.Equal(batch.Targets[2 * row], batch.Targets[(2 * row) + 1]);
        }
    }

    [Fact]
    public async Task Sampling_with_targets_waits_for_the_first_plan()
    {
        var shard = await FillAsync("waits", 3);
        var inVain = await shard.SampleAsync(new SampleRequest(8, 1, 1, TimeSpan.FromMilliseconds(1), TargetsOf: "learner"));
        Assert.Equal((null, "sampling waits: no targets were planned"), (inVain.Batch, inVain.WaitReason));
        var sample = shard.SampleAsync(new SampleRequest(8, 1, 1, LongWait, TargetsOf: "learner"));
        Assert.Equal(3, (await shard.GetStatisticsAsync()).Episodes);
        Assert.False(sample.IsCompleted);
        _ = await shard.PlanAsync(Plans.Request(1));
        Assert.Equal(8, (await sample).Batch!.Value.Count);
    }

    [Fact]
    public async Task Targets_are_of_transitions_of_a_shard()
    {
        var shard = await FillAsync("refused", 3);
        var error = await Assert.ThrowsAsync<InvalidInputException>(() => shard.SampleAsync(new SampleRequest(8, 2, 1, TimeSpan.Zero, TargetsOf: "learner")));
        Assert.Equal("request.targets_of", error.Field);
        error = await Assert.ThrowsAsync<InvalidInputException>(() => _host.GetStore("refused", EpisodeOutcome.Success).SampleAsync(new SampleRequest(8, 1, 1, TimeSpan.Zero, TargetsOf: "learner")));
        Assert.Equal("request.targets_of", error.Field);
        error = await Assert.ThrowsAsync<InvalidInputException>(() => shard.SampleAsync(new SampleRequest(8, 1, 1, TimeSpan.Zero, Run: Plans.Run)));
        Assert.Equal("request.run", error.Field);
    }

    [Fact]
    public async Task Sampling_for_a_run_waits_until_the_run_has_asked_for_the_plan()
    {
        var shard = await FillAsync("runs", 3);
        _ = await shard.PlanAsync(Plans.Request(1));
        Assert.Null(await WaitReasonAsync(Plans.Run));
        var next = Guid.NewGuid();
        Assert.Equal("sampling waits: version 1 of the plan, with 0 steps left, is not this run's", await WaitReasonAsync(next));
        Assert.Null(await WaitReasonAsync(null));

        // A restored shard does not know whose run it was.
        await RestartAsync();
        shard = _host.GetShard("runs");
        Assert.Equal("sampling waits: version 1 of the plan, with 0 steps left, is not this run's", await WaitReasonAsync(Plans.Run));
        _ = await shard.PlanAsync(Plans.Request(1, run: next));
        Assert.Null(await WaitReasonAsync(next));

        async Task<string?> WaitReasonAsync(Guid? run) => (await shard.SampleAsync(new SampleRequest(8, 1, 1, TimeSpan.Zero, TargetsOf: "learner", run))).WaitReason;
    }

    [Fact(Timeout = Deadline.Milliseconds)]
    public async Task Episodes_that_arrive_later_are_planned_as_they_come()
    {
        var shard = await FillAsync("later", 3);
        _ = await shard.PlanAsync(Plans.Request(1));
        _ = await shard.PlanAsync(Plans.Request(2, steps: 1));
        await AppendAsync(shard, 4, 3);
        while ((await shard.VersionsAsync()).Values.Contains(0))
        {
            // In the background, at its own pace.
        }

        var versions = await shard.VersionsAsync();
        Assert.Equal([2, 1, 1, 2, 2, 2], versions.Values);
    }

    [Fact]
    public async Task The_plan_that_a_shard_has_plans_only_what_has_no_targets_yet()
    {
        var shard = await FillAsync("again", 3);
        var first = await shard.PlanAsync(Plans.Request(1));
        var evaluations = _host.Values.Evaluations;
        var again = await shard.PlanAsync(Plans.Request(1, run: Guid.NewGuid()));
        Assert.Equal((3, 0, 0), (first.Episodes, again.Episodes, again.Steps));
        Assert.Equal(evaluations, _host.Values.Evaluations);

        // What the background has not come to yet, a call does.
        var held = _host.Values.Hold();
        await AppendAsync(shard, 4, 1);
        await held;
        await AppendAsync(shard, 5, 2);
        var call = shard.PlanAsync(Plans.Request(1));
        _host.Values.Release();
        Assert.InRange((await call).Episodes, 0, 3); // none where the background was quicker than the call's way here
        Assert.Equal(Marks(1, 6, 1), await shard.VersionsAsync());
    }

    [Fact]
    public async Task A_refresh_renews_as_many_steps_as_it_was_given_the_oldest_first()
    {
        var shard = await FillAsync("oldest", 10, length: 10);
        _ = await shard.PlanAsync(Plans.Request(1));
        Assert.Equal(30, (await shard.PlanAsync(Plans.Request(2, steps: 30))).Steps);
        Assert.Equal([2, 2, 2, 1, 1, 1, 1, 1, 1, 1], (await shard.VersionsAsync()).Values);
        Assert.Equal(30, (await shard.PlanAsync(Plans.Request(3, steps: 30))).Steps);
        Assert.Equal(60, (await shard.PlanAsync(Plans.Request(4, steps: 60))).Steps);
        Assert.Equal([4, 4, 2, 3, 3, 3, 4, 4, 4, 4], (await shard.VersionsAsync()).Values);

        // Half an episode more is a whole one every other time, as even as that can be; nothing less than an episode is planned.
        var steps = new List<long>();
        for (var version = 5; version < 25; version++)
        {
            steps.Add((await shard.PlanAsync(Plans.Request(version, steps: 45))).Steps);
        }

        Assert.Equal([40, 50], steps.Distinct().Order());
        Assert.InRange(steps.Sum(), (20 * 45) - 10, (20 * 45) + 10);
        Assert.Equal(10, (await shard.PlanAsync(Plans.Request(25, steps: 1))).Steps);
        Assert.Equal(100, (await shard.PlanAsync(Plans.Request(26))).Steps);
        Assert.Equal(100, (await shard.PlanAsync(Plans.Request(27, steps: 101))).Steps);
    }

    [Fact]
    public async Task Appends_and_samples_go_on_while_a_plan_is_evaluated()
    {
        var shard = await FillAsync("goes on", 30, length: 1_000);
        _ = await shard.PlanAsync(Plans.Request(1));
        var held = _host.Values.Hold(after: 2);
        var plan = shard.PlanAsync(Plans.Request(2));
        await held;

        // Two pieces of whole episodes are done; the third is under way.
        Assert.Equal([.. Enumerable.Repeat(2L, 8), .. Enumerable.Repeat(1L, 22)], (await shard.VersionsAsync()).Values);
        await AppendAsync(shard, 31, 2);
        Assert.Equal(32, (await shard.VersionsAsync()).Count);
        Assert.False(plan.IsCompleted);
        _host.Values.Release();
        Assert.Equal(30, (await plan).Episodes);
    }

    [Fact]
    public async Task Episodes_that_are_evicted_while_they_are_planned_are_left_out()
    {
        var shard = await FillAsync("evicted", 5, length: 10, capacity: 50);
        var held = _host.Values.Hold();
        var plan = shard.PlanAsync(Plans.Request(1));
        await held;
        await AppendAsync(shard, 6, 3, length: 10);
        _host.Values.Release();
        Assert.Equal((2, 20), ((await plan).Episodes, (await plan).Steps));
        _ = await shard.PlanAsync(Plans.Request(1));
        Assert.Equal(Marks(4, 5, 1), await shard.VersionsAsync());
    }

    [Fact]
    public async Task Of_two_plans_at_once_the_later_version_wins()
    {
        var shard = await FillAsync("two", 12, length: 1_000);
        var held = _host.Values.Hold(after: 1, count: 1);
        var first = shard.PlanAsync(Plans.Request(1));
        await held;
        Assert.Equal(12, (await shard.PlanAsync(Plans.Request(2))).Episodes);
        _host.Values.Release();
        Assert.Contains("superseded", (await Assert.ThrowsAsync<MemoryRLException>(() => first)).Message, StringComparison.Ordinal);
        Assert.Equal(Marks(1, 12, 2), await shard.VersionsAsync());

        // Late, of the same run.
        Assert.Contains("superseded", (await Assert.ThrowsAsync<MemoryRLException>(() => shard.PlanAsync(Plans.Request(1)))).Message, StringComparison.Ordinal);
        var error = await Assert.ThrowsAsync<InvalidInputException>(() => shard.PlanAsync(Plans.Request(2, scales: [1, 1])));
        Assert.Equal("plan.version", error.Field);
        Assert.Equal(Marks(1, 12, 2), await shard.VersionsAsync());
        await _host.Values.NoneLeftAsync();
    }

    [Fact]
    public async Task A_planner_taken_back_to_an_earlier_checkpoint_forgets_what_came_after_it()
    {
        var shard = await FillAsync("back", 10, length: 10);
        _ = await shard.PlanAsync(Plans.Request(4));
        _ = await shard.PlanAsync(Plans.Request(5, steps: 30));
        _ = await shard.PlanAsync(Plans.Request(6, steps: 30));
        var result = await shard.PlanAsync(Plans.Request(5, steps: 10, run: Guid.NewGuid()));
        Assert.Equal(60, result.Steps);
        Assert.Equal([5, 5, 5, 5, 5, 5, 4, 4, 4, 4], (await shard.VersionsAsync()).Values);
    }

    [Fact]
    public async Task Another_planner_or_other_settings_start_anew()
    {
        var shard = await FillAsync("anew", 4, length: 10);
        _ = await shard.PlanAsync(Plans.Request(7));
        Assert.Equal(40, (await shard.PlanAsync(Plans.Request(1, steps: 4, planner: "other"))).Steps);
        Assert.Equal(Marks(1, 4, 1), await shard.VersionsAsync(planner: "other"));
        var other = Plans.Settings with { MaxSteps = 2, RewardShift = -1 };
        Assert.Equal(40, (await shard.PlanAsync(Plans.Request(2, steps: 4, planner: "other", settings: other))).Steps);
        Assert.Equal(Marks(1, 4, 2), await shard.VersionsAsync(other, "other"));
    }

    [Fact]
    public async Task Nobody_is_given_the_targets_of_another_planner()
    {
        var shard = await FillAsync("strangers", 4);
        _ = await shard.PlanAsync(Plans.Request(1));
        _ = await shard.PlanAsync(Plans.Request(1, planner: "other"));
        var error = await Assert.ThrowsAsync<InvalidInputException>(() => shard.SamplePlannedAsync());
        Assert.Equal(("request.targets_of", "'learner'"), (error.Field, error.Actual));
        Assert.Contains("'other'", error.Message, StringComparison.Ordinal);
        _ = await shard.SamplePlannedAsync(planner: "other");
    }

    [Theory]
    [InlineData("throw", "ArithmeticException: No values today.")]
    [InlineData("nan", "Expected finite values but got NaN.")]
    public async Task A_value_function_that_fails_changes_no_target_and_says_why(string fault, string message)
    {
        var shard = await FillAsync("fails", 3);
        _ = await shard.PlanAsync(Plans.Request(1));
        var error = await Assert.ThrowsAsync<MemoryRLException>(() => shard.PlanAsync(Plans.Request(2, fault: fault)));
        Assert.Contains($"'state-values' could not plan version 2", error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Equal(Marks(1, 3, 1), await shard.VersionsAsync());

        // Nor does it keep episodes from arriving, or a better one from planning.
        await AppendAsync(shard, 4, 2);
        Assert.Equal([1, 1, 1, 0, 0], (await shard.VersionsAsync()).Values);
        Assert.Equal(5, (await shard.PlanAsync(Plans.Request(3))).Episodes);
        await _host.Values.NoneLeftAsync();
    }

    [Fact]
    public async Task A_value_function_that_fails_in_the_middle_leaves_every_episode_with_one_version()
    {
        var shard = await FillAsync("middle", 12, length: 1_000);
        _ = await Assert.ThrowsAsync<MemoryRLException>(() => shard.PlanAsync(Plans.Request(2, fault: "throw-later")));
        Assert.Equal([.. Enumerable.Repeat(2L, 4), .. Enumerable.Repeat(0L, 8)], (await shard.VersionsAsync()).Values);
    }

    [Fact]
    public async Task A_plan_that_cannot_be_is_refused_by_field_and_changes_nothing()
    {
        var shard = await FillAsync("cannot", 3);
        _ = await shard.PlanAsync(Plans.Request(1));
        var good = Plans.Request(2);
        await CheckAsync("plan.planner", good with { Planner = " " });
        await CheckAsync("plan.version", good with { Version = 0 });
        await CheckAsync("plan.steps", good with { Steps = 0 });
        await CheckAsync("plan.steps", good with { Steps = -1 });
        await CheckAsync("plan.settings", good with { Settings = null! });
        await CheckAsync("plan.discount", good with { Settings = good.Settings with { Discount = 1.5 } });
        await CheckAsync("plan.estimator", good with { Settings = good.Settings with { Estimator = 7 } });
        await CheckAsync("plan.algorithm", good with { Algorithm = "alchemy" });
        await CheckAsync("plan.algorithm", good with { Bundle = new Columns(ColumnsKind.Safetensors, 0, 1, default) });
        await CheckAsync("plan.bundle", good with { Bundle = new Columns(ColumnsKind.Safetensors, 0, 1, new byte[] { 1, 2, 3 }) });
        await CheckAsync("plan.bundle", Plans.Request(2, scales: [1, 2, 3]));
        Assert.Equal(Marks(1, 3, 1), await shard.VersionsAsync());
        Assert.Equal(0, (await shard.PlanAsync(Plans.Request(1))).Episodes);
        _ = await Assert.ThrowsAsync<UnknownMemoryException>(() => _host.GetShard("nowhere").PlanAsync(good));

        async Task CheckAsync(string field, PlanRequest request) => Assert.Equal(field, (await Assert.ThrowsAsync<InvalidInputException>(() => shard.PlanAsync(request))).Field);
    }

    [Theory]
    [InlineData(11_300)]
    [InlineData(12_000)]
    [InlineData(12_200)]
    public async Task A_plan_that_was_cancelled_goes_on_where_it_ended(long steps)
    {
        var shard = await FillAsync("cancelled", 20, length: 1_000);
        _ = await shard.PlanAsync(Plans.Request(1));
        await CancelAsync(shard, Plans.Request(2, steps));

        // Pieces may still be written until the shard hears of it: eight of the twelve thousand are left, or fewer.
        var result = await shard.PlanAsync(Plans.Request(2, steps));
        Assert.InRange(result.Steps, 0, 8_000);
        Assert.Equal([.. Enumerable.Repeat(2L, 12), .. Enumerable.Repeat(1L, 8)], (await shard.VersionsAsync()).Values);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(100_000L)]
    public async Task A_plan_of_all_steps_that_was_cancelled_stays_one_whatever_arrives_before_it_goes_on(long? steps)
    {
        var shard = await FillAsync("whole", 12, length: 1_000);
        _ = await shard.PlanAsync(Plans.Request(1));
        await CancelAsync(shard, Plans.Request(2, steps));
        await AppendAsync(shard, 13, 12, length: 1_000);
        _ = await shard.PlanAsync(Plans.Request(2, steps));
        Assert.Equal(Marks(1, 24, 2), await shard.VersionsAsync());
    }

    [Fact]
    public async Task Deleting_a_memory_ends_its_planning_and_takes_the_plan_with_it()
    {
        var shard = await FillAsync("deleted", 12, length: 1_000);
        var held = _host.Values.Hold(after: 1);
        var plan = shard.PlanAsync(Plans.Request(1));
        await held;
        var deletion = shard.DeleteAsync();

        // Waits for the piece that is held, until the deletion ends it: by then the deletion is under way, whichever call came first.
        Assert.StartsWith("planning waits: ", (await shard.PlanAsync(Plans.Request(1))).WaitReason, StringComparison.Ordinal);
        Assert.False(deletion.IsCompleted);
        _host.Values.Release();
        await deletion;
        await _host.Grains.GetMemory("deleted").DeleteAsync();
        Assert.StartsWith("planning waits: ", (await plan).WaitReason, StringComparison.Ordinal);
        _ = await FillAsync("deleted", 1);
        Assert.Equal("sampling waits: no targets were planned", (await _host.GetShard("deleted").SampleAsync(new SampleRequest(1, 1, 1, TimeSpan.Zero, TargetsOf: "learner"))).WaitReason);
    }

    [Fact(Timeout = Deadline.Milliseconds)]
    public async Task A_restored_shard_has_its_targets_and_goes_on_with_its_plan()
    {
        var shard = await FillAsync("restored", 4, length: 10);
        _ = await shard.PlanAsync(Plans.Request(3));
        _ = await shard.PlanAsync(Plans.Request(4, steps: 20));
        await RestartAsync();
        shard = _host.GetShard("restored");
        Assert.Equal([4, 4, 3, 3], (await shard.VersionsAsync()).Values);
        Assert.Equal(0, (await shard.PlanAsync(Plans.Request(4, steps: 20, run: Guid.NewGuid()))).Steps);
        await AppendAsync(shard, 5, 1);
        while ((await shard.VersionsAsync())[5] != 4)
        {
            // In the background, at its own pace.
        }
    }

    [Fact]
    public async Task A_plan_that_a_stop_of_the_process_cut_short_goes_on_as_if_it_had_not()
    {
        // Who registers last is told first: the shard, which registers when it plans, before this test.
        var (values, stopping) = (_host.Values, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        using var noticed = _host.Stopping.Register(stopping.SetResult);
        var shard = await FillAsync("cut", 20, length: 1_000);
        _ = await shard.PlanAsync(Plans.Request(1));
        var held = _host.Values.Hold(after: 1);
        var plan = shard.PlanAsync(Plans.Request(2, steps: 12_000));
        await held;
        var stop = RestartAsync();
        await stopping.Task.WaitAsync(TimeSpan.FromSeconds(60));
        values.Release();
        try
        {
            Assert.StartsWith("planning waits: ", (await plan).WaitReason, StringComparison.Ordinal);
        }
        catch (Exception fault) when (LearnerRun.IsTransient(fault))
        {
            // The answer of a host that stops may not come through.
        }

        await stop;
        shard = _host.GetShard("cut");
        Assert.InRange((await shard.PlanAsync(Plans.Request(2, steps: 12_000, run: Guid.NewGuid()))).Steps, 4_000, 8_000);
        Assert.Equal([.. Enumerable.Repeat(2L, 12), .. Enumerable.Repeat(1L, 8)], (await shard.VersionsAsync()).Values);
    }

    private static SortedDictionary<int, long> Marks(int first, int count, long version) => new(Enumerable.Range(first, count).ToDictionary(mark => mark, _ => version));

    private static async Task AppendAsync(IMemoryShardGrain shard, int first, int count, int? length = null)
    {
        for (var number = first; number < first + count; number++)
        {
            var end = number % 2 == 0 ? EpisodeEnd.Terminated : EpisodeEnd.Truncated;
            var episode = TestEpisodes.Make(TestEpisodes.Id(0, number), length ?? (1 + (number * 7 % 23)), lastReward: 40 + number, end);
            Assert.Equal(1, (await shard.AppendAsync(TestEpisodes.Append(TestEpisodes.Message(episode)))).Stored);
        }
    }

    private async Task<IMemoryShardGrain> FillAsync(string name, int count, int? length = null, int capacity = 100_000)
    {
        _ = await _host.CreateMemoryAsync(name, spec => spec with { Durability = Durability.Snapshot, SnapshotPeriod = TimeSpan.FromHours(1), CapacitySteps = capacity });
        var shard = _host.GetShard(name);
        await AppendAsync(shard, 1, count, length);
        return shard;
    }

    // Cancels the call in the middle of an evaluation.
    private async Task CancelAsync(IMemoryShardGrain shard, PlanRequest request)
    {
        var held = _host.Values.Hold(after: 1);
        using var cancellation = new CancellationTokenSource();
        var plan = shard.PlanAsync(request, cancellation.Token);
        await held;
        await cancellation.CancelAsync();
        _host.Values.Release();
        _ = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => plan);
    }

    private async Task RestartAsync()
    {
        await _host.DisposeAsync();
        _host = await StartAsync();
    }

    private Task<GrainHost> StartAsync() => GrainHost.StartAsync(options =>
    {
        (options.Storage, options.StorageFolder) = (GrainStorageKind.Folder, _folder.Path);

        // One that is held must not keep another from computing.
        options.LearnerThreads = 4;
    });
}
