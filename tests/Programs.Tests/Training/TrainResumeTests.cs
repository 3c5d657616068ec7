using MemoryRL.Cli;
using MemoryRL.Datasets;
using MemoryRL.Tests;

namespace MemoryRL.Programs.Tests;

/// <summary>Trainings on data that are stopped, or killed, and gone on with: they come to what a training comes to that never stopped.</summary>
public sealed class TrainResumeTests : IDisposable
{
    private const int Many = 6_000;

    // Small plans, so that the memory holds targets of several versions.
    private static readonly string[] Vem =
    [
        "vem", "--option", "batch-size=16", "--option", "value-hidden-sizes=16", "--option", "actor-hidden-sizes=16", "--option", "refresh-period=20", "--option", "planning-budget=0.02",
    ];

    private static readonly string[] Interleaved = [.. Vem, "--option", "schedule=interleaved"];

    private static readonly string[] Iql = ["iql", "--option", "batch-size=16", "--option", "hidden-sizes=32"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("vem", "imported")]
    [InlineData("vem", "seed 0:       100 of 600 updates  loss")]
    [InlineData("vem", "seed 0:       200 of 600 updates  return")]
    [InlineData("vem", "seed 0:       600 of 600 updates  loss")]
    [InlineData("vem", "seed 1:       300 of 600 updates  loss")]
    [InlineData("vem two-stage", "seed 0:       200 of 600 updates  loss")]
    [InlineData("vem two-stage", "seed 0:       400 of 600 updates  loss")]
    [InlineData("iql", "seed 0:       224 of 600 updates  loss")]
    [InlineData("iql", "seed 1:       112 of 600 updates  return")]
    public async Task A_training_that_was_stopped_goes_on_to_the_same_policies_and_curves(string learner, string moment)
    {
        string[] arguments = [.. Arguments(learner), "--seeds", "2"];
        var algorithm = learner.Split(' ')[0];
        var whole = await RunAsync("whole", arguments, stopAt: null);
        var stopped = await RunAsync("stopped", arguments, moment);
        Assert.Contains($"Stopped. Go on with: memoryrl train {algorithm} --resume {stopped.Folder}", stopped.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(Results(stopped.Folder), result => result is { Seed: 1, IsComplete: true });

        var resumed = await ResumeAsync(algorithm, stopped.Folder);

        CheckSame(whole.Folder, stopped.Folder);
        Assert.Equal(moment.StartsWith("seed 1", StringComparison.Ordinal), resumed.Contains("seed 0: done before", StringComparison.Ordinal));
        Assert.Empty(Directory.GetFiles(stopped.Folder, "resume.*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_training_that_is_stopped_again_and_again_goes_on_each_time()
    {
        var whole = await RunAsync("whole", Arguments("vem"), stopAt: null);
        var stopped = await RunAsync("stopped", Arguments("vem"), "seed 0:       100 of 600 updates  loss");
        foreach (var moment in (string[])["goes on from", "300 of 600 updates  loss", "500 of 600 updates  return"])
        {
            var (exitCode, output, errors) = await StopAsync(["train", "vem", "--resume", stopped.Folder, "--threads", "2"], moment);
            Assert.True(exitCode == 0, errors);
            Assert.Contains("Stopped. Go on with", output, StringComparison.Ordinal);
        }

        _ = await ResumeAsync("vem", stopped.Folder);

        CheckSame(whole.Folder, stopped.Folder);
    }

    [PythonFact("struct", "reinstall python3")]
    public async Task A_training_that_was_killed_goes_on_from_its_last_evaluated_policy()
    {
        var whole = await RunAsync("whole", Arguments("vem", Many), stopAt: null);
        var parent = Path.Combine(_folder.Path, "killed");
        using (var program = ChildProgram.StartCli(_folder.Path, [.. Arguments("vem", Many), "--out", parent]))
        {
            _ = await program.KillAtLineAsync(line => line.Contains("3,000 of 6,000 updates  loss", StringComparison.Ordinal));
            _ = await program.WaitForEndAsync();
        }

        var folder = Directory.GetDirectories(parent).Single();
        Assert.DoesNotContain(Results(folder), result => result.IsComplete);

        // A line that was cut with the program.
        await File.AppendAllTextAsync(Path.Combine(folder, "seed-0", "metrics.csv"), "12.5,30");

        var output = await ResumeAsync("vem", folder);

        Assert.Matches(@"seed 0: goes on from \d,\d\d\d of 6,000 updates", output);
        CheckSame(whole.Folder, folder);

        // One moment stands in the table once, and TensorBoard is told what of the first file never happened.
        var table = MetricsTable.Read(Path.Combine(folder, "seed-0", "metrics.csv"));
        var (updates, returns) = (table.Column("updates"), table.Column("evaluation/return"));
        Assert.Equal([1_000.0, 2_000, 3_000, 4_000, 5_000, 6_000], Enumerable.Range(0, table.RowCount).Where(row => double.IsFinite(returns[row])).Select(row => updates[row]));
        Assert.Distinct(Enumerable.Range(0, table.RowCount).Where(row => !double.IsFinite(returns[row])).Select(row => updates[row]));
        Assert.Equal(table.Column("elapsed_seconds").Order(), table.Column("elapsed_seconds"));
        var events = Directory.GetFiles(Path.Combine(folder, "seed-0"), "events.*").Order(StringComparer.Ordinal).Select(EventLog.Read).ToList();
        Assert.Equal(2, events.Count);
        Assert.DoesNotContain(events[0], logged => logged.Restarts);
        Assert.True(events[1][1].Restarts);
        Assert.All(events[1].Skip(2).Where(logged => !logged.Scalars.ContainsKey("evaluation/return")), logged => Assert.True(logged.Step >= events[1][1].Step));
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task A_program_that_is_told_to_end_stops_in_order(string signal)
    {
        var parent = Path.Combine(_folder.Path, "told");
        using var program = ChildProgram.StartCli(_folder.Path, [.. Arguments("iql", Many), "--out", parent]);
        _ = await program.SignalAtLineAsync(line => line.Contains("of 6,000 updates  loss", StringComparison.Ordinal), signal);

        Assert.Equal(0, await program.WaitForEndAsync());
        Assert.Empty(program.Errors);
        Assert.Contains("Stopped. Go on with: memoryrl train iql --resume", program.Output, StringComparison.Ordinal);
        CheckSame((await RunAsync("whole", Arguments("iql", Many), stopAt: null)).Folder, await ResumedAsync(Directory.GetDirectories(parent).Single()));

        async Task<string> ResumedAsync(string folder)
        {
            _ = await ResumeAsync("iql", folder);
            return folder;
        }
    }

    [Fact]
    public async Task A_Ctrl_C_leaves_finished_seeds_alone_and_says_the_command_that_comes_to_the_same()
    {
        const string Words = "Stopped. Go on with: memoryrl ";
        string[] arguments = [.. Arguments("vem", Many), "--seeds", "2"];
        var parent = Path.Combine(_folder.Path, "interrupted");
        using var program = ChildProgram.StartCli(_folder.Path, [.. arguments, "--out", parent]);
        _ = await program.SignalAtLineAsync(line => line.Contains("seed 1:     1,000 of 6,000 updates  loss", StringComparison.Ordinal), "INT");

        Assert.Equal(0, await program.WaitForEndAsync());
        Assert.Empty(program.Errors);
        var folder = Directory.GetDirectories(parent).Single();
        var last = program.Output.Split('\n')[^1];
        Assert.Equal($"{Words}train vem --resume {folder}", last);
        Assert.Equal([true, false], Results(folder).Select(result => result.IsComplete));
        var finished = FolderContent.Of(Path.Combine(folder, "seed-0"));

        using var resumed = ChildProgram.StartCli(_folder.Path, last[Words.Length..].Split(' '));

        Assert.Equal(0, await resumed.WaitForEndAsync());
        Assert.Empty(resumed.Errors);
        Assert.Equal(finished, FolderContent.Of(Path.Combine(folder, "seed-0")));
        CheckSame((await RunAsync("whole", arguments, stopAt: null)).Folder, folder);
    }

    [Fact]
    public async Task A_run_that_is_under_way_is_refused_to_a_second_process_until_the_first_has_ended_however_it_ends()
    {
        var parent = Path.Combine(_folder.Path, "running");
        string[] arguments = [.. Arguments("iql", updates: 1_000_000), "--out", parent];
        using var first = ChildProgram.StartCli(_folder.Path, arguments);
        _ = await first.WaitForLineAsync(line => line.StartsWith("imported", StringComparison.Ordinal));
        var folder = Directory.GetDirectories(parent).Single();
        await RefuseSecondAsync(folder);
        first.Kill();
        _ = await first.WaitForEndAsync();

        using var second = ChildProgram.StartCli(_folder.Path, "train", "iql", "--resume", folder);
        _ = await second.WaitForLineAsync(line => line.StartsWith("imported", StringComparison.Ordinal));
        await RefuseSecondAsync(folder);
        second.Signal("INT");
        Assert.Equal(0, await second.WaitForEndAsync());

        var (exitCode, _, errors) = await StopAsync(["train", "iql", "--resume", folder], "imported");
        Assert.True(exitCode == 0, errors);

        // One that is not refused is not waited for.
        static async Task RefuseSecondAsync(string folder)
        {
            var parameters = Path.Combine(folder, "params.json");
            var before = File.GetLastWriteTimeUtc(parameters);
            var (exitCode, _, errors) = await StopAsync(["train", "iql", "--resume", folder, "--threads", "2"], "imported");
            Assert.Equal(2, exitCode);
            Assert.Contains($"--resume: expected the folder of a run that no other process has under way but got '{folder}'", errors, StringComparison.Ordinal);
            Assert.Equal(before, File.GetLastWriteTimeUtc(parameters));
        }
    }

    [Fact]
    public async Task A_new_run_holds_its_folder_while_it_still_reads_the_data_and_leaves_none_where_they_are_refused()
    {
        var (pipe, parent) = (Path.Combine(_folder.Path, "pipe.safetensors"), Path.Combine(_folder.Path, "reading"));
        await System.Diagnostics.Process.Start("mkfifo", pipe).WaitForExitAsync();
        var running = Task.Run(() => StopAsync(["train", "bc", "--dataset", pipe, "--task", "pendulum", "--out", parent], stopAt: null));

        // Opens once the run opens the other end.
        await using (var data = await Task.Run(() => new FileStream(pipe, FileMode.Open, FileAccess.Write)).WaitAsync(TimeSpan.FromSeconds(60)))
        {
            Assert.True(RunLock.IsTaken(Directory.GetDirectories(parent).Single()));
            data.Write([1, 2, 3]);
        }

        var (exitCode, _, errors) = await running;
        Assert.Equal(1, exitCode);
        Assert.Contains("pipe.safetensors", errors, StringComparison.Ordinal);
        Assert.Empty(Directory.GetDirectories(parent));
    }

    [Fact]
    public async Task A_run_is_gone_on_with_as_it_was_started_or_not_at_all()
    {
        var run = await RunAsync("stopped", Arguments("iql"), "seed 0:       224 of 600 updates  loss");

        await RefuseAsync("--updates", "iql", run.Folder, "--updates", "5");
        await RefuseAsync("train iql --resume", "vem", run.Folder);
        await RefuseAsync("--resume", "iql", _folder.Path);
        await RefuseAsync("which holds those of its seeds", "iql", Path.Combine(run.Folder, "seed-0"));
        var parameters = Path.Combine(run.Folder, "params.json");
        var text = await File.ReadAllTextAsync(parameters);
        await File.WriteAllTextAsync(parameters, System.Text.RegularExpressions.Regex.Replace(text, "\"version\": \"[^\"]*\"", "\"version\": \"0.0.1\""));
        await RefuseAsync("the program that the run was started with, 0.0.1", "iql", run.Folder);
        await File.WriteAllTextAsync(parameters, text);
        var data = EpisodeFile.Load(Data);
        EpisodeFile.Save(Data, data.Spec, [.. data.Episodes.Reverse()]); // other data of the same totals
        await RefuseAsync("the data that the run was started with", "iql", run.Folder);
        File.Delete(Data);
        await RefuseAsync("pendulum.safetensors", "iql", run.Folder);

        static async Task RefuseAsync(string named, string algorithm, string folder, params string[] more)
        {
            var (exitCode, _, errors) = await InProcessCli.RunAsync(["train", algorithm, "--resume", folder, .. more]);
            Assert.Equal(2, exitCode);
            Assert.Contains(named, errors, StringComparison.Ordinal);
        }
    }

    private string Data => Path.Combine(_folder.Path, "pendulum.safetensors");

    private static RunResult[] Results(string folder) => [.. Directory.GetFiles(folder, RunResult.FileName, SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(RunResult.Load)];

    private static void CheckSame(string expected, string actual)
    {
        string[] kinds = ["policy.safetensors", "values.safetensors", "values-*.safetensors", RunResult.FileName];
        string[] Files(string folder) => [.. kinds.SelectMany(kind => Directory.GetFiles(folder, kind, SearchOption.AllDirectories)).Select(file => Path.GetRelativePath(folder, file)).Order(StringComparer.Ordinal)];
        Assert.Equal(Files(expected), Files(actual));
        Assert.True(Files(expected).Length >= 8);
        Assert.All(Files(expected), file => Assert.Equal(File.ReadAllBytes(Path.Combine(expected, file)), File.ReadAllBytes(Path.Combine(actual, file))));
        Assert.All(Results(actual), result => Assert.True(result.IsComplete && result.Curve.Length == 6));
    }

    private static async Task<string> ResumeAsync(string algorithm, string folder)
    {
        var (exitCode, output, errors) = await InProcessCli.RunAsync("train", algorithm, "--resume", folder);
        Assert.True(exitCode == 0, errors);
        return output;
    }

    private static async Task<(int ExitCode, string Output, string Errors)> StopAsync(string[] arguments, string? stopAt)
    {
        using var stop = new CancellationTokenSource();
        using var output = new StoppingWriter(stop, stopAt);
        using var errors = new StringWriter();
        var exitCode = await MemoryRLCommandLine.RunAsync(arguments, new Terminal(output, errors, IsInteractive: false, UsesColor: false), stop.Token);
        return (exitCode, output.ToString(), errors.ToString());
    }

    // Those that a process of its own runs have more updates, so that a signal finds them at work.
    private string[] Arguments(string learner, int updates = 600)
    {
        if (!File.Exists(Data))
        {
            _ = RandomEpisodes.Write(Data, "pendulum", count: 8, seed: 1);
        }

        return ["train", .. learner switch { "vem" => Interleaved, "iql" => Iql, _ => Vem }, "--dataset", Data, "--updates", $"{updates}", "--evaluations", "6", "--evaluation-episodes", "1", "--final-episodes", "1", "--threads", "1"];
    }

    private async Task<(string Folder, string Output)> RunAsync(string name, string[] arguments, string? stopAt)
    {
        var parent = Path.Combine(_folder.Path, name);
        var (exitCode, output, errors) = await StopAsync([.. arguments, "--out", parent], stopAt);
        Assert.True(exitCode == 0, errors);
        return (Directory.GetDirectories(parent).Single(), output);
    }

    // Asks the program to stop as soon as it has written a text.
    private sealed class StoppingWriter(CancellationTokenSource stop, string? text) : StringWriter
    {
        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            if (text is not null && value!.Contains(text, StringComparison.Ordinal))
            {
                stop.Cancel();
            }
        }
    }
}
