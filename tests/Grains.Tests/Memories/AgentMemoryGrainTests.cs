using MemoryRL.Core;
using MemoryRL.Grains.Interfaces;

namespace MemoryRL.Grains.Tests;

[Collection(SharedHostCollection.Name)]
public sealed class AgentMemoryGrainTests(SharedGrainHost shared)
{
    private static readonly TimeSpan LongWait = TimeSpan.FromSeconds(20);

    private readonly GrainHost _host = shared.Host;

    [Fact]
    public async Task Finished_episodes_go_to_the_shard_and_by_outcome_to_the_stores()
    {
        var name = await _host.CreateMemoryAsync("routes");
        var append = TestEpisodes.Append(TestEpisodes.Message(1), TestEpisodes.Message(2, lastReward: -1), TestEpisodes.Message(3));
        Assert.Equal(new AppendResult(3, 0, null), await _host.GetAgent(name).AppendAsync(append));
        var outcomes = (await _host.GetShard(name).ReadAllAsync()).Select(episode => (EpisodeOutcome)episode.Outcome);
        Assert.Equal([EpisodeOutcome.Success, EpisodeOutcome.Failure, EpisodeOutcome.Success], outcomes);
        Assert.Equal(2, (await _host.GetStore(name, EpisodeOutcome.Success).GetStatisticsAsync()).Episodes);
        Assert.Equal(1, (await _host.GetStore(name, EpisodeOutcome.Failure).GetStatisticsAsync()).Episodes);
    }

    [Fact]
    public async Task An_agent_sees_its_own_latest_episodes_and_no_others()
    {
        var name = await _host.CreateMemoryAsync("own", spec => spec with { AgentCapacitySteps = 17 });
        var agent = _host.GetAgent(name);
        for (var number = 1; number <= 5; number++)
        {
            _ = await agent.AppendAsync(TestEpisodes.Append(TestEpisodes.Message(number)));
        }

        _ = await _host.GetAgent(name, "other").AppendAsync(TestEpisodes.Append(TestEpisodes.Message(9, agentId: "other")));
        var recent = await agent.GetRecentAsync(10);
        Assert.Equal([3, 4, 5], recent.Select(episode => (int)TestEpisodes.Mark(TestEpisodes.Read(episode).Id)));
        Assert.Equal([5], (await agent.GetRecentAsync(1)).Select(episode => (int)TestEpisodes.Mark(episode.EpisodeId)));
    }

    [Fact]
    public async Task An_agents_latest_episodes_stay_whole_however_many_came_before_them()
    {
        const int Episodes = 600;
        var name = await _host.CreateMemoryAsync("whole", spec => spec with { AgentCapacitySteps = 500 });
        var agent = _host.GetAgent(name);
        var early = default(EpisodeMessage);
        for (var number = 1; number <= Episodes; number++)
        {
            _ = await agent.AppendAsync(TestEpisodes.Append(TestEpisodes.Message(number, LengthOf(number))));
            early = number == 10 ? (await agent.GetRecentAsync(1))[0] : early;
        }

        var recent = await agent.GetRecentAsync(Episodes);
        Assert.Equal(Enumerable.Range(Episodes - recent.Length + 1, recent.Length), recent.Select(episode => (int)TestEpisodes.Mark(TestEpisodes.Read(episode).Id)));
        Assert.All(recent, episode => Assert.Equal(LengthOf((int)TestEpisodes.Mark(episode.EpisodeId)), episode.Steps.Count));
        var steps = recent.Sum(episode => episode.Steps.Count);
        Assert.InRange(steps, 500 - LengthOf(Episodes - recent.Length) + 1, 500);
        Assert.Equal(10, TestEpisodes.Mark(TestEpisodes.Read(early).Id));

        // Every 50th is long enough to be kept as it came.
        static int LengthOf(int number) => number % 50 == 0 ? 250 : 1 + (number % 13);
    }

    [Fact]
    public async Task A_retry_after_a_lost_acknowledgement_doubles_nothing()
    {
        var name = await _host.CreateMemoryAsync("lost", spec => spec with { Outcome = new ReturnQuantilesRule(Window: 10, MinimumEpisodes: 2) });
        var agent = _host.GetAgent(name);
        for (var number = 1; number <= 4; number++)
        {
            var append = TestEpisodes.Append(TestEpisodes.Message(number, lastReward: number));
            _host.Calls.LoseAnswers(agent, 1);
            _ = await Assert.ThrowsAsync<TimeoutException>(() => agent.AppendAsync(append));
            Assert.Equal(new AppendResult(0, 1, null), await agent.AppendAsync(append));
        }

        // Each return counted once: the rule needs two before it decides, and each after is the best so far.
        var outcomes = (await _host.GetShard(name).ReadAllAsync()).Select(episode => (EpisodeOutcome)episode.Outcome);
        Assert.Equal([EpisodeOutcome.Undecided, EpisodeOutcome.Undecided, EpisodeOutcome.Success, EpisodeOutcome.Success], outcomes);
        Assert.Equal(4, (await agent.GetRecentAsync(10)).Length);
        Assert.Equal(2, (await _host.GetStore(name, EpisodeOutcome.Success).GetStatisticsAsync()).AppendedEpisodes);
    }

