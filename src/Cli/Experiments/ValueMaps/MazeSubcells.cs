using MemoryRL.Environments;

namespace MemoryRL.Cli;

/// <summary>A maze's cells cut into smaller squares, and the shortest ways between them.</summary>
internal sealed class MazeSubcells
{
    private static readonly (int Rows, int Columns)[] Moves = [(-1, 0), (1, 0), (0, -1), (0, 1), (-1, -1), (-1, 1), (1, -1), (1, 1)];

    private readonly MazeMap _map;
    private readonly int _perSide;
    private readonly (double X, double Y) _down;
    private readonly (double X, double Y) _right;
    private readonly (double X, double Y) _corner;

    /// <summary>Cuts a maze.</summary>
    /// <param name="map">The map.</param>
    /// <param name="perSide">Into how many squares the side of a cell is cut, at least 1.</param>
    public MazeSubcells(MazeMap map, int perSide)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(perSide, 1);
        (_map, _perSide) = (map, perSide);
        var (first, below, beside) = (map.CenterOf(new MazeCell(0, 0)), map.CenterOf(new MazeCell(1, 0)), map.CenterOf(new MazeCell(0, 1)));
        _down = (below.X - first.X, below.Y - first.Y);
        _right = (beside.X - first.X, beside.Y - first.Y);
        _corner = (first.X - ((_down.X + _right.X) / 2), first.Y - ((_down.Y + _right.Y) / 2));
    }

    /// <summary>Gets the number of rows of squares.</summary>
    public int RowCount => _map.RowCount * _perSide;

    /// <summary>Gets the number of columns of squares.</summary>
    public int ColumnCount => _map.ColumnCount * _perSide;

    /// <summary>Gets the side of a square, in metres.</summary>
    public double Side => _map.CellSize / _perSide;

    /// <summary>Tells whether a square is in a free cell.</summary>
    /// <param name="row">Its row, from the top.</param>
    /// <param name="column">Its column, from the left.</param>
    /// <returns>Whether it is; one outside of the map is in a wall.</returns>
    public bool IsFree(int row, int column) => row >= 0 && column >= 0 && _map.IsFree(new MazeCell(row / _perSide, column / _perSide));

    /// <summary>Finds the middle of a square.</summary>
    /// <param name="row">Its row.</param>
    /// <param name="column">Its column.</param>
    /// <returns>The point in the coordinates of observations, in metres.</returns>
    public (double X, double Y) CenterOf(int row, int column)
    {
        var (down, right) = ((row + 0.5) / _perSide, (column + 0.5) / _perSide);
        return (_corner.X + (down * _down.X) + (right * _right.X), _corner.Y + (down * _down.Y) + (right * _right.Y));
    }

    /// <summary>Finds a point among the squares.</summary>
    /// <param name="x">The point in the coordinates of observations, in metres.</param>
    /// <param name="y">Its other coordinate.</param>
    /// <returns>Its place in rows and columns of squares from the top left corner.</returns>
    public (double Row, double Column) PlaceOf(double x, double y)
    {
        var (fromX, fromY) = (x - _corner.X, y - _corner.Y);
        var area = _map.CellSize * _map.CellSize;
        return (_perSide * ((fromX * _down.X) + (fromY * _down.Y)) / area, _perSide * ((fromX * _right.X) + (fromY * _right.Y)) / area);
    }

    /// <summary>Lists the squares that are in free cells, row by row.</summary>
    /// <returns>Rows and columns.</returns>
    public IEnumerable<(int Row, int Column)> FreeSquares() =>
        from row in Enumerable.Range(0, RowCount) from column in Enumerable.Range(0, ColumnCount) where IsFree(row, column) select (row, column);

    /// <summary>Measures the shortest ways to a disc.</summary>
    /// <param name="goal">The disc's middle, in metres.</param>
    /// <param name="radius">Its radius, in metres.</param>
    /// <returns>
    /// The lengths in metres, <c>[row, column]</c>: 0 in the squares whose middles are in the disc, NaN in walls and where no way leads there.
    /// </returns>
    /// <remarks>
    /// Breadth first by length, over moves to the eight neighbours; a move across a corner needs both squares beside it free. Against the straight line
    /// such ways are up to 8 % too long.
    /// </remarks>
    public double[,] DistancesTo((double X, double Y) goal, double radius)
    {
        var distances = new double[RowCount, ColumnCount];
        for (var row = 0; row < RowCount; row++)
        {
            for (var column = 0; column < ColumnCount; column++)
            {
                distances[row, column] = double.NaN;
            }
        }

        var queue = new PriorityQueue<(int Row, int Column), double>();
        foreach (var square in FreeSquares())
        {
            var (x, y) = CenterOf(square.Row, square.Column);
            if (double.Hypot(x - goal.X, y - goal.Y) <= radius + 1e-9)
            {
                queue.Enqueue(square, 0);
            }
        }

        while (queue.TryDequeue(out var square, out var distance))
        {
            ref var known = ref distances[square.Row, square.Column];
            if (double.IsNaN(known))
            {
                known = distance;
                foreach (var (row, column, length) in Neighbors(square))
                {
                    queue.Enqueue((row, column), distance + length);
                }
            }
        }

        return distances;
    }

    private IEnumerable<(int Row, int Column, double Length)> Neighbors((int Row, int Column) square) =>
        from move in Moves
        let row = square.Row + move.Rows
        let column = square.Column + move.Columns
        where IsFree(row, column) && IsFree(row, square.Column) && IsFree(square.Row, column)
        select (row, column, Side * double.Hypot(move.Rows, move.Columns));
}
