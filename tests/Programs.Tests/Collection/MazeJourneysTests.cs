using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using MemoryRL.Core;
using MemoryRL.Datasets;
using MemoryRL.Tests;

namespace MemoryRL.Programs.Tests;

public sealed partial class MazeJourneysTests : IDisposable
{
    private static readonly ExperienceSpec Spec = new(new BoxSpace(4), new BoxSpace(2, -1, 1));

    // The U maze is one corridor, which begins at its goal: a place's way there is its index.
    private static readonly (int X, int Y)[] Corridor = [(1, 1), (1, 2), (1, 3), (2, 3), (3, 3), (3, 2), (3, 1)];

    private static readonly (int X, int Y) Wall = (2, 2);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Hdf5Fact]
    public async Task Journeys_are_counted_in_cells_of_the_shortest_way_to_the_goal()
    {
        var file = Write("point-maze-umaze");

        // First 6, 2, 1, 5, 6; nearest 3, 0, 1, 4, 6; last 4, 0, 1, 4, 6. Of 11 and 10 stretches of 50 steps the 11 of the third stand.
        Assert.Equal(["data", "5", "0 (0.0 %)", "1 (20.0 %)", "2, 2", "5", "3 (1 .. 4)", "4", "1 (20.0 %)", "52.4 %"], await RowAsync(file));
        Assert.Equal(["data", "3", "0 (0.0 %)", "0 (0.0 %)", "-", "6", "4 (3.5 .. 5)", "4", "0 (0.0 %)", "0.0 %"], await RowAsync(file, "--from", "5"));
        Assert.Equal(["data", "1", "0 (0.0 %)", "1 (100.0 %)", "2, 2", "2", "0 (0 .. 0)", "0", "1 (100.0 %)", "-"], await RowAsync(file, "--top", "0.3"));
    }

    [Hdf5Fact]
    public async Task A_file_that_does_not_say_its_task_is_followed_through_the_one_that_is_given()
    {
        var file = Write(null);

        Assert.Equal("5", (await RowAsync(file, "--task", "point-maze-umaze"))[1]);
        Assert.Contains("--task: expected the maze of", (await RefuseAsync(file)).Errors, StringComparison.Ordinal);
    }

    [Hdf5Theory]
    [InlineData("--task: expected a maze with rewards at its goal only", 2, "--task", "four-rooms")]
    [InlineData("--task: expected a maze with rewards at its goal only", 2, "--task", "point-maze-umaze-dense")]
    [InlineData("--from: expected a way from which an episode", 2, "--from", "7")]
    public async Task What_no_journey_can_be_counted_for_is_refused(string expected, int exitCode, params string[] arguments)
    {
        var refusal = await RefuseAsync([Write("point-maze-umaze"), .. arguments]);

        Assert.Equal(exitCode, refusal.ExitCode);
        Assert.Contains(expected, refusal.Errors, StringComparison.Ordinal);
    }

    [Hdf5Fact]
    public async Task Places_outside_of_the_maze_are_refused_by_name()
    {
        var refusal = await RefuseAsync(Write("point-maze-umaze", [Episode([(50, 50), (51, 51)])]));

        Assert.Equal(1, refusal.ExitCode);
        Assert.Contains("observations: expected places in the task's maze but got (50, 50)", refusal.Errors, StringComparison.Ordinal);
    }

    [GeneratedRegex("  +")]
    private static partial Regex Gap();

    private static async Task<string[]> RowAsync(params string[] arguments)
    {
        var (exitCode, output, errors) = await InProcessCli.RunAsync(["maze-journeys", .. arguments]);
        Assert.Equal((0, ""), (exitCode, errors));
        return Gap().Split(output.Split('\n')[1].TrimEnd());
    }

    private static async Task<(int ExitCode, string Errors)> RefuseAsync(params string[] arguments)
    {
        var (exitCode, output, errors) = await InProcessCli.RunAsync(["maze-journeys", .. arguments]);
        Assert.Empty(output);
        return (exitCode, errors);
    }

    private static IEnumerable<Episode> Episodes() =>
    [
        Episode([.. new[] { 6, 5, 4, 3, 4 }.Select(place => Corridor[place])]),
        Episode([.. new[] { 2, 1, 0, 0 }.Select(place => Corridor[place])], 0, 1, 1),
        Episode([.. Enumerable.Repeat(Corridor[1], 61)]),
        Episode([.. Enumerable.Repeat(Corridor[5], 30), .. Enumerable.Repeat(Corridor[4], 30)]),
        Episode([Wall, Corridor[6], Corridor[6]]),
    ];

    private static Episode Episode((int X, int Y)[] places, params float[] rewards)
    {
        float[] observations = [.. places.SelectMany(place => new float[] { place.X, place.Y, 0, 0 })];
        var length = places.Length - 1;
        return Core.Episode.Create(
            Spec, Guid.NewGuid(), EpisodeEnd.Truncated, MemoryMarshal.AsBytes<float>(observations), new byte[8 * length], rewards.Length > 0 ? rewards : new float[length]);
    }

    private string Write(string? task, IEnumerable<Episode>? episodes = null)
    {
        var path = Path.Combine(_folder.Path, "data.hdf5");
        using var writer = D4rlFile.Create(path, Spec);
        foreach (var episode in episodes ?? Episodes())
        {
            writer.Append(episode);
        }

        if (task is not null)
        {
            writer.SetMetadata("task", task);
        }

        writer.Complete();
        return path;
    }
}