    [Fact]
    public async Task A_retry_of_an_episode_that_was_evicted_since_does_not_store_it_again()
    {
        var name = await _host.CreateMemoryAsync("evicted", spec => spec with { CapacitySteps = 10 });
        var agent = _host.GetAgent(name);
        var append = TestEpisodes.Append(TestEpisodes.Message(1));
        _host.Calls.LoseAnswers(agent, 1);
        _ = await Assert.ThrowsAsync<TimeoutException>(() => agent.AppendAsync(append));
        _ = await agent.AppendAsync(TestEpisodes.Append(TestEpisodes.Message(2), TestEpisodes.Message(3)));
        Assert.Equal(new AppendResult(1, 1, null), await agent.AppendAsync(TestEpisodes.Append(TestEpisodes.Message(1), TestEpisodes.Message(4))));
        Assert.Equal(new AppendResult(0, 1, null), await agent.AppendAsync(append));
        Assert.Equal([3, 4], (await _host.GetShard(name).ReadAllAsync()).Select(episode => (int)TestEpisodes.Mark(episode.EpisodeId)));
    }

    [Fact]
    public async Task An_append_that_waits_or_is_refused_leaves_the_outcome_rule_as_it_was()
    {
        var name = await _host.CreateMemoryAsync("rule", spec => spec with { Outcome = new ReturnQuantilesRule(Window: 10, MinimumEpisodes: 2), MaxUnreadSteps = 10, CapacitySteps = 100 });
        var agent = _host.GetAgent(name);
        _ = await agent.AppendAsync(TestEpisodes.Append(TestEpisodes.Message(1, lastReward: 1), TestEpisodes.Message(2, lastReward: 2)));
        Assert.Equal("appending waits: 10 of at most 10 steps are unread", (await agent.AppendAsync(TestEpisodes.Append(TestEpisodes.Message(3, lastReward: 1_000)))).WaitReason);
        _ = await Assert.ThrowsAsync<InvalidInputException>(() => agent.AppendAsync(TestEpisodes.Append(TestEpisodes.Message(4, length: 101, lastReward: 1_000))));

        // Had the 1000 joined the window, 3 would be below its upper quantile.
        _ = await _host.GetShard(name).ReadAsync(new ReadRequest(2, 0, 1, TimeSpan.Zero));
        _ = await agent.AppendAsync(TestEpisodes.Append(TestEpisodes.Message(5, lastReward: 3)));
        var last = (await agent.GetRecentAsync(1)).Single();
        Assert.Equal((TestEpisodes.Id(0, 5), (int)EpisodeOutcome.Success), (last.EpisodeId, last.Outcome));
    }

    [Fact]
    public async Task An_episode_longer_than_a_shards_part_of_the_capacity_is_refused_by_field()
    {
        var name = await _host.CreateMemoryAsync("too long", spec => spec with { CapacitySteps = 100, ShardCount = 4 });
        var error = await Assert.ThrowsAsync<InvalidInputException>(() => _host.GetAgent(name).AppendAsync(TestEpisodes.Append(TestEpisodes.Message(1, length: 26))));
        Assert.Equal(("episode.length", "26"), (error.Field, error.Actual));
        Assert.Equal(1, (await _host.GetAgent(name).AppendAsync(TestEpisodes.Append(TestEpisodes.Message(1, length: 25)))).Stored);
    }

    [Fact]
    public async Task A_retry_completes_what_a_failure_cut_in_half()
    {
        var name = await _host.CreateMemoryAsync("half");
        var agent = _host.GetAgent(name);
        var store = _host.GetStore(name, EpisodeOutcome.Success);
        _host.Calls.LoseCalls(store, 1);
        var append = TestEpisodes.Append(TestEpisodes.Message(1));
        _ = await Assert.ThrowsAsync<TimeoutException>(() => agent.AppendAsync(append));
        Assert.Empty(await agent.GetRecentAsync(10));
        Assert.Equal(0, (await store.GetStatisticsAsync()).Episodes);

        Assert.Equal(new AppendResult(0, 1, null), await agent.AppendAsync(append));
        Assert.Equal(1, (await store.GetStatisticsAsync()).AppendedEpisodes);
        Assert.Equal(1, (await _host.GetShard(name).GetStatisticsAsync()).AppendedEpisodes);
        _ = Assert.Single(await agent.GetRecentAsync(10));
    }

    [Fact]
    public async Task An_append_that_the_limiter_holds_back_stores_nothing_and_says_why()
    {
        var name = await _host.CreateMemoryAsync("held back", spec => spec with { MaxUnreadSteps = 5 });
        var agent = _host.GetAgent(name);
        _ = await agent.AppendAsync(TestEpisodes.Append(TestEpisodes.Message(1)));
        var waiting = await agent.AppendAsync(TestEpisodes.Append(TestEpisodes.Message(2)));
        Assert.Equal(new AppendResult(0, 0, "appending waits: 5 of at most 5 steps are unread"), waiting);
        _ = Assert.Single(await agent.GetRecentAsync(10));

        var append = agent.AppendAsync(new AppendRequest([TestEpisodes.Message(2)], LongWait));

        // The agent reads while its append waits.
        _ = Assert.Single(await agent.GetRecentAsync(10));
        _ = await _host.GetShard(name).ReadAsync(new ReadRequest(1, 0, 10, TimeSpan.Zero));
        Assert.Equal(1, (await append).Stored);
        Assert.Equal(2, (await _host.GetStore(name, EpisodeOutcome.Success).GetStatisticsAsync()).Episodes);
    }
}
