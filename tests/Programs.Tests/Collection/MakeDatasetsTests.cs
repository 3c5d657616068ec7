using System.Text.Json;
using System.Xml.Linq;
using MemoryRL.Core;
using MemoryRL.Datasets;
using MemoryRL.Tests;

namespace MemoryRL.Programs.Tests;

public sealed class MakeDatasetsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [DatasetFact("policies/gailtrpo_Hopper_0000.json", "policies/ku2482_Hopper.json", "policies/lerp_Hopper_80.json")]
    public async Task Hoppers_four_data_sets_are_made_once_and_have_a_card()
    {
        string[] arguments = ["make-datasets", "hopper", "--steps", "3000", "--policies", Path.GetDirectoryName(DataFolder.Path("policies/ku2482_Hopper.json"))!, "--out", _folder.Path];
        var (exitCode, output, errors) = await InProcessCli.RunAsync(arguments);
        Assert.Equal((0, ""), (exitCode, errors));
        Assert.Contains("not D4RL", output, StringComparison.Ordinal);
        Assert.Equal(["hopper-expert.hdf5", "hopper-medium-expert.hdf5", "hopper-medium-replay.hdf5", "hopper-medium.hdf5"], Directory.GetFileSystemEntries(_folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        using var medium = Open("hopper-medium");
        using var expert = Open("hopper-expert");
        using var replay = Open("hopper-medium-replay");
        using var both = Open("hopper-medium-expert");
        Assert.Equal((3000, 3000, 1206, 6000), (medium.StepCount, expert.StepCount, replay.StepCount, both.StepCount));

        // The joined one is the medium one with the expert one behind it.
        var joined = both.ReadEpisodes().Select(Rows).ToList();
        Assert.Equal(medium.ReadEpisodes().Select(Rows).Concat(expert.ReadEpisodes().Select(Rows)), joined);
        using var recipe = JsonDocument.Parse(replay.Metadata["recipe"]);
        var curve = recipe.RootElement.GetProperty("phases").EnumerateArray().Select(phase => phase.GetProperty("policy").GetString()!).ToList();
        Assert.Equal("gailtrpo_Hopper_0000.json", curve[0]);
        Assert.True(curve.Count > 4);

        var (again, second, _) = await InProcessCli.RunAsync(arguments);
        Assert.Equal((0, 4), (again, second.Split("complete already").Length - 1));
        await CheckCardAsync();
    }

    [DatasetFact]
    public async Task The_point_mazes_need_no_policies()
    {
        var (exitCode, _, errors) = await InProcessCli.RunAsync("make-datasets", "maze2d", "--steps", "1500", "--out", _folder.Path, "--only", "maze2d-large,maze2d-umaze");
        Assert.Equal((0, ""), (exitCode, errors));
        Assert.Equal(["maze2d-large.hdf5", "maze2d-umaze.hdf5"], Directory.GetFileSystemEntries(_folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        using var large = Open("maze2d-large");
        Assert.Equal(["infos_qpos", "infos_qvel", "infos_goal"], large.Spec.ExtraColumns.Select(column => column.Name));
        Assert.Equal("[]", large.Metadata["policies"]);
    }

    [DatasetFact]
    public async Task Without_policies_the_command_says_how_to_get_them_and_how_long_that_takes()
    {
        var (exitCode, output, errors) = await InProcessCli.RunAsync("make-datasets", "hopper", "--out", _folder.Path, "--runs", _folder.Path);
        Assert.Equal((2, ""), (exitCode, output));
        Assert.Contains("memoryrl train ars hopper", errors, StringComparison.Ordinal);
        Assert.Contains("10 minutes", errors, StringComparison.Ordinal);
        Assert.Contains("--policies", errors, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    private static string Rows(Episode episode) => $"{episode.End} {episode.Length} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData([.. episode.Observations, .. episode.Actions]))}";

    private async Task CheckCardAsync()
    {
        var page = Path.Combine(_folder.Path, "docs", "datasets.md");
        var (exitCode, _, errors) = await InProcessCli.RunAsync("dataset-card", _folder.Path, "--out", page);
        Assert.Equal((0, ""), (exitCode, errors));
        var text = await File.ReadAllTextAsync(page);
        Assert.All(["they are not D4RL", "| hopper-medium-replay ", "1,206", "hopper-medium-v2", "ku2482_Hopper.json (SHA-256", "seed 100;", "images/datasets-hopper.svg", "D4RL's reference returns"], word => Assert.Contains(word, text, StringComparison.Ordinal));
        var picture = XDocument.Load(Path.Combine(_folder.Path, "docs", "images", "datasets-hopper.svg"));
        Assert.Equal(4, picture.Descendants().Count(element => element.Name.LocalName == "text" && element.Value.StartsWith("hopper-", StringComparison.Ordinal)));
    }

    private D4rlReader Open(string name) => D4rlFile.Open(Path.Combine(_folder.Path, name + ".hdf5"));
}
