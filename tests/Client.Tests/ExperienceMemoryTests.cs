using System.Collections.Immutable;
using System.Runtime.InteropServices;
using MemoryRL.Core;
using MemoryRL.Grains.Interfaces;

namespace MemoryRL.Client.Tests;

public sealed class ExperienceMemoryTests
{
    private readonly FakeGrains _grains = new();

    [Fact]
    public async Task An_appended_episode_travels_as_its_own_bytes_without_a_copy()
    {
        var store = new FakeStore();
        _grains.Add<IAgentMemoryGrain>(Samples.AgentKey("walker/7"), store);
        var memory = await Samples.OpenAsync(_grains);
        var episode = Samples.Episode(5, 1);
        var result = await memory.AppendAsync(episode, "walker/7");
        Assert.Equal(new AppendResult(1, 0, null), result);
        var stored = Assert.Single(store.Stored);
        Assert.Equal((episode.Id, "walker/7", true, 5, Samples.Spec.Fingerprint), (stored.EpisodeId, stored.AgentId, stored.Terminated, stored.Steps.Count, stored.Steps.Fingerprint));
        Assert.True(MemoryMarshal.TryGetArray(episode.Data, out var before) && MemoryMarshal.TryGetArray(stored.Steps.Data, out var after) && before.Array == after.Array);
    }

    [Fact]
    public async Task An_agents_recent_episodes_come_back_equal()
    {
        var episode = Samples.Episode(5, 1);
        _grains.Add<IAgentMemoryGrain>(Samples.AgentKey("a"), new RecentEpisodes(episode));
        var memory = await Samples.OpenAsync(_grains);
        var recent = Assert.Single(await memory.GetRecentAsync("a", 3));
        Assert.Equal(("a", EpisodeOutcome.Success, episode.Id, EpisodeEnd.Terminated), (recent.AgentId, recent.Outcome, recent.Episode.Id, recent.Episode.End));
        Assert.True(episode.Data.Span.SequenceEqual(recent.Episode.Data.Span));
    }

    [Fact]
    public async Task An_episode_of_another_spec_is_refused_before_any_call()
    {
        var memory = await Samples.OpenAsync(_grains);
        var foreign = Episode.Create(Samples.Spec with { ExtraColumns = [] }, Guid.NewGuid(), EpisodeEnd.Terminated, new byte[8], new byte[4], [0f]);
        Assert.Equal("episode.spec", (await Assert.ThrowsAsync<InvalidExperienceException>(() => memory.AppendAsync(foreign))).Field);
    }

    [Fact]
    public async Task A_single_shard_is_sampled_without_asking_for_its_size()
    {
        var shard = AddShard(0, steps: 10, mark: 3);
        var memory = await Samples.OpenAsync(_grains);
        var batch = await memory.SampleTransitionsAsync(256, seed: 5);
        Assert.Equal(256, batch.Count);
        Assert.Equal(0, shard.StatisticsCalls);
        Assert.Equal(256, Assert.Single(shard.Requests).Count);
    }

    [Fact]
    public async Task Shards_are_sampled_by_the_steps_that_they_hold()
    {
        long[] steps = [1000, 0, 3000, 6000, 0];
        var shards = steps.Select((count, shard) => AddShard(shard, count, shard + 1)).ToArray();
        var memory = await Samples.OpenAsync(_grains, steps.Length);
        var counts = new int[steps.Length];
        const int Draws = 200 * 256;
        for (var call = 0; call < 200; call++)
        {
            var batch = await memory.SampleTransitionsAsync(256, seed: (ulong)call);
            Assert.Equal(256, batch.Count);
            var extra = MemoryMarshal.Cast<byte, float>(batch.Extra(0));
            for (var row = 0; row < batch.Count; row++)
            {
                Assert.Equal((batch.Rewards[row], (byte)batch.Rewards[row]), (extra[row], batch.Terminated[row]));
                counts[(int)batch.Rewards[row] - 1]++;
            }
        }

        Assert.Equal((0, 0), (counts[1], counts[4]));
        var chiSquare = new[] { 0, 2, 3 }.Sum(shard => Math.Pow(counts[shard] - (Draws * steps[shard] / 10_000.0), 2) / (Draws * steps[shard] / 10_000.0));
        Assert.True(chiSquare < 13.82, $"chi-square {chiSquare} over 2 degrees of freedom, 99.9 %");
        Assert.All(shards, shard => Assert.InRange(shard.StatisticsCalls, 1, 199));
    }

