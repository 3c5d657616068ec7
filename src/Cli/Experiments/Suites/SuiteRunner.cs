using System.Collections.Immutable;
using System.ComponentModel;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace MemoryRL.Cli;

/// <summary>A cell whose run did not come to its end.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="Reason">The last line that it wrote about errors, or else the last of its log, or what else went wrong.</param>
/// <param name="Log">The log.</param>
internal sealed record FailedCell(SuiteCell Cell, string Reason, string Log);

/// <summary>Runs the cells of a suite, each as a process of its own on one core, several at once; cells that are done are not run again.</summary>
/// <param name="program">What trains them.</param>
/// <param name="data">The folder of the data sets.</param>
/// <param name="root">The folder of the suite.</param>
/// <param name="parallel">How many run at once.</param>
/// <param name="terminal">Where to write.</param>
internal sealed class SuiteRunner(SuiteProgram program, string data, string root, int parallel, Terminal terminal)
{
    private static readonly string Machine = string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessorCount} cores, {RuntimeInformation.ProcessArchitecture}, .NET {Environment.Version}");

    private readonly Lock _gate = new();
    private readonly SuiteEstimate _estimate = new();
    private readonly List<FailedCell> _failed = [];
    private ImmutableHashSet<SuiteCell> _open = [];
    private int _done;
    private int _count;

    /// <summary>Runs what is not done.</summary>
    /// <param name="cells">The cells, in the order in which they are begun.</param>
    /// <param name="cancellationToken">Stops the runs in order; what is done stays, what was begun is made anew next time.</param>
    /// <returns>The cells that failed, in the order of the list.</returns>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    /// <exception cref="UsageException">A cell is done, but with other settings.</exception>
    public async Task<ImmutableArray<FailedCell>> RunAsync(ImmutableArray<SuiteCell> cells, CancellationToken cancellationToken)
    {
        var open = ImmutableArray.CreateBuilder<SuiteCell>();
        foreach (var cell in cells)
        {
            if (new SuiteCellFolder(root, cell).Read() is { } finished)
            {
                _estimate.Add(cell, finished.Record.WallSeconds);
            }
            else
            {
                open.Add(cell);
            }
        }

        (_count, _done, _open) = (cells.Length, cells.Length - open.Count, [.. open]);
        terminal.WriteLine($"{cells.Length} runs, {_done} done already, {parallel} at once; folder {root}");
        await Parallel.ForEachAsync(open, new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = cancellationToken }, async (cell, stop) => await RunAsync(cell, stop));
        return [.. _failed.OrderBy(failure => cells.IndexOf(failure.Cell))];
    }

    private async Task RunAsync(SuiteCell cell, CancellationToken cancellationToken)
    {
        var folder = new SuiteCellFolder(root, cell);
        try
        {
            folder.Clear();
            Say($"begun   {cell.Name}");
            var arguments = cell.Arguments(Path.Combine(data, cell.Dataset + DatasetFile.Extension)).Concat(["--out", folder.Runs]);
            var outcome = await SuiteChild.RunAsync(program, arguments, folder.Log, cancellationToken);
            if (outcome.ExitCode == 0 && folder.FindResult() is var (_, result))
            {
                Finish(cell, folder, outcome, result);
            }
            else
            {
                Fail(cell, folder, outcome.LastLine ?? (outcome.ExitCode == 0 ? $"it left no complete {RunResult.FileName}" : $"exit code {outcome.ExitCode}"));
            }
        }
        catch (Exception error) when (error is Win32Exception or IOException or JsonException)
        {
            Fail(cell, folder, error.Message.ReplaceLineEndings(" "));
        }
    }

    private void Finish(SuiteCell cell, SuiteCellFolder folder, ChildOutcome outcome, RunResult result)
    {
        // The record is the last thing that is written: it says that the cell is done.
        new SuiteCellRecord(cell.Method, [.. SuiteCellFolder.Identity(cell)], BuildInformation.FullVersion, BuildInformation.TensorEngine, Machine, outcome.WallSeconds, outcome.CoreSeconds).Save(folder.FullPath);
        lock (_gate)
        {
            _done++;
            _open = _open.Remove(cell);
            _estimate.Add(cell, outcome.WallSeconds);
            Say($"done    {cell.Name}: {SuiteText.Measure(result.Final!)} in {ReportText.Duration(outcome.WallSeconds)}; {_done} of {_count}{Left()}");
        }
    }

    private void Fail(SuiteCell cell, SuiteCellFolder folder, string reason)
    {
        lock (_gate)
        {
            _open = _open.Remove(cell);
            _failed.Add(new FailedCell(cell, reason, folder.Log));
            Say($"failed  {cell.Name}: {reason}{Left()}");
        }
    }

    private string Left() => _open.IsEmpty ? "" : _estimate.Remaining(_open, Math.Min(parallel, _open.Count)) is { } seconds ? $"; about {ReportText.Duration(seconds)} left" : "";

    // Runs end on several threads at once; a line is written whole.
    private void Say(string line)
    {
        lock (_gate)
        {
            terminal.WriteLine(line);
        }
    }
}
