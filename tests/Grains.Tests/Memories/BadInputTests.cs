using System.Runtime.InteropServices;
using MemoryRL.Core;
using MemoryRL.Grains.Interfaces;

namespace MemoryRL.Grains.Tests;

/// <summary>Each bad episode is refused with the field, what was expected and what came, and the stores are as they were before.</summary>
[Collection(SharedHostCollection.Name)]
public sealed class BadInputTests(SharedGrainHost shared)
{
    private static readonly ExperienceSpec Spec = new(new BoxSpace(2, -10, 10), new BoxSpace(1, -1, 1));

    private readonly GrainHost _host = shared.Host;

    public static TheoryData<string, string> Cases => new()
    {
        { "observation is NaN", "episode.observations" },
        { "observation is infinite", "episode.observations" },
        { "reward is NaN", "episode.rewards" },
        { "reward is infinite", "episode.rewards" },
        { "action is out of range", "episode.actions" },
        { "action is NaN", "episode.actions" },
        { "too few bytes", "episode.data" },
        { "too many bytes", "episode.data" },
        { "no steps", "episode.length" },
        { "negative steps", "episode.length" },
        { "too many steps", "episode.length" },
        { "another spec", "episode.spec" },
        { "another kind", "episode.steps.kind" },
        { "no id", "episode.id" },
        { "no agent", "episode.agent_id" },
        { "unknown outcome", "episode.outcome" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_shard_refuses_a_bad_episode_and_stays_as_it_was(string fault, string field)
    {
        var name = await CreateAsync($"shard: {fault}");
        var shard = _host.GetShard(name);
        _ = await shard.AppendAsync(TestEpisodes.Append(Good(1)));
        var before = await shard.GetStatisticsAsync();

        // The good episode in front of the bad one is not stored either.
        var error = await Assert.ThrowsAsync<InvalidInputException>(() => shard.AppendAsync(TestEpisodes.Append(Good(2), Bad(fault))));

        Check(error, field);
        Assert.Equal(before, await shard.GetStatisticsAsync());
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task An_agent_memory_refuses_a_bad_episode_and_nothing_is_routed(string fault, string field)
    {
        if (fault == "unknown outcome")
        {
            // An agent memory decides outcomes itself and does not look at what came.
            return;
        }

        var name = await CreateAsync($"agent: {fault}");
        var agent = _host.GetAgent(name);

        var error = await Assert.ThrowsAsync<InvalidInputException>(() => agent.AppendAsync(TestEpisodes.Append(Good(2), Bad(fault))));

        Check(error, field);
        Assert.Empty(await agent.GetRecentAsync(10));
        Assert.Equal(0, (await _host.Grains.GetMemory(name).GetStatisticsAsync()).AppendedEpisodes);
        Assert.Equal(0, (await _host.GetStore(name, EpisodeOutcome.Success).GetStatisticsAsync()).AppendedEpisodes);
    }

    [Fact]
    public async Task A_store_refuses_trajectories_of_another_outcome()
    {
        var name = await CreateAsync("outcome");
        var store = _host.GetStore(name, EpisodeOutcome.Success);
        var error = await Assert.ThrowsAsync<InvalidInputException>(() => store.AppendAsync(TestEpisodes.Append(Good(1) with { Outcome = (int)EpisodeOutcome.Failure })));
        Check(error, "episode.outcome");
        Assert.Equal(0, (await store.GetStatisticsAsync()).AppendedEpisodes);
    }

    [Fact]
    public async Task An_agent_memory_refuses_another_agents_episodes()
    {
        var name = await CreateAsync("stranger");
        var error = await Assert.ThrowsAsync<InvalidInputException>(() => _host.GetAgent(name, "somebody").AppendAsync(TestEpisodes.Append(Good(1))));
        Check(error, "episode.agent_id");
    }

    [Fact]
    public async Task An_episode_larger_than_the_memory_is_refused()
    {
        var name = await CreateAsync("small", capacitySteps: 10);
        _ = await _host.GetShard(name).AppendAsync(TestEpisodes.Append(Good(1)));
        var error = await Assert.ThrowsAsync<InvalidInputException>(() => _host.GetShard(name).AppendAsync(TestEpisodes.Append(Good(2, length: 11))));
        Check(error, "episode.length");
        Assert.Equal(1, (await _host.GetShard(name).GetStatisticsAsync()).Episodes);
    }

    [Fact]
    public async Task Requests_out_of_range_are_refused_by_field()
    {
        var name = await CreateAsync("requests");
        var shard = _host.GetShard(name);
        _ = await shard.AppendAsync(TestEpisodes.Append(Good(1)));
        var second = TimeSpan.FromSeconds(1);
        await CheckAsync("request.episodes", () => shard.AppendAsync(TestEpisodes.Append()));
        await CheckAsync("request.episodes", () => shard.AppendAsync(new AppendRequest(default, second)));
        await CheckAsync("request.max_wait", () => shard.AppendAsync(new AppendRequest([Good(2)], -second)));
        await CheckAsync("request.count", () => shard.SampleAsync(new SampleRequest(0, 1, 1, second)));
        await CheckAsync("request.count", () => shard.SampleAsync(new SampleRequest(int.MaxValue, 1, 1, second)));
        await CheckAsync("request.sequence_length", () => shard.SampleAsync(new SampleRequest(1, 0, 1, second)));
        await CheckAsync("request.max_wait", () => shard.SampleAsync(new SampleRequest(1, 1, 1, TimeSpan.FromDays(2))));
        await CheckAsync("request.cursor", () => shard.ReadAsync(new ReadRequest(-1, 1, 1, second)));
        await CheckAsync("request.min_steps", () => shard.ReadAsync(new ReadRequest(0, -1, 1, second)));
        await CheckAsync("request.max_steps", () => shard.ReadAsync(new ReadRequest(0, 1, 0, second)));
        await CheckAsync("request.sequence_length", () => _host.GetStore(name, EpisodeOutcome.Success).SampleAsync(new SampleRequest(1, 2, 1, second)));
        await CheckAsync("request.count", () => _host.GetAgent(name).GetRecentAsync(0));

        static async Task CheckAsync(string field, Func<Task> call) => Check(await Assert.ThrowsAsync<InvalidInputException>(call), field);
    }

    private static void Check(InvalidInputException error, string field)
    {
        Assert.Equal(field, error.Field);
        Assert.NotEmpty(error.Expected);
        Assert.NotEmpty(error.Actual);
        Assert.Contains(error.Expected, error.Message, StringComparison.Ordinal);
        Assert.Contains(error.Actual, error.Message, StringComparison.Ordinal);
    }

    private async Task<string> CreateAsync(string name, int capacitySteps = 1_000)
    {
        _ = await _host.Grains.GetMemory(name).CreateAsync(new MemorySpec(Spec) { CapacitySteps = capacitySteps, MaxEpisodeSteps = 20 }.ToJson());
        return name;
    }

    private static EpisodeMessage Good(int number, int length = 3)
    {
        var episode = Episode.Create(
            Spec,
            TestEpisodes.Id(0, number),
            EpisodeEnd.Terminated,
            MemoryMarshal.AsBytes(new float[(length + 1) * 2].AsSpan()),
            MemoryMarshal.AsBytes(new float[length].AsSpan()),
            [.. Enumerable.Repeat(1f, length)]);
        return TestEpisodes.Message(episode);
    }

    private static EpisodeMessage Bad(string fault)
    {
        var good = Good(9);
        var layout = new EpisodeLayout(Spec, 3);
        return fault switch
        {
            "observation is NaN" => Poke(layout.Observations, float.NaN),
            "observation is infinite" => Poke(layout.Observations, float.PositiveInfinity),
            "reward is NaN" => Poke(layout.Rewards, float.NaN),
            "reward is infinite" => Poke(layout.Rewards, float.NegativeInfinity),
            "action is out of range" => Poke(layout.Actions, -1.5f),
            "action is NaN" => Poke(layout.Actions, float.NaN),
            "too few bytes" => good with { Steps = good.Steps with { Data = good.Steps.Data[..^8] } },
            "too many bytes" => good with { Steps = good.Steps with { Data = new byte[good.Steps.Data.Length + 8] } },
            "no steps" => good with { Steps = good.Steps with { Count = 0, Data = default } },
            "negative steps" => good with { Steps = good.Steps with { Count = -1 } },
            "too many steps" => Good(9, length: 21),
            "another spec" => TestEpisodes.Message(9),
            "another kind" => good with { Steps = good.Steps with { Kind = ColumnsKind.Transitions } },
            "no id" => good with { EpisodeId = Guid.Empty },
            "no agent" => good with { AgentId = "" },
            "unknown outcome" => good with { Outcome = 3 },
            _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, "No such fault."),
        };

        EpisodeMessage Poke(Range column, float value)
        {
            var data = good.Steps.Data.ToArray();
            MemoryMarshal.Cast<byte, float>(data.AsSpan(column))[1] = value;
            return good with { Steps = good.Steps with { Data = data } };
        }
    }
}
