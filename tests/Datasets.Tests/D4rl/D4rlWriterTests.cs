using System.Runtime.InteropServices;
using MemoryRL.Core;
using MemoryRL.Tests;

namespace MemoryRL.Datasets.Tests;

public sealed class D4rlWriterTests : IDisposable
{
    private static readonly ExperienceSpec Hopper = new(new BoxSpace(11), new BoxSpace(3, -1, 1))
    {
        ExtraColumns = [new ColumnSpec("infos_qpos", ElementType.Float64, [6]), ColumnSpec.BehaviorLogProbability, new ColumnSpec("infos_seen", ElementType.Boolean, [])],
    };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [H5pyFact]
    public void H5py_reads_the_arrays_that_were_written()
    {
        var episodes = SampleEpisodes.Random(Hopper, [700, 1, 2500, 40], seed: 3);
        var path = Write("hopper.hdf5", Hopper, episodes, writer =>
        {
            writer.SetMetadata("algorithm", "SAC");
            writer.SetMetadata("policy/note", "Hüpfer");
            writer.SetMetadata("empty", "");
        });
        var read = H5py.Read(path);
        const int Rows = 3241;
        AssertArray("observations", "<f4", [.. episodes.SelectMany(episode => episode.Observations[..^44].ToArray())], Rows, 11);
        AssertArray("next_observations", "<f4", [.. episodes.SelectMany(episode => episode.Observations[44..].ToArray())], Rows, 11);
        AssertArray("actions", "<f4", [.. episodes.SelectMany(episode => episode.Actions.ToArray())], Rows, 3);
        AssertArray("rewards", "<f4", [.. episodes.SelectMany(episode => MemoryMarshal.AsBytes(episode.Rewards).ToArray())], Rows);
        AssertArray("terminals", "|b1", Flags(EpisodeEnd.Terminated), Rows);
        AssertArray("timeouts", "|b1", Flags(EpisodeEnd.Truncated), Rows);
        AssertArray("infos/qpos", "<f8", [.. episodes.SelectMany(episode => episode.Extra(0).ToArray())], Rows, 6);
        AssertArray("infos/action_log_probs", "<f4", [.. episodes.SelectMany(episode => episode.Extra(1).ToArray())], Rows);
        AssertArray("infos/seen", "|b1", [.. episodes.SelectMany(episode => episode.Extra(2).ToArray())], Rows);
        Assert.Equal(("SAC", "Hüpfer", ""), (Text("metadata/algorithm"), Text("metadata/policy/note"), Text("metadata/empty")));
        Assert.Equal(14, read.Count);

        byte[] Flags(EpisodeEnd end) => [.. episodes.SelectMany(episode => Enumerable.Range(1, episode.Length).Select(step => step == episode.Length && episode.End == end ? (byte)1 : (byte)0))];

        void AssertArray(string place, string type, byte[] bytes, params int[] shape) => Assert.Equal(H5py.Describe(type, bytes, "gzip", shape), read[place]!.ToJsonString());

        string Text(string place) => (string)read[place]!["text"]!;
    }

    [Hdf5Theory]
    [InlineData(0)]
    [InlineData(9)]
    public void What_was_written_reads_back_with_its_spec(int level)
    {
        foreach (var spec in SampleEpisodes.Specs.Append(Hopper))
        {
            var episodes = SampleEpisodes.Random(spec, [3, 1, 900, 40], seed: 5);
            var path = Write("file.hdf5", spec, episodes, options: new D4rlWriterOptions { CompressionLevel = level, IncludePolicyVersions = true });
            using var reader = D4rlFile.Open(path);
            Assert.Equal((spec, episodes.Sum(episode => (long)episode.Length)), (reader.Spec, reader.StepCount));
            SampleEpisodes.AssertEqual(episodes, reader.ReadEpisodes().ToList());
            Assert.Empty(reader.Ignored);
        }
    }

    [Hdf5Fact]
    public void A_file_without_episodes_reads_back_empty()
    {
        using var reader = D4rlFile.Open(Write("empty.hdf5", Hopper, []));
        Assert.Equal((Hopper, 0L), (reader.Spec, reader.StepCount));
        Assert.Empty(reader.ReadEpisodes());
    }

