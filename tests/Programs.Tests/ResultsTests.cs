using System.Collections.Immutable;
using System.Text.Json;
using MemoryRL.Cli;
using MemoryRL.Client;

namespace MemoryRL.Programs.Tests;

public sealed class ResultsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_result_is_read_back_as_it_was_written_and_nothing_else_is_left_in_the_folder()
    {
        var result = Result(3, 50, 80) with { Dataset = "hopper-expert" };
        result.Save(_folder.Path);
        Assert.Equal(RunResult.FileName, Path.GetFileName(Assert.Single(Directory.GetFiles(_folder.Path))));
        var read = RunResult.Load(Path.Combine(_folder.Path, RunResult.FileName));
        Assert.Equal(result with { Curve = [] }, read with { Curve = [] });
        Assert.Equal(result.Curve.AsEnumerable(), read.Curve.AsEnumerable());
    }

    [Fact]
    public void The_best_point_is_the_first_with_the_highest_return()
    {
        Assert.Null(RunResult.BestOf([]));
        Assert.Equal(2, RunResult.BestOf([Point(1, 3), Point(2, 5), Point(3, 5), Point(4, -1)])!.At);
        Assert.Equal(2, RunResult.BestOf([Point(1, double.NaN) with { Success = 0.2 }, Point(2, double.NaN) with { Success = 0.9 }])!.At);
    }

    [Fact]
    public async Task Results_are_means_over_seeds_with_the_last_and_the_best_policies_apart()
    {
        double[] finals = [10, 20, 60], bests = [70, 80, 120];
        for (var seed = 0; seed < 3; seed++)
        {
            Save($"runs/a-{seed}", Result(seed, finals[seed], bests[seed]));
            Save($"more/deep/b-{seed}", Result(seed, finals[seed] + 100, bests[seed] + 100) with { Method = "bc, \"top\" 10 %" });
        }

        var report = await JsonAsync("runs", "more");

        var task = Assert.Single(report.GetProperty("tasks").EnumerateArray());
        Assert.Equal("hopper", task.GetProperty("task").GetString());
        var methods = task.GetProperty("methods").EnumerateArray().ToArray();
        Assert.Equal(["bc", "bc, \"top\" 10 %"], methods.Select(method => method.GetProperty("method").GetString()));
        Assert.Equal([0, 1, 2], methods[0].GetProperty("seeds").EnumerateArray().Select(seed => seed.GetInt32()));

        // Three seeds: from the least to the greatest.
        AssertInterval((30, 10, 60), methods[0].GetProperty("final").GetProperty("return").GetProperty("mean"));
        AssertInterval((90, 70, 120), methods[0].GetProperty("best").GetProperty("return").GetProperty("mean"));
        AssertInterval((130, 110, 160), methods[1].GetProperty("final").GetProperty("return").GetProperty("mean"));
        AssertInterval((3, 1, 6), methods[0].GetProperty("final").GetProperty("score").GetProperty("mean"));
        Assert.Equal(JsonValueKind.Null, methods[0].GetProperty("final").GetProperty("success").ValueKind);
        AssertInterval((0, 0, 0), Assert.Single(task.GetProperty("comparisons").EnumerateArray()).GetProperty("probability"));

        var (_, csv, errors) = await RunAsync("runs", "more", "--csv");
        var lines = csv.TrimEnd().Split('\n');
        Assert.Equal(1 + (2 * 2), lines.Length);
        Assert.StartsWith("hopper,,bc,bc,final,3,1000,1000,updates,20,20,30,10,60,30,10,60,3,1,6", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("hopper,,bc,bc,best,3,500,500,updates,20,20,90,70,120", lines[2], StringComparison.Ordinal);
        Assert.Contains(",\"bc, \"\"top\"\" 10 %\",", lines[3], StringComparison.Ordinal);
        Assert.Empty(errors);

        var (_, markdown, _) = await RunAsync("runs", "more", "--markdown");
        Assert.Contains("| bc             | 3     | 1,000 updates | 30 [10, 60]", markdown, StringComparison.Ordinal);
        Assert.Contains("too narrow", markdown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Learning_curves_are_drawn_one_for_each_run_in_a_picture_for_each_task()
    {
        Save("a", Result(0, 10, 70));
        Save("b", Result(1, 20, 80));
        Save("c", Result(0, 20, 80) with { Task = "walker2d" });

        _ = await RunAsync("a", "b", "c", "--curves", "pictures");

        var pictures = Directory.GetFiles(Path.Combine(_folder.Path, "pictures")).Order(StringComparer.Ordinal).ToArray();
        Assert.Equal(["hopper-updates.svg", "walker2d-updates.svg"], pictures.Select(Path.GetFileName));
        var curves = System.Xml.Linq.XDocument.Load(pictures[0]).Descendants().Count(element => element.Attribute("stroke-linejoin") is not null);
        var text = await File.ReadAllTextAsync(pictures[0]);
        Assert.Equal(2, curves);
        Assert.Contains("bc, seed 0", text, StringComparison.Ordinal);
        Assert.Contains("bc, seed 1", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scores_on_several_tasks_are_aggregated_with_each_task_a_stratum()
    {
        for (var seed = 0; seed < 4; seed++)
        {
            Save($"hopper-{seed}", Result(seed, 10 * seed, 100));
            Save($"walker-{seed}", Result(seed, 500, 600) with { Task = "walker2d" });
        }

        var aggregate = Assert.Single((await JsonAsync(".")).GetProperty("aggregates").EnumerateArray());

        double[][] scores = [[0, 1, 2, 3], [50, 50, 50, 50]];
        var expected = BootstrapInterval.Of(scores, AggregateScores.InterquartileMean);
        AssertInterval((expected.Estimate, expected.Low, expected.High), aggregate.GetProperty("interquartile_mean"));
        Assert.Equal((0 + 1 + 2 + 3 + (4 * 50)) / 8.0, aggregate.GetProperty("mean").GetProperty("estimate").GetDouble(), 9);
        Assert.Equal(8, aggregate.GetProperty("runs").GetInt32());
        Assert.Equal(100 - 25.75, aggregate.GetProperty("optimality_gap").GetProperty("estimate").GetDouble(), 9);
    }

    [Fact]
    public async Task Folders_that_are_left_out_are_named_with_the_reason()
    {
        Save("good", Result(1, 10, 20));
        Save("twin", Result(1, 30, 40));
        Save("stopped", Result(2, 10, 20) with { IsComplete = false });
        Save("unseen", Result(3, 10, 20) with { Final = null });
        Save("damaged", Result(4, 10, 20));
        File.WriteAllText(At("damaged/result.json"), "{\"task\":");
        Directory.CreateDirectory(At("begun"));
        File.WriteAllText(At("begun/params.json"), "{}");
        Directory.CreateDirectory(At("empty"));

        var (exitCode, output, _) = await RunAsync("good", "twin", "stopped", "unseen", "damaged", "begun", "empty");

        Assert.Equal(0, exitCode);
        Assert.Contains("1,000 updates  30 [-, -]", output, StringComparison.Ordinal);
        (string Folder, string Reason)[] expected =
        [
            ("good", $"the same method and seed 1 are there again in {At("twin")}"),
            ("stopped", "it was stopped before its end"),
            ("unseen", "its last policy was not evaluated"),
            ("damaged", "JSON"),
            ("begun", "it has neither result.json nor metrics.csv yet"),
            ("empty", "no result.json"),
        ];
        var lines = output.Split('\n').Where(line => line.StartsWith("left out: ", StringComparison.Ordinal)).ToArray();
        Assert.Equal(expected.Length, lines.Length);
        Assert.All(expected, entry => Assert.Contains(lines, line => line.StartsWith($"left out: {At(entry.Folder)}: ", StringComparison.Ordinal) && line.Contains(entry.Reason, StringComparison.Ordinal)));

        var nothing = await RunAsync("empty", "stopped");
        Assert.Equal(2, nothing.ExitCode);
        Assert.Contains("it was stopped before its end", nothing.Errors, StringComparison.Ordinal);
        Assert.Contains("'no-such-folder'", (await InProcessCli.RunAsync("results", "no-such-folder")).Errors, StringComparison.Ordinal);
        Assert.Equal(2, (await RunAsync("good", "--csv", "--json")).ExitCode);
    }

    private static void AssertInterval((double Estimate, double Low, double High) expected, JsonElement actual)
    {
        Assert.Equal(expected.Estimate, actual.GetProperty("estimate").GetDouble(), 9);
        Assert.Equal(expected.Low, actual.GetProperty("low").GetDouble(), 9);
        Assert.Equal(expected.High, actual.GetProperty("high").GetDouble(), 9);
    }

    private static ResultPoint Point(long at, double value) => new() { At = at, Return = value, Score = value / 10, Episodes = 20 };

    private static RunResult Result(long seed, double final, double best)
    {
        ImmutableArray<ResultPoint> curve = [Point(500, best), Point(1000, final)];
        return new RunResult
        {
            Task = "hopper",
            Algorithm = "bc",
            Method = "bc",
            Seed = seed,
            Updates = 1000,
            Steps = 0,
            ProgressUnit = "updates",
            IsComplete = true,
            Final = curve[^1],
            Best = RunResult.BestOf(curve),
            Curve = curve,
        };
    }

    private string At(string folder) => Path.Combine(_folder.Path, folder);

    private void Save(string folder, RunResult result) => result.Save(Directory.CreateDirectory(At(folder)).FullName);

    private Task<(int ExitCode, string Output, string Errors)> RunAsync(params string[] arguments) =>
        InProcessCli.RunAsync(["results", .. arguments.Select(argument => argument.StartsWith('-') ? argument : At(argument))]);

    private async Task<JsonElement> JsonAsync(params string[] folders)
    {
        var (exitCode, output, errors) = await RunAsync([.. folders, "--json"]);
        Assert.Equal((0, ""), (exitCode, errors));
        using var document = JsonDocument.Parse(output);
        return document.RootElement.Clone();
    }
}
