using MemoryRL.Cli;

namespace MemoryRL.Programs.Tests;

/// <summary>Suites run by a stand-in for the training program: a shell script.</summary>
public sealed class SuiteRunnerTests : IDisposable
{
    // The last argument is the folder of the run; the seed decides what becomes of it.
    private const string Script = """
        echo "$@" >> "$(dirname "$0")/calls"
        for last; do :; done
        case "$*" in
          *"--seed 1 "*) echo "epoch 1"; echo "memoryrl: the data are no data." >&2; echo "See: memoryrl --help" >&2; exit 1 ;;
          *"--seed 2 "*) echo "epoch 1"; exit 0 ;;
          *"--seed 6 "*|*"--seed 7 "*) read -r go < "$(dirname "$0")/gate" ;;
          *"--seed 3 "*) echo started > "$(dirname "$0")/started"; exec sleep 60 ;;
        esac
        mkdir -p "$last/made-up"
        cp "$(dirname "$0")/result.json" "$last/made-up/result.json"
        echo finished
        """;

    private readonly TemporaryFolder _folder = new();

    public SuiteRunnerTests()
    {
        File.WriteAllText(At("train.sh"), Script);
        var point = new ResultPoint { At = 10, Return = 3, Score = 30, Episodes = 5 };
        new RunResult { Task = "hopper", Algorithm = "bc", Method = "bc", Seed = 0, Updates = 10, Steps = 0, ProgressUnit = "updates", IsComplete = true, Final = point, Best = point, Curve = [point] }.Save(_folder.Path);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_is_done_is_not_run_again_and_what_is_not_is_made_anew()
    {
        var cells = (SuiteCell[])[Cell(0), Cell(4), Cell(5)];
        Assert.Equal((0, 3), await RunAsync(cells));
        Assert.Equal(["cell.json", "log.txt", "run"], Directory.GetFileSystemEntries(At("runs/made/bc/seed-0")).Select(Path.GetFileName).OfType<string>().Order(StringComparer.Ordinal));

        // One was stopped before its record was written, and left something behind.
        File.Delete(At("runs/made/bc/seed-4/cell.json"));
        File.WriteAllText(At("runs/made/bc/seed-4/run/rest"), "");
        Assert.Equal((0, 4), await RunAsync(cells));
        Assert.False(File.Exists(At("runs/made/bc/seed-4/run/rest")));
        Assert.Equal((0, 4), await RunAsync(cells));

        var results = SuiteResults.Read(At("runs"), [.. cells, Cell(6)]);
        Assert.Equal([0, 4, 5], results.Finished.Select(cell => cell.Cell.Seed));
        Assert.Equal([6], results.Missing.Select(cell => cell.Seed));
        Assert.All(results.Finished, cell => Assert.True(cell.Record.WallSeconds > 0 && cell.Record.CoreSeconds >= 0));
        Assert.Equal("BC", results.Finished[0].Result.Method);
    }

    [Fact]
    public async Task A_done_run_of_other_settings_is_refused_by_its_name()
    {
        _ = await RunAsync(Cell(0));

        var error = await Assert.ThrowsAsync<UsageException>(() => RunAsync(Cell(0) with { Updates = 11 }));

        Assert.Contains(At("runs/made/bc/seed-0"), error.Message, StringComparison.Ordinal);
        Assert.Contains("--updates 10 ", error.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(At("runs/made/bc/seed-0/cell.json")));
    }

    [Fact]
    public async Task Failures_are_listed_with_the_last_lines_of_their_logs_and_stop_nobody_else()
    {
        using var output = new StringWriter();
        var failed = await Runner(output).RunAsync([Cell(1), Cell(0), Cell(2), Cell(4)], CancellationToken.None);

        Assert.Equal([(1, "memoryrl: the data are no data."), (2, "epoch 1")], failed.Select(failure => ((int)failure.Cell.Seed, failure.Reason)));
        Assert.All(failed, failure => Assert.True(File.Exists(failure.Log)));
        Assert.Equal([0, 4], SuiteResults.Read(At("runs"), [Cell(0), Cell(1), Cell(2), Cell(4)]).Finished.Select(cell => cell.Cell.Seed));
        Assert.Contains("score 30.0", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("failed  made/bc/seed-1: memoryrl: the data are no data.", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_is_not_there_is_a_failure_of_its_runs()
    {
        using var output = new StringWriter();
        var failed = await new SuiteRunner(new SuiteProgram(At("nowhere"), []), "data", At("runs"), 2, Terminal(output)).RunAsync([Cell(0), Cell(4)], CancellationToken.None);

        Assert.Equal(2, failed.Length);
        Assert.Contains("nowhere", failed[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_suites_on_one_folder_never_run_the_same_cell_and_the_second_says_what_the_first_still_runs()
    {
        var gate = new Gate(At("gate"));
        using var first = new LineWriter();
        var running = Runner(first).RunAsync([Cell(6)], CancellationToken.None);
        await first.WaitAsync("begun   made/bc/seed-6");

        using var output = new StringWriter();
        Assert.Empty(await Runner(output).RunAsync([Cell(6), Cell(0), Cell(4)], CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(45)));

        Assert.Contains("passed  made/bc/seed-6: another process runs it", output.ToString(), StringComparison.Ordinal);
        Assert.EndsWith("still run by other processes: made/bc/seed-6\n", output.ToString(), StringComparison.Ordinal);
        Assert.Equal([0, 4], SuiteResults.Read(At("runs"), [Cell(0), Cell(4), Cell(6)]).Finished.Select(cell => cell.Cell.Seed));
        gate.Open();
        Assert.Empty(await running);
        Assert.Equal((0, 3), await RunAsync(Cell(6), Cell(0), Cell(4)));
    }

    [Fact]
    public async Task What_another_process_has_finished_meanwhile_counts_as_done()
    {
        var gate = new Gate(At("gate"));
        using var first = new LineWriter();
        var running = Runner(first, parallel: 1).RunAsync([Cell(6), Cell(0)], CancellationToken.None);
        await first.WaitAsync("begun   made/bc/seed-6");
        Assert.Equal((0, 2), await RunAsync(Cell(0)));

        gate.Open();

        Assert.Empty(await running);
        Assert.Contains("done    made/bc/seed-0: by another process; 2 of 2", first.ToString(), StringComparison.Ordinal);
        Assert.Equal(2, File.ReadAllLines(At("calls")).Length);
    }

    [Fact]
    public async Task What_another_process_has_left_off_is_taken_up_at_the_end()
    {
        var gate = new Gate(At("gate"));
        using var stop = new CancellationTokenSource();
        using var first = new LineWriter();
        var stopped = Runner(first).RunAsync([Cell(6)], stop.Token);
        await first.WaitAsync("begun   made/bc/seed-6");
        using var second = new LineWriter();
        var running = Runner(second, parallel: 1).RunAsync([Cell(6), Cell(7)], CancellationToken.None);
        await second.WaitAsync("passed  made/bc/seed-6");
        await second.WaitAsync("begun   made/bc/seed-7");

        await stop.CancelAsync();
        _ = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stopped);
        gate.Open();
        await second.WaitAsync("begun   made/bc/seed-6");
        gate.Open();

        Assert.Empty(await running);
        Assert.DoesNotContain("still run", second.ToString(), StringComparison.Ordinal);
        Assert.Equal([6, 7], SuiteResults.Read(At("runs"), [Cell(6), Cell(7)]).Finished.Select(cell => cell.Cell.Seed));
    }

    [Fact]
    public async Task A_run_that_outlives_its_killed_suite_is_left_alone()
    {
        var orphan = Directory.CreateDirectory(At("runs/made/bc/seed-0/run/orphan")).FullName;
        using (RunLock.TakeFolder("--out", orphan))
        {
            using var output = new StringWriter();
            Assert.Empty(await Runner(output).RunAsync([Cell(0)], CancellationToken.None));
            Assert.Contains("still run by other processes: made/bc/seed-0", output.ToString(), StringComparison.Ordinal);
            Assert.True(Directory.Exists(orphan));
        }

        Assert.Equal((0, 1), await RunAsync(Cell(0)));
        Assert.False(Directory.Exists(orphan));
    }

    [Fact]
    public async Task Stopping_ends_the_runs_and_leaves_them_to_be_made_anew()
    {
        using var output = new StringWriter();
        using var stop = new CancellationTokenSource();
        using var watcher = new FileSystemWatcher(_folder.Path, "started") { EnableRaisingEvents = true };
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        watcher.Created += (_, _) => started.TrySetResult();

        var run = Runner(output).RunAsync([Cell(3), Cell(0)], stop.Token);
        await started.Task.WaitAsync(TimeSpan.FromSeconds(60));
        await stop.CancelAsync();

        // Far sooner than the script would have ended by itself.
        _ = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run.WaitAsync(TimeSpan.FromSeconds(45)));
        Assert.False(File.Exists(At("runs/made/bc/seed-3/cell.json")));
        Assert.Contains(SuiteResults.Read(At("runs"), [Cell(3)]).Missing, cell => cell.Seed == 3);
    }

    private static SuiteCell Cell(long seed) => new()
    {
        Dataset = "made",
        Task = "hopper",
        Method = "BC",
        Algorithm = "bc",
        Seed = seed,
        Updates = 10,
        Evaluations = 1,
        EvaluationEpisodes = 1,
        FinalEpisodes = 5,
    };

    private static Terminal Terminal(TextWriter output) => new(output, output, IsInteractive: false, UsesColor: false);

    private string At(string path) => Path.Combine(_folder.Path, path);

    private SuiteRunner Runner(TextWriter output, int parallel = 2) => new(new SuiteProgram("sh", [At("train.sh")]), "data", At("runs"), parallel, Terminal(output));

    // The failures of this run, and how often the program was called in all.
    private async Task<(int Failed, int Calls)> RunAsync(params SuiteCell[] cells)
    {
        using var output = new StringWriter();
        var failed = await Runner(output).RunAsync([.. cells], CancellationToken.None);
        return (failed.Length, File.ReadAllLines(At("calls")).Length);
    }
}
