using System.Diagnostics;
using System.Runtime.InteropServices;
using MemoryRL.Core;
using MemoryRL.Datasets;
using MemoryRL.Tests;

namespace MemoryRL.Programs.Tests;

public sealed class ImportTests : IDisposable
{
    private static readonly ExperienceSpec Spec = new(new BoxSpace(3), new BoxSpace(2, -1, 1)) { ExtraColumns = [new ColumnSpec("infos_qpos", ElementType.Float64, [2])] };

    private readonly TemporaryFolder _folder = new();

    private string State => System.IO.Path.Combine(_folder.Path, "state");

    public void Dispose() => _folder.Dispose();

    [Hdf5Theory]
    [InlineData("again.hdf5", "auto")]
    [InlineData("again.safetensors", "auto")]
    [InlineData("again", "safetensors")]
    [InlineData("again-v0", "minari")]
    public async Task What_is_imported_and_exported_again_is_the_same_step_for_step(string name, string format)
    {
        var episodes = Write("data.hdf5", 40);
        var (imported, output, errors) = await RunAsync("import", File("data.hdf5"), "--memory", "data", "--shards", "3");
        Assert.True(imported == 0, errors);
        Assert.Contains($"40 episodes of {episodes.Sum(episode => episode.Length):#,0} steps", output, StringComparison.Ordinal);
        var (exported, _, faults) = await RunAsync("export", "--memory", "data", "--out", File(name), "--format", format);
        Assert.True(exported == 0, faults);

        using var again = EpisodeSources.Open(File(name), new D4rlReaderOptions { Spec = Spec });
        Assert.Equal(Spec, again.Spec);
        Assert.Equal(episodes.Sum(episode => episode.Length), again.StepCount);
        var index = 0;
        foreach (var episode in again.ReadEpisodes())
        {
            Assert.Equal(episodes[index].End, episode.End);
            Assert.True(episodes[index].Observations.SequenceEqual(episode.Observations));
            Assert.True(episodes[index].Actions.SequenceEqual(episode.Actions));
            Assert.True(episodes[index].Rewards.SequenceEqual(episode.Rewards));
            Assert.True(episodes[index].Extra(0).SequenceEqual(episode.Extra(0)));
            index++;
        }

        Assert.Equal(40, index);
    }

    [Hdf5Fact]
    public async Task Safetensors_episodes_are_imported_too()
    {
        EpisodeFile.Save(File("few.safetensors"), Spec, [.. Episodes(5).Select(episode => new AgentEpisode(episode, "someone"))]);
        var (exitCode, output, errors) = await RunAsync("import", File("few.safetensors"), "--memory", "few");
        Assert.True(exitCode == 0, errors);
        Assert.Contains("memory 'few': 5 episodes", output, StringComparison.Ordinal);
    }

    [Hdf5Fact]
    public async Task A_memory_that_is_there_is_added_to_only_when_asked_and_never_twice()
    {
        _ = Write("data.hdf5", 8);
        Assert.Equal(0, (await RunAsync("import", File("data.hdf5"), "--memory", "data")).ExitCode);
        var (refused, _, errors) = await RunAsync("import", File("data.hdf5"), "--memory", "data");
        Assert.Equal(2, refused);
        Assert.Contains("--append", errors, StringComparison.Ordinal);
        var (again, output, _) = await RunAsync("import", File("data.hdf5"), "--memory", "data", "--append");
        Assert.Equal(0, again);
        Assert.Contains("8 of them there before", output, StringComparison.Ordinal);
        Assert.Contains("memory 'data': 8 episodes", output, StringComparison.Ordinal);
    }

    [H5pyFact]
    public async Task A_file_with_a_damaged_row_leaves_no_memory_behind()
    {
        _ = Write("whole.hdf5", 60);
        using (var python = Process.Start(new ProcessStartInfo(PythonFactAttribute.Interpreter, ["-c", $"import h5py; h5py.File('{File("whole.hdf5")}', 'a')['rewards'][-3] = float('nan')"]) { UseShellExecute = false })!)
        {
            await python.WaitForExitAsync();
            Assert.Equal(0, python.ExitCode);
        }

        var (exitCode, _, errors) = await RunAsync("import", File("whole.hdf5"), "--memory", "damaged");
        Assert.Equal(1, exitCode);
        Assert.Contains("rewards", errors, StringComparison.Ordinal);
        Assert.Contains("row", errors, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(State, "damaged*", SearchOption.AllDirectories));
        Assert.Equal(1, (await RunAsync("export", "--memory", "damaged", "--out", File("none.hdf5"))).ExitCode);
        Assert.False(System.IO.File.Exists(File("none.hdf5")));
    }

    [Fact]
    public async Task A_file_that_is_not_there_or_of_no_known_kind_is_refused_by_name()
    {
        Assert.Contains("nothing.safetensors", (await RunAsync("import", File("nothing.safetensors"), "--memory", "x")).Errors, StringComparison.Ordinal);
        Assert.Contains(".hdf5, .h5 or .safetensors, or a folder", (await RunAsync("import", File("data.csv"), "--memory", "x")).Errors, StringComparison.Ordinal);
        Assert.Contains("--task: expected one of", (await RunAsync("import", File("data.hdf5"), "--memory", "x", "--task", "hop")).Errors, StringComparison.Ordinal);
    }

    private string File(string name) => System.IO.Path.Combine(_folder.Path, name);

    private Task<(int ExitCode, string Output, string Errors)> RunAsync(params string[] arguments) => InProcessCli.RunAsync([.. arguments, "--state", State]);

    private List<Episode> Write(string name, int count)
    {
        var episodes = Episodes(count).ToList();
        using var writer = D4rlFile.Create(File(name), Spec);
        episodes.ForEach(writer.Append);
        writer.Complete();
        return episodes;
    }

    private static IEnumerable<Episode> Episodes(int count)
    {
        var random = new RandomStream(9);
        for (var number = 1; number <= count; number++)
        {
            var length = 1 + random.NextInt32(20);
            var (observations, actions, rewards, positions) = (new float[(length + 1) * 3], new float[length * 2], new float[length], new double[length * 2]);
            foreach (ref var value in observations.AsSpan())
            {
                value = (float)random.NextNormal();
            }

            foreach (ref var value in actions.AsSpan())
            {
                value = (2 * random.NextSingle()) - 1;
            }

            foreach (ref var value in positions.AsSpan())
            {
                value = random.NextNormal();
            }

            rewards.AsSpan().Fill(number);
            yield return Episode.Create(
                Spec, Guid.NewGuid(), number % 2 == 0 ? EpisodeEnd.Terminated : EpisodeEnd.Truncated, MemoryMarshal.AsBytes(observations.AsSpan()),
                MemoryMarshal.AsBytes(actions.AsSpan()), rewards, default, MemoryMarshal.AsBytes(positions.AsSpan()).ToArray());
        }
    }
}
