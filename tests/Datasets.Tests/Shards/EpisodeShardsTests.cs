using System.Text.Json.Nodes;
using MemoryRL.Core;

namespace MemoryRL.Datasets.Tests;

public sealed class EpisodeShardsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1, 7)]
    [InlineData(3, 3)]
    [InlineData(100, 1)]
    public void Episodes_come_back_in_order_from_however_many_files(int perShard, int shards)
    {
        foreach (var spec in SampleEpisodes.Specs)
        {
            var folder = _folder[$"{spec.Fingerprint}"];
            var written = Write(folder, spec, new EpisodeShardsOptions { MaxShardEpisodes = perShard });
            var reader = EpisodeShards.Open(folder);
            Assert.Equal((spec, shards, 7L, (long)written.Sum(episode => episode.Episode.Length)), (reader.Spec, reader.ShardCount, reader.EpisodeCount, reader.StepCount));
            var read = reader.ReadEpisodes().ToList();
            SampleEpisodes.AssertEqual([.. written.Select(episode => episode.Episode)], [.. read.Select(episode => episode.Episode)]);
            Assert.Equal(written.Select(Facts), read.Select(Facts));
            Assert.Equal(shards + 1, Directory.GetFiles(folder).Length);
        }

        static (Guid, string, EpisodeOutcome) Facts(AgentEpisode episode) => (episode.Episode.Id, episode.AgentId, episode.Outcome);
    }

    [Fact]
    public void A_file_is_full_at_its_bytes_and_an_episode_is_never_cut()
    {
        Write(_folder["data"], SampleEpisodes.Specs[2], new EpisodeShardsOptions { MaxShardBytes = 1 });
        Assert.Equal(7, EpisodeShards.Open(_folder["data"]).ShardCount);
    }

    [Fact]
    public void A_data_set_without_episodes_comes_back_empty()
    {
        using (var writer = EpisodeShards.Create(_folder["data"], SampleEpisodes.Specs[0]))
        {
            writer.Complete();
        }

        Assert.Empty(EpisodeShards.Open(_folder["data"]).ReadEpisodes());
    }

    [Fact]
    public void A_data_set_that_is_not_completed_leaves_nothing()
    {
        using (var writer = EpisodeShards.Create(_folder["data"], SampleEpisodes.Specs[0], new EpisodeShardsOptions { MaxShardEpisodes = 1 }))
        {
            Sample(SampleEpisodes.Specs[0]).ForEach(writer.Append);
            Assert.Single(_folder.Names);
        }

        Assert.Empty(_folder.Names);
    }

    [Fact]
    public void What_does_not_fit_is_refused_by_name()
    {
        var spec = SampleEpisodes.Specs[0];
        var episode = Sample(spec)[0];
        using var writer = EpisodeShards.Create(_folder["data"], spec);
        writer.Append(episode);
        AssertField("episode.id", () => writer.Append(episode));
        AssertField("episode.agent_id", () => writer.Append(Sample(spec)[1] with { AgentId = "" }));
        AssertField("episode.spec", () => writer.Append(Sample(SampleEpisodes.Specs[1])[0]));
        writer.Complete();
        AssertField("folder", () => EpisodeShards.Create(_folder["data"], spec));
        AssertField("max_shard_bytes", () => EpisodeShards.Create(_folder["b"], spec, new EpisodeShardsOptions { MaxShardBytes = 0 }));

        static void AssertField(string field, Action action) => Assert.Equal(field, Assert.Throws<InvalidExperienceException>(action).Field);
    }

    [Theory]
    [InlineData("format", "\"other\"", "format")]
    [InlineData("format_version", "\"2\"", "format_version")]
    [InlineData("spec", "null", "spec")]
    [InlineData("shards", "[{\"file\":\"../a\",\"episodes\":1,\"steps\":1,\"sha256\":\"\"}]", "shards[0].file")]
    [InlineData("shards", "[{\"file\":\"a\",\"episodes\":0,\"steps\":1,\"sha256\":\"\"}]", "shards[0].steps")]
    [InlineData("shards", "[{\"file\":\"a\",\"episodes\":1,\"steps\":1,\"sha256\":\"\"}]", "shards[0].sha256")]
    [InlineData("shards", "3", null)]
    public void A_damaged_index_is_refused_by_field(string field, string value, string? at)
    {
        Write(_folder["data"], SampleEpisodes.Specs[0], new EpisodeShardsOptions());
        var path = Path.Combine(_folder["data"], "index.json");
        var index = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        index[field] = JsonNode.Parse(value);
        File.WriteAllText(path, index.ToJsonString());
        var error = Assert.Throws<DatasetFormatException>(() => EpisodeShards.Open(_folder["data"]));
        Assert.Equal((path, at), (error.File, error.Dataset));
    }

    [Fact]
    public void A_file_that_is_missing_or_another_than_was_written_is_refused_by_name()
    {
        Write(_folder["data"], SampleEpisodes.Specs[0], new EpisodeShardsOptions { MaxShardEpisodes = 3 });
        var (second, third) = (Path.Combine(_folder["data"], "shard-00001.safetensors"), Path.Combine(_folder["data"], "shard-00002.safetensors"));
        File.Copy(third, second, overwrite: true);
        AssertFault(second);
        File.Delete(second);
        AssertFault(second);

        void AssertFault(string file) => Assert.Equal(file, Assert.Throws<DatasetFormatException>(() => EpisodeShards.Open(_folder["data"]).ReadEpisodes().Count()).File);
    }

    private static List<AgentEpisode> Write(string folder, ExperienceSpec spec, EpisodeShardsOptions options)
    {
        var episodes = Sample(spec);
        using var writer = EpisodeShards.Create(folder, spec, options);
        episodes.ForEach(writer.Append);
        writer.Complete();
        return episodes;
    }

    private static List<AgentEpisode> Sample(ExperienceSpec spec) =>
        [.. SampleEpisodes.Random(spec, [4, 1, 30, 2, 8, 5, 6], seed: 6).Select((episode, i) => new AgentEpisode(episode, $"agent-{i % 2}", (EpisodeOutcome)(i % 3)))];
}
