using MemoryRL.Core;

namespace MemoryRL.Environments.Tests;

/// <summary>Four rooms of MiniGrid's kind written a second time, as a Markov chain over cells and directions: the tests' oracle.</summary>
internal sealed class MiniGridModel
{
    private readonly List<(int X, int Y)> _free = [];

    /// <summary>Draws rooms: a gap in each half of both middle walls.</summary>
    public MiniGridModel(ref RandomStream random)
    {
        (int X, int Y)[] gaps = [(9, Draw(1, ref random)), (Draw(1, ref random), 9), (Draw(10, ref random), 9), (9, Draw(10, ref random))];
        for (var y = 1; y < 18; y++)
        {
            for (var x = 1; x < 18; x++)
            {
                if ((x != 9 && y != 9) || gaps.Contains((x, y)))
                {
                    _free.Add((x, y));
                }
            }
        }

        static int Draw(int first, ref RandomStream random) => first + random.NextInt32(8);
    }

    public int FreeCount => _free.Count;

    /// <summary>The probability that seven equally likely actions reach a goal, from a uniform start.</summary>
    public double RandomSuccess(int goal, int limit)
    {
        var ahead = Ahead();
        var success = new double[_free.Count * 4];
        for (var step = 0; step < limit; step++)
        {
            var longer = new double[success.Length];
            for (var cell = 0; cell < _free.Count; cell++)
            {
                for (var direction = 0; cell != goal && direction < 4; direction++)
                {
                    var state = (cell * 4) + direction;
                    var next = ahead[state];
                    var forward = next == goal ? 1 : success[(next * 4) + direction];
                    longer[state] = ((4 * success[state]) + success[(cell * 4) + ((direction + 1) % 4)] + success[(cell * 4) + ((direction + 3) % 4)] + forward) / 7;
                }
            }

            success = longer;
        }

        return success.Sum() / (4 * (_free.Count - 1));
    }

    private int[] Ahead()
    {
        (int X, int Y)[] steps = [(1, 0), (0, 1), (-1, 0), (0, -1)];
        var ahead = new int[_free.Count * 4];
        for (var cell = 0; cell < _free.Count; cell++)
        {
            for (var direction = 0; direction < 4; direction++)
            {
                var next = _free.IndexOf((_free[cell].X + steps[direction].X, _free[cell].Y + steps[direction].Y));
                ahead[(cell * 4) + direction] = next < 0 ? cell : next;
            }
        }

        return ahead;
    }
}
