using MemoryRL.Core;
using MemoryRL.Tests;

namespace MemoryRL.Datasets.Tests;

/// <summary>Files that are whole HDF5 but lie, lack something or hold what no episode may: the error names file, dataset and row.</summary>
public sealed class D4rlFaultTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [H5pyTheory]
    [InlineData("no-actions", "actions", null, "expected a dataset but got nothing")]
    [InlineData("group", "rewards", null, "expected a dataset but got a group")]
    [InlineData("short-rewards", "rewards", null, "expected 1000 rows, to match the others, but got 999")]
    [InlineData("wide-rewards", "rewards", null, "expected rows of shape [] but got [2]")]
    [InlineData("single-terminals", "terminals", null, "expected 1000 rows, to match the others, but got a single value")]
    [InlineData("text-terminals", "terminals", null, "expected numbers that can be read as bool but got text")]
    [InlineData("terminals-of-two", "terminals", 89, "expected a number that bool can hold but got 2")]
    [InlineData("terminals-of-halves", "terminals", 89, "expected a number that bool can hold but got 0.5")]
    [InlineData("compound-actions", "actions", null, "expected rows of numbers but got a type that is no number")]
    [InlineData("half-observations", "observations", null, "expected rows of numbers but got a type that is no number")]
    [InlineData("empty-observations", "observations", null, "expected rows of numbers but got float32[1000, 0]")]
    [InlineData("negative-choice", "actions", 17, "expected a choice from 0")]
    [InlineData("nan-observation", "observations", 123, "a finite number at step 33, element 4 of the episode but got NaN")]
    [InlineData("infinite-reward", "rewards", 7, "a finite number")]
    [InlineData("huge-reward", "rewards", 8, "a finite number")]
    [InlineData("nan-action", "actions", 99, "a finite number")]
    [InlineData("nan-info", "infos/qpos", 91, "a finite number")]
    [InlineData("nan-next", "next_observations", 89, "a finite number")]
    [InlineData("short-info", "infos/qpos", null, "expected 1000 rows")]
    [InlineData("hollow", "rewards", 0, "expected a chunk of rows in the file but there is none")]
    [InlineData("hollow-plain", "rewards", null, "expected 4000 bytes in the file but got 0")]
    [InlineData("external", "rewards", null, "expected its rows in this file but they are kept in others")]
    [InlineData("spec", "metadata/memoryrl/spec", null, "")]
    [InlineData("lzf", "actions", null, "h5repack")]
    public void A_file_that_lies_is_refused_by_dataset_and_row(string variant, string dataset, int? row, string fault)
    {
        var path = _folder["file.hdf5"];
        H5py.Write(path, variant);
        var error = Assert.Throws<DatasetFormatException>(() => Read(path));
        Assert.Equal((path, dataset, row), (error.File, error.Dataset, error.Row));
        Assert.Contains(fault, error.Fault, StringComparison.Ordinal);
        Assert.StartsWith(row is null ? $"{path}: '{dataset}': " : $"{path}: '{dataset}', row {row}: ", error.Message, StringComparison.Ordinal);
    }

    [H5pyFact]
    public void An_action_outside_the_spec_of_the_caller_is_refused_by_row()
    {
        var path = _folder["file.hdf5"];
        H5py.Write(path, "v0");
        var spec = new ExperienceSpec(new BoxSpace(11), new BoxSpace(3, -1, 1));
        var error = Assert.Throws<DatasetFormatException>(() => Read(path, new D4rlReaderOptions { Spec = spec }));
        Assert.Equal(("actions", 0L), (error.Dataset, error.Row));
        error = Assert.Throws<DatasetFormatException>(() => Read(path, new D4rlReaderOptions { Spec = spec with { Observation = new BoxSpace(12) } }));
        Assert.Equal(("observations", "expected rows of shape [12] but got [11]."), (error.Dataset, error.Fault));
        Assert.Equal("max_episode_steps", Assert.Throws<InvalidExperienceException>(() => D4rlFile.Open(path, new D4rlReaderOptions { MaxEpisodeSteps = 0 })).Field);
    }

    [Hdf5Fact]
    public void What_is_no_hdf5_file_is_refused_as_such()
    {
        var path = _folder["file.hdf5"];
        Assert.Throws<FileNotFoundException>(() => Read(path));
        foreach (var text in new[] { "", "Not HDF5 but long enough to be looked at twice, and then some more of it.", "\u0089HDF\r\n\u001a\n" })
        {
            File.WriteAllText(path, text, System.Text.Encoding.Latin1);
            var error = Assert.Throws<DatasetFormatException>(() => Read(path));
            Assert.Equal((path, null), (error.File, error.Dataset));
        }
    }

    private static void Read(string path, D4rlReaderOptions? options = null)
    {
        using var reader = D4rlFile.Open(path, options);
        _ = reader.ReadEpisodes().Count();
    }
}
