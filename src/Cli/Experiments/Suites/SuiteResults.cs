using System.Collections.Immutable;
using MemoryRL.Client;

namespace MemoryRL.Cli;

/// <summary>A finished cell.</summary>
/// <param name="Cell">What was run.</param>
/// <param name="Record">What it took.</param>
/// <param name="Result">What it came to, under the method's name of the suite.</param>
/// <param name="Values">What its value functions say; null if the page shows nothing of them.</param>
internal sealed record FinishedCell(SuiteCell Cell, SuiteCellRecord Record, RunResult Result, ValueReading? Values);

/// <summary>The finished cells of a suite, by data set and method.</summary>
internal sealed class SuiteResults
{
    private readonly ILookup<(string Dataset, string Method), FinishedCell> _byMethod;

    private SuiteResults(ImmutableArray<FinishedCell> finished, ImmutableArray<SuiteCell> missing)
    {
        (Finished, Missing) = (finished, missing);
        _byMethod = finished.OrderBy(cell => cell.Cell.Seed).ToLookup(cell => (cell.Cell.Dataset, cell.Cell.Method));
    }

    /// <summary>Gets the finished cells.</summary>
    public ImmutableArray<FinishedCell> Finished { get; }

    /// <summary>Gets the cells that have not come to their end.</summary>
    public ImmutableArray<SuiteCell> Missing { get; }

    /// <summary>Reads the folder of a suite, and its ledger.</summary>
    /// <param name="root">The folder; null for the ledger alone.</param>
    /// <param name="cells">The suite's cells.</param>
    /// <param name="ledger">Finished cells whose folders may be gone; where there is a folder, it is read.</param>
    /// <param name="readValues">Reads what a run's value functions say, from its folder; null if the page shows nothing of them.</param>
    /// <returns>The results.</returns>
    /// <exception cref="UsageException">A cell is finished, but with other settings.</exception>
    public static SuiteResults Read(string? root, ImmutableArray<SuiteCell> cells, SuiteLedger? ledger = null, Func<SuiteCell, string, ValueReading?>? readValues = null)
    {
        var read = cells.Select(cell => (Cell: cell, Finished: ReadCell(cell))).ToArray();
        return new SuiteResults([.. read.Select(entry => entry.Finished).OfType<FinishedCell>()], [.. read.Where(entry => entry.Finished is null).Select(entry => entry.Cell)]);

        FinishedCell? ReadCell(SuiteCell cell)
        {
            var line = ledger?.Find(cell);
            if (root is not null && new SuiteCellFolder(root, cell).Read() is { } run)
            {
                return new FinishedCell(cell, run.Record, run.Result, readValues?.Invoke(cell, run.Folder));
            }

            return line is null ? null : new FinishedCell(cell, line.Run, line.Result, line.Values);
        }
    }

    /// <summary>Leaves out what has later seeds: methods that have more of them than others are beside them on equal terms.</summary>
    /// <param name="seeds">How many seeds stay, from 0 on.</param>
    /// <returns>The results of these.</returns>
    public SuiteResults OfFirst(int seeds) => new([.. Finished.Where(cell => cell.Cell.Seed < seeds)], [.. Missing.Where(cell => cell.Seed < seeds)]);

    /// <summary>Gets the seeds of a method on a data set.</summary>
    /// <param name="dataset">The data set.</param>
    /// <param name="method">The method.</param>
    /// <returns>The finished cells, by seed; none where none is finished.</returns>
    public FinishedCell[] Of(string dataset, string method) => [.. _byMethod[(dataset, method)]];

    /// <summary>Gets the scores of a method's last policies on a data set.</summary>
    /// <param name="dataset">The data set.</param>
    /// <param name="method">The method.</param>
    /// <returns>One for each seed that has one.</returns>
    public double[] FinalScores(string dataset, string method) => [.. Of(dataset, method).Select(cell => cell.Result.Final!.Score).OfType<double>()];

    /// <summary>Estimates a mean over seeds.</summary>
    /// <param name="values">One value for each seed.</param>
    /// <returns>The mean with its bootstrap interval; null where there is no value, or one that is no number.</returns>
    public static Interval? Mean(IEnumerable<double?> values)
    {
        double[] numbers = [.. values.Select(value => value ?? double.NaN)];
        return numbers.Length == 0 || numbers.Any(double.IsNaN) ? null : BootstrapInterval.OfMean(numbers);
    }
}
