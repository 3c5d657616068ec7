using System.Globalization;
using MemoryRL.Core;
using MemoryRL.Environments;

namespace MemoryRL.Cli;

/// <summary>Reads the value functions that runs of <c>experiment vem</c> have kept, as far as the page shows them.</summary>
/// <param name="factories">What reads value functions.</param>
/// <param name="isStrict">Whether a machine that lacks what a maze needs is an error; else its runs go without.</param>
internal sealed class VemValueReader(IReadOnlyList<IValueFunctionFactory> factories, bool isStrict)
{
    private readonly MazeOptima _mazes = new();

    /// <summary>Reads a run's value functions.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="runFolder">The folder of its run.</param>
    /// <returns>What they say; null where the page shows nothing of them.</returns>
    /// <exception cref="EnvironmentUnavailableException">This machine lacks what the maze needs, and the reader is strict.</exception>
    public ValueReading? Read(SuiteCell cell, string runFolder)
    {
        var last = Path.Combine(runFolder, ValueBundleFile.Last);
        var isMapped = VemSuite.Mapped.Any(entry => entry.Method == cell.Method) && File.Exists(last);
        var kept = VemSuite.Horizons.Concat(VemSuite.Refreshes).Any(row => row.Method == cell.Method) ? ValueBundleFile.OnTheWay(runFolder) : [];
        if (!MazeValues.IsMaze(cell.Task) || (!isMapped && kept.IsEmpty) || (!isStrict && EnvironmentRegistry.Find(cell.Task).UnavailableReason is not null))
        {
            return null;
        }

        var optimum = kept.IsEmpty ? [] : _mazes.OptimumOf(cell);
        return new ValueReading(
            isMapped ? [.. Evaluate(cell, last).Select(Shorten)] : [],
            [.. kept.Select(bundle => new KeptValueError(bundle.Updates, ValueError.Of(Evaluate(cell, bundle.Path), optimum)))]);
    }

    private double[] Evaluate(SuiteCell cell, string path)
    {
        using var values = ValueBundleFile.Load(path, factories);
        return _mazes.Of(cell).Evaluate(values);
    }

    // A picture has 256 colours.
    private static double Shorten(double value) => double.Parse(value.ToString("G4", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
