using System.Runtime.InteropServices;
using MemoryRL.Core;
using MemoryRL.Tests;

namespace MemoryRL.Datasets.Tests;

/// <summary>Files that h5py wrote, one for each generation of D4RL's layout, against the formulas they were written from.</summary>
public sealed class D4rlVariantTests : IDisposable
{
    private const int Rows = 1000;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [H5pyTheory]
    [InlineData("v2")]
    [InlineData("latest")]
    public void A_packed_file_with_next_observations_infos_and_metadata_reads_whole(string variant)
    {
        using var reader = Open(variant);
        var spec = new ExperienceSpec(new BoxSpace(11), new BoxSpace(3, -1, 1))
        {
            ExtraColumns =
            [
                new ColumnSpec("infos_action_log_probs", ElementType.Float32, []),
                new ColumnSpec("infos_counts", ElementType.Int64, []),
                new ColumnSpec("infos_qpos", ElementType.Float64, [6]),
            ],
        };
        Assert.Equal((spec, Rows), (reader.Spec, reader.StepCount));
        Assert.Equal(
            [("algorithm", "SAC"), ("iteration", "99"), ("policy/nonlinearity", "relu"), ("rate", "0.5"), ("title", "Hüpfer")],
            reader.Metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => (pair.Key, pair.Value)));
        Assert.Equal(["infos/note", "metadata/policy/fc0/weight"], reader.Ignored);

        var row = 0;
        foreach (var episode in reader.ReadEpisodes())
        {
            AssertFloats(episode, row, hasNext: true);
            for (var step = 0; step < episode.Length; step++, row++)
            {
                Assert.Equal(-(row / 4f - 3), MemoryMarshal.Cast<byte, float>(episode.Extra(0))[step]);
                Assert.Equal(row * 10_000_000_000L, MemoryMarshal.Cast<byte, long>(episode.Extra(1))[step]);
                Assert.Equal((row + (5 / 8.0)) / 3, MemoryMarshal.Cast<byte, double>(episode.Extra(2))[(step * 6) + 5]);
            }

            Assert.Equal(row % 90 == 0 ? EpisodeEnd.Terminated : EpisodeEnd.Truncated, episode.End);
        }

