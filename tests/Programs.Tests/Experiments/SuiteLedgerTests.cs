using System.Text;
using MemoryRL.Cli;
using MemoryRL.Tests;

namespace MemoryRL.Programs.Tests;

/// <summary>Ledgers: the numbers of runs that are kept when the folders of the runs are not.</summary>
public sealed class SuiteLedgerTests : IDisposable
{
    private static readonly VemSuite Suite = VemSuite.Of(isQuick: true);

    private static readonly string[] Names = [.. Suite.Cells.Select(cell => cell.Name)];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [MuJoCoFact]
    public void A_page_from_the_ledger_alone_is_the_page_from_the_folders_byte_for_byte()
    {
        foreach (var cell in Suite.Cells)
        {
            var folder = Save(cell, 10 + (20 * cell.Seed) + (Math.PI * cell.Options.Count));
            if (cell.Dataset == "maze2d-medium")
            {
                MadeUpRun.KeepValues(folder);
            }
        }

        var fromFolders = Write("folders", Read("runs", ledger: null));
        Assert.Contains(fromFolders.Keys, name => name.EndsWith("values-one-step.svg", StringComparison.Ordinal));
        Assert.Contains(fromFolders.Keys, name => name.EndsWith("horizons-order.svg", StringComparison.Ordinal));
        _ = Open().Save(Read("runs", Open()).Finished);

        var fromLedger = Write("ledger", Read(runs: null, Open()));

        Assert.Equal(fromFolders, fromLedger);
    }

