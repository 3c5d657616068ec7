using System.Collections.Immutable;
using MemoryRL.Environments;

namespace MemoryRL.Cli;

/// <summary>Values over the mazes, for the page of <c>experiment vem</c>: maps of them, and how far they are from the optimum while they are learned.</summary>
/// <param name="results">The finished runs.</param>
internal sealed class VemValueMaps(SuiteResults results)
{
    private readonly MazeOptima _mazes = new();

    /// <summary>Draws the values of a method's first seed.</summary>
    /// <param name="dataset">The data set.</param>
    /// <param name="method">The method.</param>
    /// <returns>The picture; null where no finished run has kept its values.</returns>
    /// <exception cref="UsageException">The ledger has values of another maze.</exception>
    /// <exception cref="EnvironmentUnavailableException">This machine lacks what the maze needs.</exception>
    public HeatMap? Learned(string dataset, string method)
    {
        if (results.Of(dataset, method).FirstOrDefault(cell => cell.Values is { Places.IsEmpty: false }) is not { Values.Places: var places, Cell: var cell })
        {
            return null;
        }

        return _mazes.Of(cell).Map($"{dataset}: {method}, seed {cell.Seed}", "V, mean of the heads", Checked(cell, places));
    }

    /// <summary>Draws the optimum from the map.</summary>
    /// <param name="cell">A run on the data set, whose rewards the optimum has too.</param>
    /// <returns>The picture.</returns>
    public HeatMap Best(SuiteCell cell) => _mazes.Of(cell).Map($"{cell.Dataset}: from the map", "shortest way, discounted", _mazes.OptimumOf(cell));

    /// <summary>Compares a method's last values with the optimum.</summary>
    /// <param name="dataset">The data set.</param>
    /// <param name="method">The method.</param>
    /// <returns>How far those of each finished seed that has kept them are from it.</returns>
    /// <exception cref="UsageException">The ledger has values of another maze.</exception>
    /// <exception cref="EnvironmentUnavailableException">This machine lacks what the maze needs.</exception>
    public ImmutableArray<ValueError> LastErrors(string dataset, string method) =>
    [
        .. from kept in results.Of(dataset, method)
           where kept.Values is { Places.IsEmpty: false }
           select ValueError.Of(Checked(kept.Cell, kept.Values!.Places), _mazes.OptimumOf(kept.Cell)),
    ];

    /// <summary>Gathers how far values are from the optimum while they are learned.</summary>
    /// <param name="dataset">The data set.</param>
    /// <param name="rows">The methods, each with its name in the legend.</param>
    /// <returns>For each method that kept values: its name, its number of seeds, and the errors of all seeds.</returns>
    public ImmutableArray<(string Name, int Seeds, ImmutableArray<KeptValueError> Points)> Errors(string dataset, IEnumerable<(string Name, string Method)> rows) =>
    [
        .. from row in rows
           let kept = results.Of(dataset, row.Method).Select(cell => cell.Values).OfType<ValueReading>().Where(values => !values.Errors.IsEmpty).ToArray()
           where kept.Length > 0
           select (row.Name, kept.Length, (ImmutableArray<KeptValueError>)[.. kept.SelectMany(values => values.Errors)]),
    ];

    private ImmutableArray<double> Checked(SuiteCell cell, ImmutableArray<double> places)
    {
        var count = _mazes.Of(cell).PlaceCount;
        UsageException.ThrowUnless(places.Length == count, "--ledger", $"values at {count} places of {cell.Name}", places.Length);
        return places;
    }
}
