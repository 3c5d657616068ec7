using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using MemoryRL.Core;
using MemoryRL.Tests;

namespace MemoryRL.Datasets.Tests;

public sealed class MinariTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Metadata => Path.Combine(_folder["data-set"], "data", "metadata.json");

    public void Dispose() => _folder.Dispose();

    [Hdf5Fact]
    public void What_was_written_reads_back_with_its_spec()
    {
        foreach (var spec in SampleEpisodes.Specs)
        {
            var folder = _folder[$"{spec.Fingerprint}"];
            var episodes = Write(folder, spec, [3, 1, 900, 40]);
            using var reader = MinariDataset.Open(folder);
            Assert.Equal((spec, 4L, 944L), (reader.Spec, reader.EpisodeCount, reader.StepCount));
            Assert.Equal(("me", "memoryrl/sample-v0"), (reader.Metadata["author"], reader.Metadata["dataset_id"]));
            var read = reader.ReadEpisodes().ToList();
            SampleEpisodes.AssertEqual(episodes, read);
            Assert.Equal(read.Select(episode => episode.Id), MinariDataset.Open(Path.Combine(folder, "data")).ReadEpisodes().Select(episode => episode.Id));
        }
    }

    [H5pyFact]
    public void H5py_reads_the_arrays_in_minaris_types_and_places()
    {
        var episodes = Write(_folder["data-set"], SampleEpisodes.Specs[0], [3, 5]);
        var path = Path.Combine(_folder["data-set"], "data", "main_data.hdf5");
        ObjectHeaders.AssertTimeless(path);
        var read = H5py.Read(path);
        for (var i = 0; i < 2; i++)
        {
            var length = episodes[i].Length;
            AssertArray("observations", "<i8", MemoryMarshal.AsBytes<long>(Wide(episodes[i].Observations)), length + 1);
            AssertArray("actions", "<i8", MemoryMarshal.AsBytes<long>(Wide(episodes[i].Actions)), length);
            AssertArray("rewards", "<f8", MemoryMarshal.AsBytes<double>([.. episodes[i].Rewards.ToArray().Select(reward => (double)reward)]), length);
            AssertArray("terminations", "|b1", [.. new byte[length - 1], i == 0 ? (byte)1 : (byte)0], length);
            AssertArray("truncations", "|b1", [.. new byte[length - 1], i == 1 ? (byte)1 : (byte)0], length);
            AssertArray("infos/count", "<i8", episodes[i].Extra(1), length);
            Assert.Equal((i, length), ((int)read[$"episode_{i}@id"]!, (int)read[$"episode_{i}@total_steps"]!));

            void AssertArray(string name, string type, ReadOnlySpan<byte> bytes, int rows) =>
                Assert.Equal(H5py.Describe(type, bytes, null, rows), read[$"episode_{i}/{name}"]!.ToJsonString());
        }

        var metadata = JsonNode.Parse(File.ReadAllText(Metadata))!.AsObject();
        Assert.Equal((2, 8, "hdf5"), ((int)metadata["total_episodes"]!, (int)metadata["total_steps"]!, (string)metadata["data_format"]!));
        Assert.Equal("""{"type": "Discrete", "dtype": "int64", "start": 0, "n": 104}""", (string)metadata["observation_space"]!);

        static long[] Wide(ReadOnlySpan<byte> values) => [.. MemoryMarshal.Cast<byte, int>(values).ToArray().Select(value => (long)value)];
    }

    [H5pyFact]
    public void A_goal_task_that_h5py_wrote_reads_as_one_flat_observation()
    {
        var data = Directory.CreateDirectory(Path.Combine(_folder["data-set"], "data")).FullName;
        H5py.Write(Path.Combine(data, "main_data.hdf5"), "minari-goal");
        const string Box = """{"type": "Box", "dtype": "float64", "shape": [SIZE], "low": [LOWS], "high": [HIGHS]}""";
        File.WriteAllText(Metadata, new JsonObject
        {
            ["total_episodes"] = 3,
            ["total_steps"] = 12,
            ["data_format"] = "hdf5",
            ["observation_space"] = $$$"""{"type": "Dict", "subspaces": {"achieved_goal": {{{Sized(2)}}}, "desired_goal": {{{Sized(2)}}}, "observation": {{{Sized(4)}}}}}""",
            ["action_space"] = """{"type": "Box", "dtype": "float32", "shape": [2], "low": [-1.0, -1.0], "high": [1.0, 1.0]}""",
            ["author"] = new JsonArray("a", "b"),
        }.ToJsonString());
        using var reader = MinariDataset.Open(_folder["data-set"]);
        Assert.Equal(new ExperienceSpec(new BoxSpace(8), new BoxSpace(2, -1, 1)), reader.Spec);
        Assert.Equal("""["a","b"]""", reader.Metadata["author"]);
        var number = 0;
        foreach (var episode in reader.ReadEpisodes())
        {
            Assert.Equal((3 + number, number == 1 ? EpisodeEnd.Terminated : EpisodeEnd.Truncated), (episode.Length, episode.End));
            var observations = MemoryMarshal.Cast<byte, float>(episode.Observations);
            for (var step = 0; step <= episode.Length; step++)
            {
                Assert.Equal([100 + step, 100 + step, 200 + step, 200 + step, 300 + step, 300 + step, 300 + step, 300 + step], observations.Slice(step * 8, 8).ToArray());
            }

            number++;
        }

        // Minari keeps a row for the reset before those of the steps.
        using var informed = MinariDataset.Open(_folder["data-set"], reader.Spec with { ExtraColumns = [new ColumnSpec("infos_success", ElementType.Boolean, [])] });
        Assert.All(informed.ReadEpisodes(), episode => Assert.Equal([.. new byte[episode.Length - 1], (byte)1], episode.Extra(0).ToArray()));

        static string Sized(int size) => Box.Replace("SIZE", $"{size}", StringComparison.Ordinal)
            .Replace("LOWS", string.Join(", ", Enumerable.Repeat("-Infinity", size)), StringComparison.Ordinal)
            .Replace("HIGHS", string.Join(", ", Enumerable.Repeat("Infinity", size)), StringComparison.Ordinal);
    }

    [Hdf5Theory]
    [InlineData("observation_space", "{\"type\": \"Tuple\", \"subspaces\": []}", "Tuple")]
    [InlineData("observation_space", "{\"type\": \"Dict\", \"subspaces\": {\"a\": {\"type\": \"Discrete\", \"n\": 2}}}", "Discrete")]
    [InlineData("action_space", "{\"type\": \"MultiDiscrete\"}", "MultiDiscrete")]
    [InlineData("action_space", "{\"type\": \"Discrete\", \"start\": 1, \"n\": 3}", "from 1")]
    [InlineData("action_space", "{\"type\"", "")]
    [InlineData("action_space", null, "there is none")]
    [InlineData("data_format", "arrow", "arrow")]
    [InlineData("total_steps", "x", "x")]
    public void Metadata_that_cannot_be_kept_are_refused_by_name(string field, string? value, string fault)
    {
        var spec = SampleEpisodes.Specs[0] with { ExtraColumns = [] };
        Write(_folder["data-set"], spec, [3]);
        Change(field, value);
        var error = Assert.Throws<DatasetFormatException>(() => MinariDataset.Open(_folder["data-set"]));
        Assert.Equal((Metadata, field), (error.File, error.Dataset));
        Assert.Contains(fault, error.Fault, StringComparison.Ordinal);
    }

    [Hdf5Fact]
    public void More_steps_or_episodes_than_there_are_are_refused()
    {
        Write(_folder["data-set"], SampleEpisodes.Specs[2], [3, 4]);
        Change("total_steps", "9");
        AssertFault(Metadata, "total_steps");
        Change("total_steps", "7");
        Change("total_episodes", "3");
        AssertFault(Path.Combine(_folder["data-set"], "data", "main_data.hdf5"), "episode_2/rewards");
        File.WriteAllText(Metadata, "[]");
        AssertFault(Metadata, null);

        void AssertFault(string file, string? place)
        {
            var error = Assert.Throws<DatasetFormatException>(() =>
            {
                using var reader = MinariDataset.Open(_folder["data-set"]);
                _ = reader.ReadEpisodes().Count();
            });
            Assert.Equal((file, place), (error.File, error.Dataset));
        }
    }

    [Hdf5Fact]
    public void A_data_set_that_is_not_completed_leaves_nothing_and_one_that_is_there_is_kept()
    {
        var spec = SampleEpisodes.Specs[2];
        using (var writer = MinariDataset.Create(_folder["data-set"], spec, "a-v0"))
        {
            SampleEpisodes.Random(spec, [3], seed: 1).ForEach(writer.Append);
            AssertField("metadata.field", () => writer.SetMetadata("total_steps", "1"));
            AssertField("episode.spec", () => writer.Append(SampleEpisodes.Random(SampleEpisodes.Specs[0], [3], seed: 1)[0]));
        }

        Assert.Empty(_folder.Names);
        Write(_folder["data-set"], spec, [3]);
        AssertField("folder", () => MinariDataset.Create(_folder["data-set"], spec, "a-v0"));
        AssertField("dataset_id", () => MinariDataset.Create(_folder["b"], spec, ""));

        static void AssertField(string field, Action action) => Assert.Equal(field, Assert.Throws<InvalidExperienceException>(action).Field);
    }

    // Minari has no place for policy versions.
    private static List<Episode> Write(string folder, ExperienceSpec spec, int[] lengths)
    {
        var episodes = SampleEpisodes.Random(spec, lengths, seed: 7, hasVersions: false);
        using var writer = MinariDataset.Create(folder, spec, "memoryrl/sample-v0");
        writer.SetMetadata("author", "me");
        episodes.ForEach(writer.Append);
        writer.Complete();
        return episodes;
    }

    private void Change(string field, string? value)
    {
        var metadata = JsonNode.Parse(File.ReadAllText(Metadata))!.AsObject();
        metadata[field] = value is null ? null : int.TryParse(value, out var number) ? JsonValue.Create(number) : JsonValue.Create(value);
        if (value is null)
        {
            metadata.Remove(field);
        }

        metadata.Remove("memoryrl_spec");
        File.WriteAllText(Metadata, metadata.ToJsonString());
    }
}