        // The last 10 rows belong to no ended episode.
        Assert.Equal(990, row);
    }

    [H5pyFact]
    public void A_file_without_timeouts_is_cut_by_the_step_limit()
    {
        using var reader = Open("v0", new D4rlReaderOptions { MaxEpisodeSteps = 40 });
        Assert.Equal(new BoxSpace(3), reader.Spec.Action);
        var row = 0;
        foreach (var episode in reader.ReadEpisodes())
        {
            Assert.Equal(row % 90 == 80 ? (10, EpisodeEnd.Terminated) : (40, EpisodeEnd.Truncated), (episode.Length, episode.End));
            AssertFloats(episode, row, hasNext: false, actionScale: 3);
            row += episode.Length;
        }

        Assert.Equal(990, row);
    }

    [H5pyTheory]
    [InlineData("replay")]
    [InlineData("foreign")]
    public void Wider_numbers_columns_of_one_and_other_packings_read_as_the_same_steps(string variant)
    {
        using var reader = Open(variant);
        Assert.Equal(new ExperienceSpec(new BoxSpace(11), new BoxSpace(3, -1, 1)), reader.Spec);
        Assert.Equal([90, 90, 90, 90, 40, 50, 90, 90, 90, 80, 10, 90, 90], reader.ReadEpisodes().Select(episode => episode.Length));
        var row = 0;
        foreach (var episode in reader.ReadEpisodes())
        {
            AssertFloats(episode, row, hasNext: false);
            row += episode.Length;
        }
    }

    [H5pyFact]
    public void Pictures_and_choices_read_as_bytes_and_whole_numbers()
    {
        using var reader = Open("pictures");
        Assert.Equal(new ExperienceSpec(new BoxSpace([4, 5, 3], [0], [255], ElementType.UInt8), new DiscreteSpace(6)), reader.Spec);
        var row = 0;
        foreach (var episode in reader.ReadEpisodes())
        {
            for (var step = 0; step < episode.Length; step++)
            {
                Assert.Equal((row + step) % 6, MemoryMarshal.Cast<byte, int>(episode.Actions)[step]);
            }

            for (var i = 0; i < episode.Length * 60; i++)
            {
                Assert.Equal(((row * 60) + i) % 251, episode.Observations[i]);
            }

            row += episode.Length;
        }

        Assert.Equal(990, row);
    }

    [H5pyFact]
    public void A_file_reads_the_same_twice_ids_included()
    {
        using var first = Open("v2");
        using var second = D4rlFile.Open(first.Path);
        var ids = first.ReadEpisodes().Select(episode => episode.Id).ToList();
        Assert.Equal(ids, second.ReadEpisodes().Select(episode => episode.Id));
        Assert.Equal(ids, first.ReadEpisodes().Select(episode => episode.Id));
    }

    [H5pyFact]
    public void A_spec_of_the_caller_decides_what_is_read()
    {
        var spec = new ExperienceSpec(new BoxSpace(11), new BoxSpace(3, -2, 2)) { ExtraColumns = [new ColumnSpec("infos_qpos", ElementType.Float32, [6])] };
        using var reader = Open("v2", new D4rlReaderOptions { Spec = spec });
        var episode = reader.ReadEpisodes().First();
        Assert.Same(spec, episode.Spec);
        Assert.Equal((float)((3 + (1 / 8.0)) / 3), MemoryMarshal.Cast<byte, float>(episode.Extra(0))[(3 * 6) + 1]);
        Assert.Contains("infos/counts", reader.Ignored);
        using var bare = D4rlFile.Open(reader.Path, new D4rlReaderOptions { IncludeInfos = false });
        Assert.Empty(bare.Spec.ExtraColumns);
    }

    [Hdf5Fact("demonstrations/adroit-door-human.hdf5")]
    public void The_real_recordings_of_people_opening_a_door_read_whole()
    {
        var path = DataFolder.Path("demonstrations/adroit-door-human.hdf5");
        using var reader = D4rlFile.Open(path);
        var lengths = reader.ReadEpisodes().Select(episode => (episode.Length, episode.End)).ToList();
        Assert.Equal((25, 6729), (lengths.Count, lengths.Sum(episode => episode.Length)));
        Assert.All(lengths, episode => Assert.Equal(EpisodeEnd.Truncated, episode.End));
        Assert.Equal((300, 293), (lengths[0].Length, lengths[5].Length));
        using var transitions = D4rlFile.Open(path, new D4rlReaderOptions { Rule = D4rlRule.Transitions });
        Assert.Equal(6729 - 25, transitions.ReadEpisodes().Sum(episode => episode.Length));
    }

    private static void AssertFloats(Episode episode, int row, bool hasNext, float actionScale = 1)
    {
        var observations = MemoryMarshal.Cast<byte, float>(episode.Observations);
        var actions = MemoryMarshal.Cast<byte, float>(episode.Actions);
        for (var step = 0; step <= episode.Length; step++)
        {
            var shown = step == episode.Length && !hasNext ? step - 1 : step;
            for (var i = 0; i < 11; i++)
            {
                Assert.Equal(row + shown + (i / 8f), observations[(step * 11) + i]);
            }
        }

        for (var step = 0; step < episode.Length; step++)
        {
            Assert.Equal(((row + step) / 4f) - 3, episode.Rewards[step]);
            for (var i = 0; i < 3; i++)
            {
                Assert.Equal((float)((((((row + step) * 7) + i) % 17) / 16.0) - 0.5) * actionScale, actions[(step * 3) + i]);
            }
        }
    }

    private D4rlReader Open(string variant, D4rlReaderOptions? options = null)
    {
        var path = _folder[$"{variant}.hdf5"];
        H5py.Write(path, variant);
        return D4rlFile.Open(path, options);
    }
}
