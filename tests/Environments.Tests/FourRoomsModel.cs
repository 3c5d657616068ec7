namespace MemoryRL.Environments.Tests;

/// <summary>Four Rooms written a second time, as a table of probabilities from the published map and rules: the tests' oracle.</summary>
internal sealed class FourRoomsModel
{
    public const int Goal = 62;

    private const string Map =
        "wwwwwwwwwwwww/w     w     w/w     w     w/w           w/w     w     w/w     w     w/ww wwww     w/w     www www/w     w     w/w     w     w/w           w/w     w     w/wwwwwwwwwwwww";

    private readonly List<(int Row, int Column)> _cells = [];

    public FourRoomsModel()
    {
        var rows = Map.Split('/');
        for (var row = 0; row < rows.Length; row++)
        {
            for (var column = 0; column < rows[row].Length; column++)
            {
                if (rows[row][column] != 'w')
                {
                    _cells.Add((row, column));
                }
            }
        }
    }

    public int CellCount => _cells.Count;

    /// <summary>The cell that a move leads to before any slip, or the same cell where a wall is.</summary>
    public int Target(int cell, int action)
    {
        (int Row, int Column)[] directions = [(-1, 0), (1, 0), (0, -1), (0, 1)];
        var (row, column) = _cells[cell];
        var target = _cells.IndexOf((row + directions[action].Row, column + directions[action].Column));
        return target < 0 ? cell : target;
    }

    /// <summary>The probability of each next cell.</summary>
    public double[] Next(int cell, int action)
    {
        var probabilities = new double[CellCount];
        var target = Target(cell, action);
        if (target == cell)
        {
            probabilities[cell] = 1;
            return probabilities;
        }

        var neighbors = Enumerable.Range(0, 4).Select(direction => Target(target, direction)).Where(neighbor => neighbor != target).ToList();
        probabilities[target] += 2.0 / 3;
        foreach (var neighbor in neighbors)
        {
            probabilities[neighbor] += 1.0 / 3 / neighbors.Count;
        }

        return probabilities;
    }

    /// <summary>The probability that a uniformly random policy stands on the goal within a number of steps, from a uniform start.</summary>
    public double RandomSuccess(int limit)
    {
        var occupation = Enumerable.Range(0, CellCount).Select(cell => cell == Goal ? 0 : 1.0 / (CellCount - 1)).ToArray();
        var success = 0.0;
        for (var step = 0; step < limit; step++)
        {
            var next = new double[CellCount];
            for (var cell = 0; cell < CellCount; cell++)
            {
                for (var action = 0; action < 4; action++)
                {
                    var probabilities = Next(cell, action);
                    for (var to = 0; to < CellCount; to++)
                    {
                        next[to] += occupation[cell] / 4 * probabilities[to];
                    }
                }
            }

            success += next[Goal];
            next[Goal] = 0;
            occupation = next;
        }

        return success;
    }

    /// <summary>Value iteration for the fewest expected steps: the policy, and the expected steps from each cell.</summary>
    public (int[] Policy, double[] Steps) Optimum()
    {
        var tables = Enumerable.Range(0, CellCount).Select(cell => Enumerable.Range(0, 4).Select(action => Next(cell, action)).ToArray()).ToArray();
        var steps = new double[CellCount];
        var policy = new int[CellCount];
        for (var sweep = 0; sweep < 400; sweep++)
        {
            var updated = new double[CellCount];
            for (var cell = 0; cell < CellCount; cell++)
            {
                if (cell == Goal)
                {
                    continue;
                }

                var costs = tables[cell].Select(next => 1 + next.Zip(steps, (probability, value) => probability * value).Sum()).ToArray();
                policy[cell] = Array.IndexOf(costs, costs.Min());
                updated[cell] = costs.Min();
            }

            steps = updated;
        }

        return (policy, steps);
    }
}
