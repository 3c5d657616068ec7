using System.Collections.Immutable;
using System.Globalization;
using MemoryRL.Core;

namespace MemoryRL.Cli;

/// <summary>Values over the mazes, for the page of <c>experiment vem</c>: maps of them, and how far they are from the optimum while they are learned.</summary>
/// <param name="results">The finished runs.</param>
/// <param name="factories">What reads value functions.</param>
internal sealed class VemValueMaps(SuiteResults results, IReadOnlyList<IValueFunctionFactory> factories)
{
    // The learners' own default.
    private const double Discount = 0.99;

    private readonly Dictionary<string, MazeValues> _mazes = new(StringComparer.Ordinal);

    /// <summary>Draws the values of a method's first seed.</summary>
    /// <param name="dataset">The data set.</param>
    /// <param name="method">The method.</param>
    /// <returns>The picture; null where no finished run has kept its values.</returns>
    public HeatMap? Learned(string dataset, string method)
    {
        if (results.Of(dataset, method).FirstOrDefault(cell => File.Exists(LastOf(cell))) is not { } cell)
        {
            return null;
        }

        using var values = ValueBundleFile.Load(LastOf(cell), factories);
        var maze = MazeOf(cell.Cell);
        return maze.Map($"{dataset}: {method}, seed {cell.Cell.Seed}", "V, mean of the heads", maze.Evaluate(values));
    }

    /// <summary>Draws the optimum from the map.</summary>
    /// <param name="cell">A run on the data set, whose rewards the optimum has too.</param>
    /// <returns>The picture.</returns>
    public HeatMap Best(SuiteCell cell)
    {
        var maze = MazeOf(cell);
        return maze.Map($"{cell.Dataset}: from the map", "shortest way, discounted", Optimum(maze, cell));
    }

    /// <summary>Measures how far values are from the optimum while they are learned.</summary>
    /// <param name="dataset">The data set.</param>
    /// <param name="rows">The methods, each with its name in the legend.</param>
    /// <returns>For each method that kept values: its name, its number of seeds, and updates with errors, of all seeds.</returns>
    public ImmutableArray<(string Name, int Seeds, ImmutableArray<(long Updates, ValueError Error)> Points)> Errors(string dataset, IEnumerable<(string Name, string Method)> rows)
    {
        var curves = ImmutableArray.CreateBuilder<(string, int, ImmutableArray<(long, ValueError)>)>();
        foreach (var (name, method) in rows)
        {
            var kept = results.Of(dataset, method).Select(cell => (cell.Cell, Bundles: ValueBundleFile.OnTheWay(cell.RunFolder))).Where(entry => !entry.Bundles.IsEmpty).ToArray();
            if (kept.Length > 0)
            {
                curves.Add((name, kept.Length, [.. kept.SelectMany(entry => entry.Bundles.Select(bundle => (bundle.Updates, ErrorOf(entry.Cell, bundle.Path))))]));
            }
        }

        return curves.ToImmutable();
    }

    // What --rewards does to the mazes' rewards of 0 and 1, and what the learner's own options do where they are given.
    private static double[] Optimum(MazeValues maze, SuiteCell cell) => maze.Optimum(
        Option(cell, "reward-scale", cell.Rewards == "hundred" ? 100 : 1),
        Option(cell, "reward-shift", cell.Rewards == "minus-one" ? -1 : 0),
        Option(cell, "discount", Discount));

    private static double Option(SuiteCell cell, string name, double other) => cell.Options.TryGetValue(name, out var text) ? double.Parse(text, CultureInfo.InvariantCulture) : other;

    private static string LastOf(FinishedCell cell) => Path.Combine(cell.RunFolder, ValueBundleFile.Last);

    private ValueError ErrorOf(SuiteCell cell, string path)
    {
        using var values = ValueBundleFile.Load(path, factories);
        var maze = MazeOf(cell);
        return ValueError.Of(maze.Evaluate(values), Optimum(maze, cell));
    }

    private MazeValues MazeOf(SuiteCell cell)
    {
        if (!_mazes.TryGetValue(cell.Task, out var maze))
        {
            maze = new MazeValues(cell.Task);
            _mazes[cell.Task] = maze;
        }

        return maze;
    }
}