    [Fact]
    public async Task A_shard_below_its_part_of_the_minimum_is_left_out()
    {
        var small = AddShard(0, steps: 9, mark: 1);
        small.WaitReason = _ => "9 of 10 steps inserted";
        AddShard(1, steps: 500, mark: 2);
        var memory = await Samples.OpenAsync(_grains, 2, minSizeToSample: 20);
        var batch = await memory.SampleTransitionsAsync(256, seed: 5);
        Assert.All(batch.Rewards.ToArray(), reward => Assert.Equal(2, reward));
        Assert.Empty(small.Requests);
    }

    [Fact]
    public async Task Sampling_waits_for_whichever_shard_holds_its_part_first()
    {
        var time = new ManualTime();
        var small = AddShard(0, steps: 0, mark: 1);
        small.WaitReason = _ => "0 of 10 steps inserted";
        var filling = AddShard(1, steps: 9, mark: 2);
        filling.WaitReason = request =>
        {
            if (filling.Requests.Count < 3)
            {
                time.Advance(request.MaxWait);
                return "9 of 10 steps inserted";
            }

            filling.Steps = 10;
            time.Advance(request.MaxWait);
            return null;
        };
        var memory = await Samples.OpenAsync(_grains, 2, time, minSizeToSample: 20);
        var batch = await memory.SampleTransitionsAsync(64, seed: 5);
        Assert.All(batch.Rewards.ToArray(), reward => Assert.Equal(2, reward));
    }

    [Fact]
    public async Task The_same_seed_asks_the_same_and_calls_without_one_differ()
    {
        var shard = AddShard(0, steps: 10, mark: 1);
        var memory = await Samples.OpenAsync(_grains);
        await memory.SampleTransitionsAsync(4, seed: 9);
        await memory.SampleTransitionsAsync(4, seed: 9);
        await memory.SampleTransitionsAsync(4);
        await memory.SampleTransitionsAsync(4);
        var seeds = shard.Requests.Select(request => request.Seed).ToList();
        Assert.Equal(seeds[0], seeds[1]);
        Assert.Equal(3, seeds.Distinct().Count());
    }

    [Fact]
    public async Task Sequences_of_many_shards_come_as_one_batch()
    {
        AddShard(0, steps: 500, mark: 1);
        AddShard(1, steps: 500, mark: 2);
        var memory = await Samples.OpenAsync(_grains, 2);
        var batch = await memory.SampleSequencesAsync(64, 5, seed: 3);
        Assert.Equal((64, 5), (batch.Count, batch.Length));
        for (var sequence = 0; sequence < 64; sequence++)
        {
            var rewards = batch.Rewards.Slice(sequence * 5, 5).ToArray();
            Assert.Single(rewards.Distinct());
            Assert.All(batch.PaddingMask.Slice(sequence * 5, 5).ToArray(), mask => Assert.Equal(rewards[0], mask));
        }
    }

    [Fact]
    public async Task Sampling_that_waits_past_its_deadline_says_what_it_waited_for()
    {
        var time = new ManualTime();
        var shard = AddShard(0, steps: 120, mark: 1);
        shard.WaitReason = request =>
        {
            time.Advance(request.MaxWait);
            return "120 of 1000 steps inserted";
        };
        var memory = await Samples.OpenAsync(_grains, time: time, options: new MemoryClientOptions { MaxCallWait = TimeSpan.FromSeconds(4) });
        var error = await Assert.ThrowsAsync<MemoryTimeoutException>(() => memory.SampleTransitionsAsync(32, deadline: TimeSpan.FromSeconds(10)));
        Assert.Equal("Memory 'test memory' gave no answer within 10 s. sampling waits: 120 of 1000 steps inserted.", error.Message);
        Assert.Equal(("sampling", "120 of 1000 steps inserted", TimeSpan.FromSeconds(10)), (error.Operation, error.Reason, error.Deadline));
        Assert.Equal([4, 4, 2], shard.Requests.Select(request => (int)request.MaxWait.TotalSeconds));
    }

    [Fact]
    public async Task A_deadline_of_zero_asks_once()
    {
        var shard = AddShard(0, steps: 0, mark: 1);
        shard.WaitReason = _ => "0 of 1 steps inserted";
        var memory = await Samples.OpenAsync(_grains);
        await Assert.ThrowsAsync<MemoryTimeoutException>(() => memory.SampleTransitionsAsync(1, deadline: TimeSpan.Zero));
        Assert.Equal(TimeSpan.Zero, Assert.Single(shard.Requests).MaxWait);
    }

