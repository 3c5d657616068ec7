using System.Text.Json;
using System.Xml.Linq;
using MemoryRL.Cli;
using MemoryRL.Datasets;

namespace MemoryRL.Programs.Tests;

public sealed class RunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_run_ends_at_its_budget_with_0_and_leaves_a_complete_folder_that_evaluate_reads()
    {
        using var program = ChildProgram.StartCli(_folder.Path, "run", "four-rooms", "--agents", "16", "--steps", "12000", "--seed", "7", "--option", "fresh-steps=512", "--option", "memory-updates=5");

        Assert.Equal(0, await program.WaitForEndAsync());
        Assert.Empty(program.Errors);
        Assert.DoesNotContain('\e', program.Output);
        Assert.Contains("steps", program.Output, StringComparison.Ordinal);
        var last = program.Output.Split('\n')[^1];
        Assert.StartsWith("done, the budget is used up before the target of 90.0 % was held:", last, StringComparison.Ordinal);
        Assert.EndsWith("report.html", last, StringComparison.Ordinal);
        var folder = OnlyRun();
        CheckParameters(folder);
        CheckMetrics(folder, program.Output);
        CheckPictures(folder);
        var episodes = EpisodeFile.Load(folder.Successes).Episodes;
        Assert.NotEmpty(episodes);
        Assert.All(episodes, episode => Assert.Equal(1, episode.Episode.Return));

        CheckResult(folder);
        await CheckGathering(folder);

        var (exitCode, output, errors) = await InProcessCli.RunAsync("evaluate", folder.FullPath, "--episodes", "50");

        Assert.Equal(0, exitCode);
        Assert.Empty(errors);
        Assert.All(["four-rooms", "ensemble", "explorer alone", "prediction alone", "random policy"], text => Assert.Contains(text, output, StringComparison.Ordinal));
        Assert.Equal(output, (await InProcessCli.RunAsync("evaluate", folder.Policy, "--episodes", "50")).Output);
    }

    [Fact]
    public async Task An_interrupted_run_stops_in_order_and_goes_on_from_there_without_losing_a_finished_episode()
    {
        // Agents that never learn never hold the target: only the signal ends the first run, and only the budget the second.
        string[] arguments = ["run", "four-rooms", "--agents", "8", "--steps", "100000000", "--option", "fresh-steps=256", "--option", "memory-updates=2", "--option", "learning-rate=0", "--option", "memory-learning-rate=0"];
        using var first = ChildProgram.StartCli(_folder.Path, arguments);
        await first.WaitForLineAsync(line => line.Contains("| policy v", StringComparison.Ordinal) && !line.Contains("| updates 0 ", StringComparison.Ordinal));
        first.Signal("INT");

        Assert.Equal(0, await first.WaitForEndAsync());
        Assert.Empty(first.Errors);
        var folder = OnlyRun();
        Assert.Contains($"--resume runs{Path.DirectorySeparatorChar}", first.Output.Split('\n')[^1], StringComparison.Ordinal);
        var before = MetricsTable.Read(folder.Metrics);
        Assert.Equal(before.Last("episodes"), before.Last("memory_appended_episodes"));
        Assert.True(before.Last("updates") > 0);
        Assert.False(RunResult.Load(folder.Result).IsComplete);

        var budget = (long)before.Last("steps") + 4000;
        using var second = ChildProgram.StartCli(_folder.Path, "run", "--resume", folder.FullPath, "--steps", $"{budget}");

        Assert.Equal(0, await second.WaitForEndAsync());
        Assert.Empty(second.Errors);
        var after = MetricsTable.Read(folder.Metrics);
        var resumed = before.RowCount;
        Assert.True(after.RowCount > resumed);
        Assert.Equal(before.Column("steps"), after.Column("steps")[..resumed]);
        Assert.True(after.Column("memory_appended_episodes")[resumed] >= before.Last("memory_appended_episodes"));
        Assert.True(after.Column("success_appended_episodes")[resumed] >= before.Last("success_appended_episodes"));
        Assert.True(after.Column("updates")[resumed] >= before.Last("updates"));
        Assert.True(after.Column("elapsed_seconds")[resumed] >= before.Last("elapsed_seconds"));
        Assert.Equal(after.Last("episodes"), after.Last("memory_appended_episodes"));
        Assert.True(after.Last("episodes") > before.Last("episodes"));
        Assert.InRange(after.Last("steps"), budget, budget + (8 * 50));
        Assert.Equal(budget, folder.ReadParameters().Steps);
        Assert.True(RunResult.Load(folder.Result).IsComplete);
    }

    [Fact]
    public async Task A_run_that_is_under_way_is_refused_to_a_second_process_and_keeps_its_parameters()
    {
        using var program = ChildProgram.StartCli(_folder.Path, "run", "cliff-walking-sparse", "--algorithm", "random", "--agents", "4", "--steps", "1000000000000");
        await program.WaitForLineAsync(line => line.Contains("| policy", StringComparison.Ordinal));
        var folder = OnlyRun();
        var parameters = File.ReadAllText(folder.Parameters);

        var (exitCode, _, errors) = await InProcessCli.RunAsync("run", "--resume", folder.FullPath, "--steps", "10");

        Assert.Equal(2, exitCode);
        Assert.Contains("--resume: expected the folder of a run that no other process has under way", errors, StringComparison.Ordinal);
        Assert.Equal(parameters, File.ReadAllText(folder.Parameters));
        program.Signal("INT");
        Assert.Equal(0, await program.WaitForEndAsync());
    }

    [Fact]
    public async Task A_resumed_run_keeps_what_it_was_started_with()
    {
        using var program = ChildProgram.StartCli(_folder.Path, "run", "cliff-walking-sparse", "--algorithm", "random", "--agents", "4", "--steps", "2000");
        Assert.Equal(0, await program.WaitForEndAsync());
        var folder = OnlyRun();
        Assert.False(File.Exists(folder.Policy));

        var other = await InProcessCli.RunAsync("run", "--resume", folder.FullPath, "--agents", "5");
        Assert.Equal(2, other.ExitCode);
        Assert.Contains("--agents cannot be given with --resume", other.Errors, StringComparison.Ordinal);

        var task = await InProcessCli.RunAsync("run", "four-rooms", "--resume", folder.FullPath);
        Assert.Equal(2, task.ExitCode);
        Assert.Contains("expected 'cliff-walking-sparse'", task.Errors, StringComparison.Ordinal);

        File.WriteAllText(folder.Parameters, "{");
        var damaged = await InProcessCli.RunAsync("run", "--resume", folder.FullPath);
        Assert.Equal(2, damaged.ExitCode);
        Assert.Contains("params.json", damaged.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_policy_fails_with_one_line_that_names_the_file()
    {
        var path = Path.Combine(_folder.Path, "damaged.safetensors");
        await File.WriteAllBytesAsync(path, [1, 2, 3]);

        var (exitCode, _, errors) = await InProcessCli.RunAsync("evaluate", path);

        Assert.Equal(1, exitCode);
        Assert.Contains("damaged.safetensors", errors, StringComparison.Ordinal);
        Assert.Single(errors.TrimEnd().Split('\n'));
    }

    private static void CheckParameters(RunFolder folder)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(folder.Parameters));
        var root = json.RootElement;
        Assert.Equal("four-rooms", root.GetProperty("task").GetString());
        Assert.Equal("ada-memento", root.GetProperty("algorithm").GetString());
        Assert.Equal(7, root.GetProperty("seed").GetInt64());
        Assert.Equal("512", root.GetProperty("options").GetProperty("fresh-steps").GetString());
        Assert.Contains("run four-rooms --agents 16", root.GetProperty("command_line").GetString(), StringComparison.Ordinal);
        Assert.All(["version", "grain_host", "tensor_engine", "machine", "memory", "random_success", "started_at"], key => Assert.True(root.TryGetProperty(key, out _), key));
        Assert.Equal(folder.ReadParameters().ToJson(), RunParameters.FromJson(folder.ReadParameters().ToJson()).ToJson());
    }

    private static void CheckMetrics(RunFolder folder, string output)
    {
        var metrics = MetricsTable.Read(folder.Metrics);
        var steps = metrics.Column("steps");
        Assert.Equal(steps.Order(), steps);
        Assert.InRange(metrics.Last("steps"), 12000, 12000 + (16 * 50));
        Assert.Equal(metrics.Last("episodes"), metrics.Last("memory_appended_episodes"));
        Assert.Equal(metrics.Last("episodes"), metrics.Last("success_appended_episodes") + metrics.Last("failure_appended_episodes"));
        Assert.True(metrics.Last("updates") > 0);
        Assert.True(metrics.Last("policy_version") > 0);
        Assert.True(double.IsFinite(metrics.Last("losses/prediction_loss")));
        Assert.Contains($"episodes {metrics.Last("episodes"):#,0}", output, StringComparison.Ordinal);
    }

    private static void CheckResult(RunFolder folder)
    {
        var (result, metrics) = (RunResult.Load(folder.Result), MetricsTable.Read(folder.Metrics));
        Assert.Equal(("four-rooms", "ada-memento", 7, true), (result.Task, result.Algorithm, result.Seed, result.IsComplete));
        Assert.Contains("fresh-steps=512", result.Method, StringComparison.Ordinal);
        Assert.Equal((long)metrics.Last("steps"), result.Steps);
        Assert.Equal((result.Steps, metrics.Last("greedy_success_rate")), (result.Final!.At, result.Final.Success!.Value));

        // The return of Four Rooms is 1 where the goal was reached.
        Assert.Equal(result.Final.Success.Value, result.Final.Return, 6);
        Assert.Equal(result.Curve.Max(point => point.Return), result.Best!.Return);
        Assert.Equal(metrics.Column("greedy_mean_return").Count(double.IsFinite), result.Curve.Length);
    }

    // The metrics alone say the same, for folders of runs before results were written.
    private static async Task CheckGathering(RunFolder folder)
    {
        var (exitCode, output, errors) = await InProcessCli.RunAsync("results", Path.GetDirectoryName(folder.FullPath)!);
        Assert.Equal((0, ""), (exitCode, errors));
        Assert.Contains("ada-memento, fresh-steps=512, memory-updates=5, 16 agents  1", output, StringComparison.Ordinal);
        File.Move(folder.Result, folder.Result + ".away");
        Assert.Equal(output, (await InProcessCli.RunAsync("results", folder.FullPath)).Output);
        File.Move(folder.Result + ".away", folder.Result);
    }

    private static void CheckPictures(RunFolder folder)
    {
        Assert.Equal("svg", XDocument.Load(folder.SuccessPicture).Root!.Name.LocalName);
        var page = File.ReadAllText(folder.Report);
        Assert.Contains("<svg", page, StringComparison.Ordinal);
        Assert.Contains("random policy 14.79 %", page, StringComparison.Ordinal);
        Assert.Contains("@media print", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        Assert.DoesNotContain("src=", page, StringComparison.Ordinal);
        Assert.DoesNotContain("href=", page, StringComparison.Ordinal);
    }

    private RunFolder OnlyRun() => new(Assert.Single(Directory.GetDirectories(Path.Combine(_folder.Path, "runs"))));
}
