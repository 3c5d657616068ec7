using MemoryRL.Core;
using MemoryRL.Grains.Interfaces;

namespace MemoryRL.Grains.Tests;

[Collection(SharedHostCollection.Name)]
public sealed class MemoryGrainTests(SharedGrainHost shared)
{
    private readonly GrainHost _host = shared.Host;

    [Fact]
    public async Task A_memory_is_described_as_it_was_created()
    {
        var name = await _host.CreateMemoryAsync("described");
        var description = await _host.Grains.GetMemory(name).DescribeAsync();
        Assert.Equal(name, description.Name);
        Assert.Equal(TestEpisodes.Memory(), MemorySpec.FromJson(description.SpecJson));
    }

    [Fact]
    public async Task Creating_with_the_same_spec_again_changes_nothing()
    {
        var name = await _host.CreateMemoryAsync("again");
        _ = await _host.GetShard(name).AppendAsync(TestEpisodes.Append(TestEpisodes.Message(1)));
        _ = await _host.CreateMemoryAsync(name);
        Assert.Equal(1, (await _host.Grains.GetMemory(name).GetStatisticsAsync()).Episodes);
    }

    [Fact]
    public async Task Creating_with_another_spec_names_the_difference()
    {
        var name = await _host.CreateMemoryAsync("other");
        var error = await Assert.ThrowsAsync<MemorySpecMismatchException>(() => _host.CreateMemoryAsync(name, spec => spec with { CapacitySteps = 77 }));
        Assert.Equal(name, error.MemoryName);
        Assert.Contains("capacity_steps", error.Difference, StringComparison.Ordinal);
        Assert.Contains("10000", error.Difference, StringComparison.Ordinal);
        Assert.Contains("77", error.Difference, StringComparison.Ordinal);
        Assert.Equal(TestEpisodes.Memory(), MemorySpec.FromJson((await _host.Grains.GetMemory(name).DescribeAsync()).SpecJson));
    }

    [Theory]
    [InlineData("spec.capacity_steps", "{\"capacity_steps\": 0}")]
    [InlineData("spec.capacity_bytes", "{\"capacity_bytes\": 0}")]
    [InlineData("spec.shard_count", "{\"shard_count\": 0}")]
    [InlineData("spec.min_size_to_sample", "{\"min_size_to_sample\": 0}")]
    [InlineData("spec.max_episode_steps", "{\"max_episode_steps\": -1}")]
    [InlineData("spec.durability", "{\"durability\": \"Snapshot\"}")]
    [InlineData("spec.outcome.threshold", "{\"outcome\": {\"kind\": \"return-threshold\", \"threshold\": \"NaN\"}}")]
    [InlineData("spec.snapshot_period", "{\"snapshot_period\": \"00:00:00\"}")]
    [InlineData("spec", "{\"capacity\": 5}")]
    public async Task A_spec_that_is_not_allowed_is_refused_by_key_and_no_memory_is_there(string field, string change)
    {
        var json = System.Text.Json.Nodes.JsonNode.Parse(TestEpisodes.MemoryJson())!.AsObject();
        foreach (var (key, value) in System.Text.Json.Nodes.JsonNode.Parse(change)!.AsObject())
        {
            json[key] = value?.DeepClone();
        }

        var memory = _host.Grains.GetMemory($"refused {field}");
        var error = await Assert.ThrowsAsync<InvalidInputException>(() => memory.CreateAsync(json.ToJsonString()));
        Assert.Equal(field, error.Field);
        Assert.NotEmpty(error.Expected);
        Assert.NotEmpty(error.Actual);
        _ = await Assert.ThrowsAsync<UnknownMemoryException>(() => memory.DescribeAsync());
    }

    [Fact]
    public async Task A_memory_that_nobody_created_is_unknown_at_every_door()
    {
        const string Name = "nobody's";
        var append = TestEpisodes.Append(TestEpisodes.Message(1));
        var errors = new[]
        {
            await Assert.ThrowsAsync<UnknownMemoryException>(() => _host.Grains.GetMemory(Name).DescribeAsync()),
            await Assert.ThrowsAsync<UnknownMemoryException>(() => _host.Grains.GetMemory(Name).GetStatisticsAsync()),
            await Assert.ThrowsAsync<UnknownMemoryException>(() => _host.GetShard(Name).AppendAsync(append)),
            await Assert.ThrowsAsync<UnknownMemoryException>(() => _host.GetShard(Name).SampleAsync(new SampleRequest(1, 1, 1, TimeSpan.Zero))),
            await Assert.ThrowsAsync<UnknownMemoryException>(() => _host.GetAgent(Name).AppendAsync(append)),
            await Assert.ThrowsAsync<UnknownMemoryException>(() => _host.GetStore(Name, EpisodeOutcome.Success).GetStatisticsAsync()),
        };
        Assert.All(errors, error => Assert.Equal(Name, error.MemoryName));

        // Once it is created, the same doors open.
        _ = await _host.CreateMemoryAsync(Name);
        Assert.Equal(1, (await _host.GetAgent(Name).AppendAsync(append)).Stored);
    }

    [Fact]
    public async Task A_shard_that_the_memory_does_not_have_is_refused()
    {
        var name = await _host.CreateMemoryAsync("one shard");
        var error = await Assert.ThrowsAsync<InvalidInputException>(() => _host.GetShard(name, 1).GetStatisticsAsync());
        Assert.Equal("memory.shard", error.Field);
    }

    [Fact]
    public async Task Statistics_are_the_sums_of_the_shards()
    {
        var name = await _host.CreateMemoryAsync("sums", spec => spec with { ShardCount = 3 });
        for (var agent = 0; agent < 12; agent++)
        {
            var episode = TestEpisodes.Make(TestEpisodes.Id(agent, 1), length: agent + 1);
            _ = await _host.GetAgent(name, $"agent-{agent}").AppendAsync(TestEpisodes.Append(TestEpisodes.Message(episode, $"agent-{agent}")));
        }

        var statistics = await _host.Grains.GetMemory(name).GetStatisticsAsync();
        Assert.Equal(12, statistics.Episodes);
        Assert.Equal(78, statistics.Steps);
        Assert.Equal(78, statistics.AppendedSteps);
        var shards = await Task.WhenAll(Enumerable.Range(0, 3).Select(shard => _host.GetShard(name, shard).GetStatisticsAsync()));
        Assert.All(shards, shard => Assert.InRange(shard.Episodes, 1, 11));
        for (var agent = 0; agent < 12; agent++)
        {
            var home = MemoryShardKey.ForAgent(name, $"agent-{agent}", 3).Shard;
            Assert.Contains(await _host.GetShard(name, home).ReadAllAsync(), episode => episode.EpisodeId == TestEpisodes.Id(agent, 1));
        }
    }
}
