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

/// <summary>Runs the cells of a suite, each as a process of its own on one core, several at once; cells that are done are not run again, and those that another process runs are passed over.</summary>
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
    private readonly HashSet<SuiteCell> _elsewhere = [];
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
        await RunAllAsync(open.ToImmutable(), cancellationToken);
        if (_elsewhere.Count > 0)
        {
            terminal.WriteLine($"still run by other processes: {string.Join(", ", cells.Where(_elsewhere.Contains).Select(cell => cell.Name))}");
        }

        return [.. _failed.OrderBy(failure => cells.IndexOf(failure.Cell))];
    }

    // What others run is looked at again for as long as that leads on: they may be stopped, or done, by then.
    private async Task RunAllAsync(ImmutableArray<SuiteCell> open, CancellationToken cancellationToken)
    {
        for (var count = int.MaxValue; open.Length > 0 && open.Length < count; open = [.. open.Where(_elsewhere.Contains)])
        {
            count = open.Length;
            await Parallel.ForEachAsync(open, new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = cancellationToken }, async (cell, stop) => await RunAsync(cell, stop));
        }
    }

    private async Task RunAsync(SuiteCell cell, CancellationToken cancellationToken)
    {
        var folder = new SuiteCellFolder(root, cell);
        try
        {
            using var held = folder.TryHold();
            if (held is null)
            {
                Pass(cell);
            }
            else if (folder.Read() is { } finished)
            {
                Finish(cell, finished.Record.WallSeconds, "by another process");
            }
            else
            {
                await TrainAsync(cell, folder, cancellationToken);
            }
        }
        catch (Exception error) when (error is Win32Exception or IOException or JsonException)
        {
            Fail(cell, folder, error.Message.ReplaceLineEndings(" "));
        }
    }

    private async Task TrainAsync(SuiteCell cell, SuiteCellFolder folder, CancellationToken cancellationToken)
    {
        Begin(cell);
        folder.Clear();
        var arguments = cell.Arguments(Path.Combine(data, cell.Dataset + DatasetFile.Extension)).Concat(["--out", folder.Runs]);
        var outcome = await SuiteChild.RunAsync(program, arguments, folder.Log, cancellationToken);
        if (outcome.ExitCode != 0 || folder.FindResult() is not var (_, result))
        {
            Fail(cell, folder, outcome.LastLine ?? (outcome.ExitCode == 0 ? $"it left no complete {RunResult.FileName}" : $"exit code {outcome.ExitCode}"));
            return;
        }

        // The record is the last thing that is written: it says that the cell is done.
        new SuiteCellRecord(cell.Method, [.. cell.Identity()], BuildInformation.FullVersion, BuildInformation.TensorEngine, Machine, outcome.WallSeconds, outcome.CoreSeconds).Save(folder.FullPath);
        Finish(cell, outcome.WallSeconds, $"{SuiteText.Measure(result.Final!)} in {ReportText.Duration(outcome.WallSeconds)}");
    }

    private void Begin(SuiteCell cell)
    {
        lock (_gate)
        {
            _ = _elsewhere.Remove(cell);
            _open = _open.Add(cell);
            Say($"begun   {cell.Name}");
        }
    }

    private void Pass(SuiteCell cell)
    {
        lock (_gate)
        {
            _open = _open.Remove(cell);
            if (_elsewhere.Add(cell))
            {
                Say($"passed  {cell.Name}: another process runs it");
            }
        }
    }

    private void Finish(SuiteCell cell, double wallSeconds, string how)
    {
        lock (_gate)
        {
            _done++;
            _ = _elsewhere.Remove(cell);
            _open = _open.Remove(cell);
            _estimate.Add(cell, wallSeconds);
            Say($"done    {cell.Name}: {how}; {_done} of {_count}{Left()}");
        }
    }

    private void Fail(SuiteCell cell, SuiteCellFolder folder, string reason)
    {
        lock (_gate)
        {
            _ = _elsewhere.Remove(cell);
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
