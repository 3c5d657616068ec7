using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using MemoryRL.Core;
using MemoryRL.Environments;
using MemoryRL.Tests;

namespace MemoryRL.Client.Tests;

public sealed class RolloutWorkerTests
{
    private static readonly FixedPolicySource Fixed = new(new FakePolicyFactory(), FakePolicyFactory.Bundle(5), 5);

    [Fact]
    public async Task With_a_fixed_policy_the_episodes_are_the_same_however_many_threads_there_are()
    {
        var options = new RolloutOptions { AgentCount = 13, Seed = 3, MaxSteps = 13 * 400, RunId = Guid.Parse("11111111-2222-3333-4444-555555555555") };
        var expected = await RunAsync(options);
        Assert.True(expected.Episodes.Count > 100);
        Assert.Equal(13 * 400, expected.Result.Progress.Steps);
        foreach (var threads in new[] { 2, 5, 13 })
        {
            var actual = await RunAsync(options with { ThreadCount = threads });
            Assert.Equal(expected.Episodes.Keys.Order(), actual.Episodes.Keys.Order());
            foreach (var (id, (agent, episode)) in expected.Episodes)
            {
                Assert.Equal(agent, actual.Episodes[id].Agent);
                Assert.Equal(episode.End, actual.Episodes[id].Episode.End);
                Assert.True(episode.Data.Span.SequenceEqual(actual.Episodes[id].Episode.Data.Span), $"{threads} threads, {agent}");
            }

            Assert.Equal(expected.Result.Dropped.OrderBy(dropped => dropped.AgentId), actual.Result.Dropped.OrderBy(dropped => dropped.AgentId));
        }

        var other = await RunAsync(options with { Seed = 4 });
        Assert.NotEqual(
            expected.Episodes.Values.Select(episode => episode.Episode.Length).Take(50),
            other.Episodes.Values.Select(episode => episode.Episode.Length).Take(50));
    }

    [Fact]
    public async Task Episodes_carry_what_happened_and_who_chose_it()
    {
        var (result, episodes) = await RunAsync(new RolloutOptions { AgentCount = 4, MaxSteps = 4000, Seed = 8 });
        var sources = new long[3];
        foreach (var (_, episode) in episodes.Values)
        {
            var cells = MemoryMarshal.Cast<byte, int>(episode.Observations);
            var logProbabilities = MemoryMarshal.Cast<byte, float>(episode.Extra(0));
            for (var step = 0; step < episode.Length; step++)
            {
                Assert.Equal(-cells[step], logProbabilities[step]);
                Assert.Equal(5, episode.PolicyVersions[step]);
                Assert.Equal(step == episode.Length - 1 && episode.End == EpisodeEnd.Terminated ? 1 : 0, episode.Rewards[step]);
                sources[episode.Extra(1)[step]]++;
            }

            Assert.Equal(episode.End == EpisodeEnd.Terminated, cells[^1] == FourRooms.Goal);
            Assert.True(episode.End == EpisodeEnd.Terminated || episode.Length == 50);
        }

        var dropped = result.Dropped.Sum(episode => (long)episode.Steps);
        Assert.Equal(4000, sources.Sum() + dropped);
        Assert.Equal(0, sources[(int)ActionSource.Random]);
        Assert.InRange(sources[(int)ActionSource.Memory] / (double)sources.Sum(), 0.2, 0.3);
        Assert.InRange(result.Progress.MemoryActions - sources[(int)ActionSource.Memory], 0, dropped);
        Assert.Equal((episodes.Count, 5L, 0), (result.Progress.Episodes, result.Progress.PolicyVersion, result.Progress.ActiveAgents));
        Assert.Equal(episodes.Values.Count(episode => episode.Episode.Return > 0), result.Progress.Successes);
        Assert.Equal(RolloutStopReason.Budget, result.Reason);
    }

