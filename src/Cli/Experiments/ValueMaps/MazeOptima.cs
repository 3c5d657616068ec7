using System.Globalization;

namespace MemoryRL.Cli;

/// <summary>The mazes of a suite, each laid out once, and the optimum as a cell's rewards make it.</summary>
internal sealed class MazeOptima
{
    // The learners' own default.
    private const double Discount = 0.99;

    private readonly Dictionary<string, MazeValues> _mazes = new(StringComparer.Ordinal);

    /// <summary>Lays a cell's maze out.</summary>
    /// <param name="cell">The cell.</param>
    /// <returns>The maze.</returns>
    public MazeValues Of(SuiteCell cell)
    {
        if (!_mazes.TryGetValue(cell.Task, out var maze))
        {
            maze = new MazeValues(cell.Task);
            _mazes[cell.Task] = maze;
        }

        return maze;
    }

    /// <summary>Computes the optimum under what <c>--rewards</c> does to the mazes' rewards of 0 and 1, and what the learner's own options do where they are given.</summary>
    /// <param name="cell">The cell.</param>
    /// <returns>The values, by place.</returns>
    public double[] OptimumOf(SuiteCell cell) => Of(cell).Optimum(
        Option(cell, "reward-scale", cell.Rewards == "hundred" ? 100 : 1),
        Option(cell, "reward-shift", cell.Rewards == "minus-one" ? -1 : 0),
        Option(cell, "discount", Discount));

    private static double Option(SuiteCell cell, string name, double other) => cell.Options.TryGetValue(name, out var text) ? double.Parse(text, CultureInfo.InvariantCulture) : other;
}