    [Hdf5Fact]
    public void The_same_episode_twice_in_a_file_has_two_ids()
    {
        var episode = SampleEpisodes.Random(Hopper, [30], seed: 8)[0];
        using var reader = D4rlFile.Open(Write("twice.hdf5", Hopper, [episode, episode]));
        Assert.Equal(2, reader.ReadEpisodes().Select(read => read.Id).Distinct().Count());
    }

    [Hdf5Fact]
    public void The_same_content_gives_the_same_bytes()
    {
        var episodes = SampleEpisodes.Random(Hopper, [30, 20], seed: 8);
        var path = Write("a.hdf5", Hopper, episodes, writer => writer.SetMetadata("policy/note", "of no time"));
        Assert.Equal(File.ReadAllBytes(path), File.ReadAllBytes(Write("b.hdf5", Hopper, episodes, writer => writer.SetMetadata("policy/note", "of no time"))));
        ObjectHeaders.AssertTimeless(path);
    }

    [Hdf5Fact]
    public void A_file_that_is_not_completed_leaves_nothing_and_harms_nothing()
    {
        var episodes = SampleEpisodes.Random(Hopper, [30, 20], seed: 8);
        var path = Write("data.hdf5", Hopper, episodes);
        var before = File.ReadAllBytes(path);
        using (var writer = D4rlFile.Create(path, Hopper))
        {
            writer.Append(episodes[0]);
            Assert.Equal(2, _folder.Names.Count());
        }

        Assert.Equal(["data.hdf5"], _folder.Names);
        Assert.Equal(before, File.ReadAllBytes(path));
    }

    [Hdf5Fact]
    public void What_does_not_fit_is_refused_by_name_and_the_file_goes_on()
    {
        using var writer = D4rlFile.Create(_folder["data.hdf5"], Hopper);
        AssertField("episode.spec", () => writer.Append(SampleEpisodes.Random(SampleEpisodes.Specs[0], [3], seed: 1)[0]));
        writer.SetMetadata("policy/a", "1");
        foreach (var key in new[] { "", "/a", "a//b", "..", "policy", "policy/a/b", "memoryrl/other", "memoryrl" })
        {
            AssertField("metadata.key", () => writer.SetMetadata(key, "2"));
        }

        AssertField("metadata.value", () => writer.SetMetadata("b", "\0"));
        writer.Append(SampleEpisodes.Random(Hopper, [3], seed: 1)[0]);
        writer.Complete();
        Assert.Throws<InvalidOperationException>(writer.Complete);
        var clash = Hopper with { ExtraColumns = [new ColumnSpec("infos_x", ElementType.Int32, []), new ColumnSpec("x", ElementType.Int32, [])] };
        AssertField("spec.extra_columns.name", () => D4rlFile.Create(_folder["b.hdf5"], clash));
        AssertField("compression_level", () => D4rlFile.Create(_folder["b.hdf5"], Hopper, new D4rlWriterOptions { CompressionLevel = 10 }));
        Assert.Equal(["data.hdf5"], _folder.Names);

        static void AssertField(string field, Action action) => Assert.Equal(field, Assert.Throws<InvalidExperienceException>(action).Field);
    }

    [Hdf5Fact]
    public void Files_are_read_and_written_on_many_threads_at_once()
    {
        Parallel.For(0, 8, number =>
        {
            var episodes = SampleEpisodes.Random(Hopper, [700, 30, 400], (ulong)number);
            var path = Write($"{number}.hdf5", Hopper, episodes, options: new D4rlWriterOptions { IncludePolicyVersions = true });
            using var reader = D4rlFile.Open(path);
            SampleEpisodes.AssertEqual(episodes, reader.ReadEpisodes().ToList());
        });
    }

    private string Write(string name, ExperienceSpec spec, IReadOnlyList<Episode> episodes, Action<D4rlWriter>? more = null, D4rlWriterOptions? options = null)
    {
        var path = _folder[name];
        using var writer = D4rlFile.Create(path, spec, options);
        foreach (var episode in episodes)
        {
            writer.Append(episode);
        }

        more?.Invoke(writer);
        writer.Complete();
        Assert.Equal((episodes.Count, episodes.Sum(episode => (long)episode.Length)), (writer.EpisodeCount, writer.StepCount));
        return path;
    }
}