    [Fact]
    public async Task Before_the_first_policy_actions_are_random_and_a_new_policy_acts_from_a_safe_point_on()
    {
        var source = new SwitchedPolicySource();
        var sink = new CollectingSink { Written = _ => source.Publish() };
        var worker = Create(new RolloutOptions { AgentCount = 3, MaxSteps = 3000 }, sink, source);
        var result = await worker.RunAsync().WaitAsync(Samples.Patience);
        Assert.True(result.Progress.RandomActions > 0);
        Assert.True(result.Progress.ExplorerActions > 0);
        foreach (var (_, episode) in sink.Episodes.Values)
        {
            for (var step = 0; step < episode.Length; step++)
            {
                var isRandom = episode.PolicyVersions[step] == 0;
                Assert.Equal(isRandom, episode.Extra(1)[step] == (byte)ActionSource.Random);
                if (isRandom)
                {
                    Assert.Equal(-MathF.Log(4), MemoryMarshal.Cast<byte, float>(episode.Extra(0))[step]);
                }
            }
        }

        Assert.All(source.Factory.Created, policy => Assert.True(policy.IsDisposed));
    }

    [Fact]
    public async Task The_budget_is_shared_out_to_the_step_and_what_was_under_way_is_named()
    {
        var (result, episodes) = await RunAsync(new RolloutOptions { AgentCount = 7, ThreadCount = 2, MaxSteps = 1003, Seed = 1 });
        Assert.Equal(1003, result.Progress.Steps);
        var steps = Enumerable.Range(0, 7).ToDictionary(agent => $"agent-{agent}", agent => 0);
        foreach (var (agent, episode) in episodes.Values)
        {
            steps[agent] += episode.Length;
        }

        foreach (var dropped in result.Dropped)
        {
            Assert.True(dropped.Steps >= 1);
            steps[dropped.AgentId] += dropped.Steps;
        }

        Assert.Equal([144, 144, 143, 143, 143, 143, 143], Enumerable.Range(0, 7).Select(agent => steps[$"agent-{agent}"]));
        Assert.NotEmpty(result.Dropped);
    }

    [Fact]
    public async Task Finishing_plays_every_episode_to_its_end()
    {
        var (result, episodes) = await RunAsync(new RolloutOptions { AgentCount = 7, ThreadCount = 2, MaxSteps = 1003, PartialEpisodes = PartialEpisodes.Finish });
        Assert.Empty(result.Dropped);
        Assert.True(result.Progress.Steps >= 1003);
        Assert.Equal(result.Progress.Steps, episodes.Values.Sum(episode => (long)episode.Episode.Length));
    }

    [Theory]
    [InlineData(PartialEpisodes.Drop)]
    [InlineData(PartialEpisodes.Finish)]
    public async Task A_stop_ends_the_run_in_order(PartialEpisodes partial)
    {
        using var stop = new CancellationTokenSource();
        var sink = new CollectingSink();
        sink.Written = _ =>
        {
            if (sink.Episodes.Count == 20)
            {
                stop.Cancel();
            }
        };
        var worker = Create(new RolloutOptions { AgentCount = 8, ThreadCount = 2, PartialEpisodes = partial }, sink, Fixed);
        var result = await worker.RunAsync(stop.Token).WaitAsync(Samples.Patience);
        Assert.Equal(RolloutStopReason.Requested, result.Reason);
        Assert.Equal(partial == PartialEpisodes.Finish, result.Dropped.IsEmpty);
        Assert.Empty(result.Unwritten);
        Assert.Equal(result.Progress.Steps, sink.Episodes.Values.Sum(episode => (long)episode.Episode.Length) + result.Dropped.Sum(dropped => (long)dropped.Steps));
    }

    [Fact]
    public async Task Time_ends_the_run_too()
    {
        var time = new ManualTime();
        var sink = new CollectingSink { Written = count => time.Advance(TimeSpan.FromSeconds(1)) };
        var worker = Create(new RolloutOptions { AgentCount = 1, MaxDuration = TimeSpan.FromSeconds(30) }, sink, Fixed, time);
        var result = await worker.RunAsync().WaitAsync(Samples.Patience);
        Assert.Equal(RolloutStopReason.Duration, result.Reason);
        Assert.Equal((30, TimeSpan.FromSeconds(30)), (sink.Episodes.Count, result.Progress.Elapsed));
    }