    [Fact]
    public async Task A_page_of_a_ledger_that_is_not_there_is_refused_and_leaves_nothing_behind()
    {
        var (exitCode, _, errors) = await InProcessCli.RunAsync("experiment", "vem", "--ledger", Path.Combine(_folder.Path, "mistyped", "vem.jsonl"), "--report-only");

        Assert.Equal(2, exitCode);
        Assert.Contains("--ledger: expected a file that exists", errors, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task Runs_that_stand_in_the_ledger_are_not_run_again_and_need_no_data()
    {
        _ = Open().Save(Suite.Cells.Select(cell => Finished(cell)));
        var lines = File.ReadAllText(At("ledger.jsonl"));

        var (exitCode, output, errors) = await InProcessCli.RunAsync("experiment", "vem", "--quick", "--ledger", At("ledger.jsonl"), "--data", At("data"), "--out", At("runs"), "--report", At("page.md"));

        Assert.True(exitCode == 0, errors);
        Assert.Contains("36 of 36 runs stand in the ledger and are not run again\n0 runs, 0 done already", output, StringComparison.Ordinal);
        Assert.Contains("36 of 36 runs on the page", output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(At("data")));
        Assert.False(Directory.Exists(At("runs")));
        Assert.Equal(lines, File.ReadAllText(At("ledger.jsonl")));
    }

    [Fact]
    public async Task The_command_that_the_page_shows_makes_it_anew_from_the_ledger()
    {
        foreach (var cell in Suite.Cells.Where(cell => cell.Algorithm == "bc"))
        {
            _ = Save(cell, 25);
        }

        var command = new VemCommands(Suite, Path.Combine("docs", "vem.md"), Path.Combine("docs", "vem.jsonl")).FromLedger!;
        Assert.Equal($"experiment vem --quick --ledger {Path.Combine("docs", "vem.jsonl")} --report {Path.Combine("docs", "vem.md")} --report-only", command);
        Assert.Null(new VemCommands(Suite, "vem.md", At("vem.jsonl")).FromLedger);
        Assert.Null(new VemCommands(Suite, "vem.md").FromLedger);

        await RunAsync(command, "--out", At("runs"));
        var page = File.ReadAllText(At("docs/vem.md"));
        File.Delete(At("docs/vem.md"));
        await RunAsync(command);

        Assert.Equal(page, File.ReadAllText(At("docs/vem.md")));
        Assert.Contains("| BC ", page, StringComparison.Ordinal);

        async Task RunAsync(string command, params string[] more)
        {
            var (exitCode, _, errors) = await InProcessCli.RunAsync([.. command.Split(' ').Select(word => word.StartsWith("docs", StringComparison.Ordinal) ? At(word) : word), .. more]);
            Assert.True(exitCode == 0, errors);
        }
    }

    [Fact]
    public void A_folder_comes_before_its_line_and_takes_its_place()
    {
        var cell = Suite.Cells[0];
        Save(cell, new ValueReading([1, 2], []));
        _ = Save(cell, 42);
        var read = Read("runs", Open());
        Assert.Equal(42, Assert.Single(read.Finished).Result.Final!.Score);
        Assert.Empty(Open().Save(read.Finished));
        Assert.Equal(42, Open().Find(cell)!.Result.Final!.Score);
        Assert.Null(Open().Find(cell)!.Values);

        (MadeUpRun.Record(cell) with { WallSeconds = 96 }).Save(At($"runs/{cell.Name}"));
        Assert.Equal([cell.Name], Open().Save(Read("runs", Open()).Finished));

        Assert.Equal(96, Open().Find(cell)!.Run.WallSeconds);
    }

    [Fact]
    public void What_others_have_written_since_a_ledger_was_opened_stays()
    {
        var (mine, both, theirs) = (Suite.Cells[0], Suite.Cells[1], Suite.Cells[2]);
        Save(both);
        var (first, second) = (Open(), Open());
        _ = second.Save([Finished(theirs), Finished(both) with { Record = MadeUpRun.Record(both) with { WallSeconds = 96 } }]);

        // What it has only read it does not write.
        _ = first.Save(SuiteResults.Read(root: null, Suite.Cells, first).Finished.Append(Finished(mine)));

        // What it has not read, and writes over, it names.
        Assert.Equal([theirs.Name], first.Save([Finished(theirs) with { Record = MadeUpRun.Record(theirs) with { WallSeconds = 97 } }]));

        Assert.Equal((95, 96, 97), (Open().Find(mine)!.Run.WallSeconds, Open().Find(both)!.Run.WallSeconds, Open().Find(theirs)!.Run.WallSeconds));
    }

    [Fact]
    public void What_a_ledger_has_saved_it_saves_and_names_once()
    {
        var cell = Suite.Cells[0];
        Save(cell);
        var (ledger, finished) = (Open(), Finished(cell) with { Record = MadeUpRun.Record(cell) with { WallSeconds = 96 } });
        Assert.Equal([cell.Name], ledger.Save([finished]));
        Assert.Equal(96, ledger.Find(cell)!.Run.WallSeconds);
        _ = Open().Save([Finished(cell) with { Record = MadeUpRun.Record(cell) with { WallSeconds = 97 } }]);

        Assert.Empty(ledger.Save([finished]));

        Assert.Equal(97, Open().Find(cell)!.Run.WallSeconds);
    }

    [Fact]
    public async Task Many_writers_at_once_lose_no_line()
    {
        await Parallel.ForEachAsync(Suite.Cells, new ParallelOptions { MaxDegreeOfParallelism = 8 }, (cell, _) =>
        {
            Save(cell);
            return ValueTask.CompletedTask;
        });

        Assert.Equal(Enumerable.Range(0, Names.Length), Suite.Cells.Select(cell => (int)Open().Find(cell)!.Result.Final!.Score!.Value));
    }

    [Fact]
    public async Task A_line_of_other_settings_is_refused_before_anything_is_run()
    {
        var stale = Suite.Cells[^1];
        _ = Open().Save([Finished(stale) with { Record = MadeUpRun.Record(stale with { Updates = 11 }) }]);

        var (exitCode, output, errors) = await InProcessCli.RunAsync("experiment", "vem", "--quick", "--ledger", At("ledger.jsonl"), "--data", At("data"), "--out", At("runs"), "--only", Suite.Cells[0].Name);

        Assert.Equal((ExitCode.Usage, ""), (exitCode, output));
        Assert.Contains($"line of '{stale.Name}'", errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(At("data")));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    public void What_is_no_file_is_refused(string path) =>
        Assert.StartsWith("--ledger: expected a file", Assert.Throws<UsageException>(() => SuiteLedger.Open(path)).Message, StringComparison.Ordinal);

    [MuJoCoFact]
    public void Values_of_another_maze_are_refused_by_the_run_that_has_them()
    {
        var cell = Suite.Cells.First(cell => cell is { Dataset: "maze2d-medium", Method: VemSuite.Vem });
        Save(cell, new ValueReading([1, 2], []));

        var error = Assert.Throws<UsageException>(() => Write("docs", Read(runs: null, Open())));

        Assert.StartsWith("--ledger: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(cell.Name, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_stand_in_the_order_of_their_names_and_those_of_other_cells_stay()
    {
        var (first, second) = (Suite.Cells[0], Suite.Cells[^1]);
        Save(second);
        Save(first);

        Assert.Equal([.. ((string[])[first.Name, second.Name]).Order(StringComparer.Ordinal)], File.ReadLines(At("ledger.jsonl")).Select(line => line.Split('"')[3]));
        Assert.Equal(Names.Length - 1, Open().Find(second)!.Result.Final!.Score);
        Assert.Null(Open().Find(Suite.Cells[1]));
    }

    [Fact]
    public void A_line_of_other_settings_is_refused_by_its_key_and_file()
    {
        var cell = Suite.Cells[0];
        Save(cell);

        var error = Assert.Throws<UsageException>(() => Open().Find(cell with { Updates = 11 }));

        Assert.StartsWith("--ledger: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(At("ledger.jsonl"), error.Message, StringComparison.Ordinal);
        Assert.Contains("--updates 11 ", error.Message, StringComparison.Ordinal);
        Assert.Contains($"line of '{cell.Name}'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_stands_twice_is_refused()
    {
        var cell = Suite.Cells[0];
        Save(cell);
        File.AppendAllLines(At("ledger.jsonl"), File.ReadAllLines(At("ledger.jsonl")));

        Assert.Contains($"{cell.Name} again in line 2", Assert.Throws<UsageException>(Open).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"at\":1000,", "\"at\":1000,\"more\":1,")]
    [InlineData("\"curve\":[{", "\"curve\":[null,{")]
    [InlineData("\"size\":2", "\"sizes\":2")]
    [InlineData(",\"size\":2", "")]
    [InlineData("\"is_complete\":true", "\"is_complete\":false")]
    [InlineData("\"core_seconds\":90", "\"core_seconds\":null")]
    public void A_line_that_lacks_a_part_or_has_one_too_many_is_refused(string part, string other)
    {
        Save(Suite.Cells[0], new ValueReading([1], [new KeptValueError(100, new ValueError(0.5, 2))]));
        var whole = File.ReadAllText(At("ledger.jsonl"));
        Assert.Contains(part, whole, StringComparison.Ordinal);
        File.WriteAllText(At("ledger.jsonl"), whole.Replace(part, other, StringComparison.Ordinal));

        Assert.Contains($"'{At("ledger.jsonl")}', line 1", Assert.Throws<UsageException>(Open).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{\"name\":\"a\"")]
    [InlineData("{\"name\":\"a\",\"run\":null,\"result\":null,\"values\":null}")]
    public void A_damaged_line_is_refused_by_its_number(string damaged)
    {
        var cell = Suite.Cells[0];
        Save(cell);
        File.AppendAllText(At("ledger.jsonl"), damaged + "\n");

        Assert.Contains($"'{At("ledger.jsonl")}', line 2", Assert.Throws<UsageException>(Open).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_with_any_byte_gone_or_changed_is_read_whole_or_refused()
    {
        const int Seed = 20_261_122;
        var cell = Suite.Cells[0];
        Save(cell, new ValueReading([1.5, double.NaN], [new KeptValueError(100, new ValueError(0.5, 2))]));
        var whole = File.ReadAllBytes(At("ledger.jsonl"));
        var random = new Random(Seed);
        var refused = 0;
        for (var i = 0; i < whole.Length; i++)
        {
            byte[] changed = [.. whole];
            changed[i] = (byte)random.Next(256);
            foreach (var bytes in (byte[][])[changed, [.. whole[..i], .. whole[(i + 1)..]], whole[..i]])
            {
                File.WriteAllBytes(At("ledger.jsonl"), bytes);
                try
                {
                    // What is read can be written, and counts as finished.
                    _ = Open().Save([Finished(Suite.Cells[1])]);
                    _ = Open();
                }
                catch (UsageException)
                {
                    refused++;
                }
                catch (Exception error)
                {
                    Assert.Fail($"seed {Seed}, byte {i}: {error} from {Encoding.UTF8.GetString(bytes)}");
                }
            }
        }

        Assert.True(refused > whole.Length, $"{refused} of {3 * whole.Length} refused");
    }

    private static FinishedCell Finished(SuiteCell cell, ValueReading? values = null) => new(cell, MadeUpRun.Record(cell), MadeUpRun.Result(cell, Array.IndexOf(Names, cell.Name)), values);

    private string At(string path) => Path.Combine(_folder.Path, path);

    private SuiteLedger Open() => SuiteLedger.Open(At("ledger.jsonl"));

    private void Save(SuiteCell cell, ValueReading? values = null) => _ = Open().Save([Finished(cell, values)]);

    private string Save(SuiteCell cell, double score) => MadeUpRun.Save(At("runs"), cell, score);

    private SuiteResults Read(string? runs, SuiteLedger? ledger) => SuiteResults.Read(runs is null ? null : At(runs), Suite.Cells, ledger, new VemValueReader([new SlopeFactory()], isStrict: true).Read);

    private Dictionary<string, string> Write(string name, SuiteResults results)
    {
        var folder = Directory.CreateDirectory(At(name)).FullName;
        VemPage.Write(Path.Combine(folder, "page.md"), Suite, results, new VemCommands(Suite, report: null));
        return Directory.GetFiles(folder, "*", SearchOption.AllDirectories).ToDictionary(file => Path.GetRelativePath(folder, file), File.ReadAllText);
    }
}