    [Fact]
    public async Task Sampling_goes_on_when_the_minimum_is_there_and_after_a_lost_answer()
    {
        var time = new ManualTime();
        var shard = AddShard(0, steps: 120, mark: 1);
        shard.WaitReason = request =>
        {
            time.Advance(request.MaxWait);
            return shard.Requests.Count switch
            {
                1 => "120 of 1000 steps inserted",
                2 => throw new TimeoutException("Response did not arrive on time."),
                _ => null,
            };
        };
        var memory = await Samples.OpenAsync(_grains, time: time);
        Assert.Equal(7, (await memory.SampleTransitionsAsync(7)).Count);
        Assert.Equal(3, shard.Requests.Count);
    }

    [Fact]
    public async Task A_wait_ends_when_the_caller_cancels()
    {
        using var cancellation = new CancellationTokenSource();
        var shard = AddShard(0, steps: 0, mark: 1);
        shard.WaitReason = _ =>
        {
            cancellation.Cancel();
            return "0 of 1 steps inserted";
        };
        var memory = await Samples.OpenAsync(_grains);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => memory.SampleTransitionsAsync(1, cancellationToken: cancellation.Token));
    }

    [Fact]
    public async Task A_message_of_another_spec_or_kind_is_refused()
    {
        _grains.Add<IMemoryShardGrain>(new MemoryShardKey(Samples.MemoryName, 0).ToString(), new ForeignShard());
        var memory = await Samples.OpenAsync(_grains);
        Assert.Equal("message.spec", (await Assert.ThrowsAsync<InvalidExperienceException>(() => memory.SampleTransitionsAsync(1))).Field);
        Assert.Equal("message.kind", (await Assert.ThrowsAsync<InvalidExperienceException>(() => memory.SampleSequencesAsync(1, 2))).Field);
    }

    [Fact]
    public async Task An_empty_store_of_trajectories_samples_no_rows_and_a_full_one_enumerates()
    {
        _grains.Add<ITrajectoryStoreGrain>(new TrajectoryStoreKey(Samples.MemoryName, EpisodeOutcome.Failure).ToString(), new FakeTrajectories([]));
        var success = new FakeTrajectories([Samples.Episode(3, 1), Samples.Episode(2, 3)]);
        _grains.Add<ITrajectoryStoreGrain>(new TrajectoryStoreKey(Samples.MemoryName, EpisodeOutcome.Success).ToString(), success);
        var memory = await Samples.OpenAsync(_grains);
        Assert.Equal(0, (await memory.Failure.SampleAsync(32)).Count);
        var lengths = new List<int>();
        await foreach (var trajectory in memory.Success.EnumerateAsync())
        {
            lengths.Add(trajectory.Episode.Length);
        }

        Assert.Equal([3, 2], lengths);
    }

    private FakeShard AddShard(int number, long steps, float mark)
    {
        var shard = new FakeShard(steps, mark);
        _grains.Add<IMemoryShardGrain>(new MemoryShardKey(Samples.MemoryName, number).ToString(), shard);
        return shard;
    }

    private sealed class RecentEpisodes(Episode episode)
    {
        public Task<ImmutableArray<EpisodeMessage>> GetRecentAsync(int count, CancellationToken cancellationToken) => Task.FromResult<ImmutableArray<EpisodeMessage>>(
            [new EpisodeMessage(episode.Id, "a", true, 1, new Columns(ColumnsKind.Episode, episode.Spec.Fingerprint, episode.Length, episode.Data))]);
    }

    private sealed class ForeignShard
    {
        public Task<SampleResult> SampleAsync(SampleRequest request, CancellationToken cancellationToken) =>
            Task.FromResult(new SampleResult(new Columns(ColumnsKind.Transitions, 1, request.Count, default), null));
    }

    private sealed class FakeTrajectories(Episode[] episodes)
    {
        public Task<SampleResult> SampleAsync(SampleRequest request, CancellationToken cancellationToken)
        {
            var batch = new TransitionBatch(Samples.Spec, 0);
            return Task.FromResult(new SampleResult(new Columns(ColumnsKind.Transitions, Samples.Spec.Fingerprint, 0, batch.Data), null));
        }

        public async IAsyncEnumerable<EpisodeMessage> EnumerateAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            foreach (var episode in episodes)
            {
                await Task.Yield();
                yield return new EpisodeMessage(episode.Id, "a", true, 1, new Columns(ColumnsKind.Episode, episode.Spec.Fingerprint, episode.Length, episode.Data));
            }
        }
    }
}
