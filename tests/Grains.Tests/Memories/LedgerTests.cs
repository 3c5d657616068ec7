using MemoryRL.Core;
using MemoryRL.Grains.Interfaces;

namespace MemoryRL.Grains.Tests;

[Collection(SharedHostCollection.Name)]
public sealed class LedgerTests(SharedGrainHost shared)
{
    private const int Agents = 1_000;
    private const int EpisodesPerAgent = 6;
    private const int Readers = 8;
    private const int Shards = 4;
    private const string Name = "ledger";

    private readonly GrainHost _host = shared.Host;

    [Fact]
    public async Task Every_acknowledged_episode_is_there_or_was_evicted_by_rule_none_twice_none_torn()
    {
        _ = await _host.CreateMemoryAsync(Name, spec => spec with { CapacitySteps = 8_000, ShardCount = Shards, TrajectoryCapacitySteps = 500 });
        var acknowledged = new int[Agents];
        using var done = new CancellationTokenSource();
        var readers = Enumerable.Range(0, Readers).Select(reader => ReadAsync(reader, done.Token)).ToList();

        await Task.WhenAll(Enumerable.Range(0, Agents).Select(agent => WriteAsync(agent, acknowledged)));
        await done.CancelAsync();
        var sampled = await Task.WhenAll(readers);

        Assert.All(sampled, rows => Assert.True(rows > 0));
        Assert.All(acknowledged, count => Assert.Equal(EpisodesPerAgent, count));
        var appended = 0L;
        for (var shard = 0; shard < Shards; shard++)
        {
            appended += await CheckShardAsync(shard);
        }

        Assert.Equal(Agents * EpisodesPerAgent, appended);
    }

    private async Task WriteAsync(int agent, int[] acknowledged)
    {
        var grain = _host.GetAgent(Name, $"agent-{agent}");
        for (var number = 1; number <= EpisodesPerAgent; number++)
        {
            var append = TestEpisodes.Append(TestEpisodes.Message(Make(agent, number), $"agent-{agent}"));
            Assert.Equal(new AppendResult(1, 0, null), await grain.AppendAsync(append));
            acknowledged[agent]++;
        }
    }

    private async Task<long> ReadAsync(int reader, CancellationToken done)
    {
        var rows = 0L;
        for (var draw = 0UL; !done.IsCancellationRequested || rows == 0; draw++)
        {
            var sample = await _host.GetShard(Name, reader % Shards).SampleAsync(new SampleRequest(64, 1, draw, TimeSpan.FromSeconds(1)), CancellationToken.None);
            if (sample.Batch is { } batch)
            {
                TestEpisodes.CheckRows(batch);
                rows += batch.Count;
            }
        }

        return rows;
    }

    private async Task<long> CheckShardAsync(int shard)
    {
        var grain = _host.GetShard(Name, shard);
        var statistics = await grain.GetStatisticsAsync();
        var held = await grain.ReadAllAsync();

        // None twice, none torn, none of another shard.
        Assert.Equal(held.Length, held.Select(message => message.EpisodeId).Distinct().Count());
        Assert.Equal(statistics.Episodes, held.Length);
        foreach (var message in held)
        {
            var episode = TestEpisodes.Read(message);
            var (agent, number) = ((int)TestEpisodes.Mark(episode.Id) / 1000, (int)TestEpisodes.Mark(episode.Id) % 1000);
            Assert.Equal($"agent-{agent}", message.AgentId);
            Assert.Equal(shard, MemoryShardKey.ForAgent(Name, message.AgentId, Shards).Shard);
            Assert.Equal(Make(agent, number).Data.ToArray(), episode.Data.ToArray());
        }

        // What is missing went by the rule: the oldest first, and only as far as the capacity asked for it.
        Assert.Equal(statistics.AppendedEpisodes, statistics.Episodes + statistics.EvictedEpisodes);
        Assert.True(statistics.EvictedEpisodes > 0);
        Assert.InRange(statistics.Steps, statistics.CapacitySteps - 20, statistics.CapacitySteps);
        foreach (var agent in held.GroupBy(message => message.AgentId))
        {
            var numbers = agent.Select(message => (int)TestEpisodes.Mark(message.EpisodeId) % 1000).ToList();
            Assert.Equal(Enumerable.Range(EpisodesPerAgent - numbers.Count + 1, numbers.Count), numbers);
        }

        return statistics.AppendedEpisodes;
    }

    private static Episode Make(int agent, int number) => TestEpisodes.Make(TestEpisodes.Id(agent, number), length: 1 + ((agent + number) % 20), lastReward: agent % 3);
}
