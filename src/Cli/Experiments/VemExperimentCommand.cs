using System.Collections.Immutable;
using System.CommandLine;
using System.IO.Enumeration;
using MemoryRL.Learning;

namespace MemoryRL.Cli;

/// <summary><c>memoryrl experiment vem</c>: trains VEM and its rivals on the re-generated data sets, and writes the page of results.</summary>
internal static class VemExperimentCommand
{
    private static readonly Option<bool> Quick = new("--quick") { Description = "The small version: two point mazes, fewer updates and seeds; about 20 minutes on 2 cores." };

    private static readonly Option<string> Data = new("--data") { Description = "The folder of the data sets that `memoryrl make-datasets` writes. Point mazes that are missing are made; with --policies the others too.", HelpName = "folder", DefaultValueFactory = _ => "datasets" };

    private static readonly Option<string?> Policies = new("--policies") { Description = "A folder of published policies (*.json), by which missing data sets of bodies that walk are made.", HelpName = "folder" };

    private static readonly Option<string?> Out = new("--out") { Description = "The folder of the runs, which is gone on with where it is there; default: runs/vem, or runs/vem-quick.", HelpName = "folder" };

    private static readonly Option<int> Concurrency = new("--parallel") { Description = "How many runs train at once, each on one core.", HelpName = "count", DefaultValueFactory = _ => Math.Min(2, Environment.ProcessorCount) };

    private static readonly Option<string?> Only = new("--only") { Description = "Only the runs whose names, such as maze2d-large/vem-n-max-1/seed-0, hold this text, or match it where it has a * in it.", HelpName = "pattern" };

    private static readonly Option<string?> Report = new("--report") { Description = "The page; default: vem.md in the folder of the runs, or beside the ledger where the page is made of it alone.", HelpName = "file" };

    private static readonly Option<string?> Ledger = new("--ledger") { Description = "A file with the numbers of finished runs, a line each: runs that stand in it are not run again, and those that are done are written into it.", HelpName = "file" };

    private static readonly Option<bool> ReportOnly = new("--report-only") { Description = "Write the page from what is done already, and run nothing." };

    private static readonly Option<string?> Configs = new("--configs") { Description = "Write the settings of the tables into this folder, a file for each method and data set that `memoryrl train --config` reads, and run nothing.", HelpName = "folder" };

    /// <summary>Makes the command.</summary>
    /// <param name="terminal">Where to write.</param>
    /// <returns>The command.</returns>
    public static Command Create(Terminal terminal)
    {
        var command = new Command("vem", "VEM, with and without planning, beside IQL, AWR, TD3+BC and behaviour cloning on the re-generated data sets, with ablations and value maps. Stop it whenever you like: runs that are done are not run again.")
        {
            Quick,
            Data,
            Policies,
            Out,
            Concurrency,
            Only,
            Report,
            Ledger,
            ReportOnly,
            Configs,
        };
        command.SetAction((result, cancellationToken) => RunAsync(terminal, result, SuiteProgram.OfThisProcess, cancellationToken));
        return command;
    }

    /// <summary>Chooses runs by their names.</summary>
    /// <param name="cells">The runs.</param>
    /// <param name="pattern">What their names hold, or match where it has a * in it; null for all.</param>
    /// <returns>The chosen runs.</returns>
    /// <exception cref="UsageException">There is no such run.</exception>
    public static ImmutableArray<SuiteCell> Choose(ImmutableArray<SuiteCell> cells, string? pattern)
    {
        if (pattern is null)
        {
            return cells;
        }

        ImmutableArray<SuiteCell> chosen = [.. cells.Where(cell => pattern.Contains('*', StringComparison.Ordinal) ? FileSystemName.MatchesSimpleExpression(pattern, cell.Name) : cell.Name.Contains(pattern, StringComparison.Ordinal))];
        UsageException.ThrowUnless(!chosen.IsEmpty, "--only", $"a part of the name of a run, such as {cells[0].Name},", pattern);
        return chosen;
    }

    private static async Task<int> RunAsync(Terminal terminal, ParseResult result, SuiteProgram program, CancellationToken cancellationToken)
    {
        var suite = VemSuite.Of(result.GetValue(Quick));
        if (result.GetValue(Configs) is { } configs)
        {
            terminal.WriteLine($"{VemConfigs.Write(suite, configs)} configs in '{configs}'");
            return ExitCode.Done;
        }

        var parallel = result.GetValue(Concurrency);
        UsageException.ThrowUnless(parallel is >= 1 and <= 1024, "--parallel", "1 to 1024 runs", parallel);
        var (file, isReportOnly) = (result.GetValue(Ledger), result.GetValue(ReportOnly));
        UsageException.ThrowUnless(!isReportOnly || file is null || result.GetValue(Out) is not null || File.Exists(file), "--ledger", "a file that exists, for a page of it alone,", file);
        var ledger = file is null ? null : SuiteLedger.Open(file);

        // A page that is only made anew from a ledger has nothing to do with runs that happen to lie here.
        var root = result.GetValue(Out) ?? (isReportOnly && ledger is not null ? null : Path.Combine("runs", suite.IsQuick ? "vem-quick" : "vem"));
        var chosen = Choose(suite.Cells, result.GetValue(Only));
        ImmutableArray<FailedCell> failed = [];
        if (root is not null && !isReportOnly)
        {
            var policies = result.GetValue(Policies);
            UsageException.ThrowUnless(policies is null || Directory.Exists(policies), "--policies", "a folder that exists", policies);
            var data = result.GetRequiredValue(Data);

            // The page is of all runs: those of other settings are refused before anything is run, chosen or not.
            _ = SuiteResults.Read(root, suite.Cells, ledger);
            ImmutableArray<SuiteCell> cells = [.. chosen.Where(cell => ledger?.Find(cell) is null)];
            if (ledger is not null)
            {
                terminal.WriteLine($"{chosen.Length - cells.Length} of {chosen.Length} runs stand in the ledger and are not run again");
            }

            await new SuiteData(data, policies).EnsureAsync(cells, terminal, cancellationToken);
            failed = await new SuiteRunner(program, data, root, parallel, terminal).RunAsync(cells, cancellationToken);
        }

        WriteReport(terminal, suite, root, ledger, result.GetValue(Report));
        foreach (var failure in failed)
        {
            terminal.WriteLine($"failed: {failure.Cell.Name}: {failure.Reason} ({failure.Log})");
        }

        return failed.IsEmpty ? ExitCode.Done : ExitCode.Failed;
    }

    private static void WriteReport(Terminal terminal, VemSuite suite, string? root, SuiteLedger? ledger, string? report)
    {
        var values = new VemValueReader(LearningAlgorithms.ValueFunctionFactories, isStrict: ledger is not null);
        var results = SuiteResults.Read(root, suite.Cells, ledger, values.Read);
        if (results.Finished.IsEmpty)
        {
            terminal.WriteLine($"no run is done in '{root ?? ledger!.FilePath}': no page");
            return;
        }

        foreach (var name in ledger?.Save(results.Finished) ?? [])
        {
            terminal.WriteLine($"another run of {name} in '{root}' took the place of its line in the ledger");
        }

        var page = report ?? Path.Combine(root ?? Path.GetDirectoryName(Path.GetFullPath(ledger!.FilePath))!, "vem.md");
        VemPage.Write(page, suite, results, new VemCommands(suite, report, ledger?.FilePath));
        terminal.WriteLine($"{results.Finished.Length} of {suite.Cells.Length} runs on the page {page}");
    }
}