    [Fact]
    public async Task A_finished_episode_that_the_sink_does_not_take_before_the_deadline_is_named()
    {
        var time = new ManualTime();
        using var stop = new CancellationTokenSource();
        var sink = new BlockingSink();
        var worker = Create(new RolloutOptions { AgentCount = 2, StopDeadline = TimeSpan.FromSeconds(5) }, sink, Fixed, time);
        var running = worker.RunAsync(stop.Token);
        var (agent, episode) = await sink.Blocked.Task.WaitAsync(Samples.Patience);
        await stop.CancelAsync();
        Assert.False(running.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(5));
        var result = await running.WaitAsync(Samples.Patience);
        Assert.Equal(new UnwrittenEpisode(agent, episode.Id, episode.Length), Assert.Single(result.Unwritten));
        Assert.Equal(1, result.Progress.Episodes);
    }

    [Fact]
    public async Task An_error_of_a_thread_stops_the_others_and_surfaces()
    {
        var sink = new CollectingSink { Written = count => throw new IOException($"disk full after {count}") };
        var worker = Create(new RolloutOptions { AgentCount = 8, ThreadCount = 3 }, sink, Fixed);
        Assert.StartsWith("disk full after", (await Assert.ThrowsAsync<IOException>(() => worker.RunAsync().WaitAsync(Samples.Patience))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_worker_runs_once()
    {
        var worker = Create(new RolloutOptions { AgentCount = 1, MaxSteps = 10 }, new CollectingSink(), Fixed);
        await worker.RunAsync().WaitAsync(Samples.Patience);
        await Assert.ThrowsAsync<InvalidOperationException>(() => worker.RunAsync());
    }

    [Fact]
    public async Task The_window_averages_the_last_episodes()
    {
        var sink = new CollectingSink();
        var worker = Create(new RolloutOptions { AgentCount = 1, MaxSteps = 5000, WindowEpisodes = 10 }, sink, Fixed);
        Assert.True(double.IsNaN(worker.Progress.WindowSuccess));
        var result = await worker.RunAsync().WaitAsync(Samples.Patience);
        var last = sink.InOrder.TakeLast(10).ToList();
        Assert.Equal(10, result.Progress.WindowEpisodes);
        Assert.Equal(last.Count(episode => episode.Return > 0) / 10.0, result.Progress.WindowSuccess, 12);
        Assert.Equal(last.Average(episode => episode.Return), result.Progress.WindowReturn, 12);
        Assert.Equal(last.Average(episode => episode.Length), result.Progress.WindowLength, 12);
    }

    [Fact]
    public async Task A_step_allocates_nothing()
    {
        var environment = new MeasuringEnvironment();
        var worker = new RolloutWorker(Samples.Spec, _ => environment, new CollectingSink(), Fixed, new RolloutOptions { AgentCount = 1, MaxSteps = 3 * MeasuringEnvironment.EpisodeLength });
        var result = await worker.RunAsync().WaitAsync(Samples.Patience);
        Assert.Equal(3, result.Progress.Episodes);
        Assert.Equal(0, environment.Allocations.Least);
    }

    [Fact]
    public void What_rollouts_cannot_do_is_refused_by_name()
    {
        AssertField("spec.extra_columns", Samples.Spec with { ExtraColumns = [new ColumnSpec("goal", ElementType.Float32, [2])] }, new RolloutOptions());
        AssertField("spec.observation", new ExperienceSpec(new DiscreteSpace(48), new DiscreteSpace(4)), new RolloutOptions());
        AssertField("spec.action", Samples.Spec with { Action = new DiscreteSpace(5) }, new RolloutOptions());
        AssertField("rollout.agent_count", Samples.Spec, new RolloutOptions { AgentCount = 0 });
        AssertField("rollout.thread_count", Samples.Spec, new RolloutOptions { AgentCount = 2, ThreadCount = 3 });
        AssertField("rollout.max_steps", Samples.Spec, new RolloutOptions { AgentCount = 2, MaxSteps = 1 });
        AssertField("rollout.max_duration", Samples.Spec, new RolloutOptions { MaxDuration = TimeSpan.Zero });
        AssertField("rollout.stop_deadline", Samples.Spec, new RolloutOptions { StopDeadline = TimeSpan.FromSeconds(-1) });
        AssertField("rollout.window_episodes", Samples.Spec, new RolloutOptions { WindowEpisodes = 0 });
        AssertField("rollout.agent_id_prefix", Samples.Spec, new RolloutOptions { AgentIdPrefix = " " });

        static void AssertField(string field, ExperienceSpec spec, RolloutOptions options) => Assert.Equal(
            field,
            Assert.Throws<InvalidExperienceException>(() => new RolloutWorker(spec, _ => EnvironmentRegistry.Create("four-rooms"), new CollectingSink(), Fixed, options)).Field);
    }

    [Fact]
    public async Task Two_runs_never_share_an_episodes_id()
    {
        var first = await RunAsync(new RolloutOptions { AgentCount = 4, MaxSteps = 2000, Seed = 1 });
        var second = await RunAsync(new RolloutOptions { AgentCount = 4, MaxSteps = 2000, Seed = 1 });
        Assert.Empty(first.Episodes.Keys.Intersect(second.Episodes.Keys));
        Assert.All(first.Episodes.Keys, id => Assert.Equal(8, id.Version));
    }

    private static RolloutWorker Create(RolloutOptions options, IEpisodeSink sink, IPolicySource? policies, TimeProvider? time = null) =>
        new(Samples.Spec, _ => EnvironmentRegistry.Create("four-rooms"), sink, policies, options, time);

    private static async Task<(RolloutResult Result, IReadOnlyDictionary<Guid, (string Agent, Episode Episode)> Episodes)> RunAsync(RolloutOptions options)
    {
        var sink = new CollectingSink();
        var result = await Create(options, sink, Fixed).RunAsync().WaitAsync(Samples.Patience);
        return (result, sink.Episodes);
    }

    private sealed class CollectingSink : IEpisodeSink
    {
        public ConcurrentDictionary<Guid, (string Agent, Episode Episode)> Episodes { get; } = new();

        public ConcurrentQueue<Episode> InOrder { get; } = new();

        public Action<int>? Written { get; set; }

        public void Write(string agentId, Episode episode, CancellationToken cancellationToken)
        {
            Assert.True(Episodes.TryAdd(episode.Id, (agentId, episode)));
            InOrder.Enqueue(episode);
            Written?.Invoke(Episodes.Count);
        }
    }

    private sealed class BlockingSink : IEpisodeSink
    {
        public TaskCompletionSource<(string Agent, Episode Episode)> Blocked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Write(string agentId, Episode episode, CancellationToken cancellationToken)
        {
            Blocked.TrySetResult((agentId, episode));
            cancellationToken.WaitHandle.WaitOne();
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private sealed class SwitchedPolicySource : IPolicySource
    {
        private volatile bool _isPublished;

        public FakePolicyFactory Factory { get; } = new();

        public long Version => _isPublished ? 1 : 0;

        public void Publish() => _isPublished = true;

        public IPolicy? Refresh(IPolicy? current) => _isPublished ? current ?? Factory.Create(FakePolicyFactory.Bundle(1)) : null;
    }

    /// <summary>Cuts its episodes, and says how much its thread allocated between the first and the last step of the last, when every buffer has grown.</summary>
    private sealed class MeasuringEnvironment : IEnvironment
    {
        public const int EpisodeLength = 10_000;

        private int _step;

        public EnvironmentSpec Spec => EnvironmentRegistry.Find("four-rooms").Spec;

        // Only every other round is of one episode, without what building it allocates.
        public AllocationRounds Allocations { get; } = new(EpisodeLength / 2);

        public void Seed(RandomStream random)
        {
        }

        public void Reset(Span<byte> observation)
        {
            observation.Clear();
            _step = 0;
        }

        public StepResult Step(ReadOnlySpan<byte> action, Span<byte> observation)
        {
            _step++;
            Allocations.Next();
            return new StepResult(0, Terminated: false, Truncated: _step == EpisodeLength);
        }
    }
}
