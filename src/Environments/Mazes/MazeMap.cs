using System.Collections.Immutable;
using MemoryRL.Core;

namespace MemoryRL.Environments;

/// <summary>The map of a maze: which cells are walls, and where the cells lie in the plane.</summary>
/// <remarks>
/// A row is a text of <c>#</c> for a wall, <c>O</c> for a free cell and <c>G</c> for the goal. Two conventions turn cells into metres.
/// Point mazes (D4RL, d4rl/pointmaze/maze_model.py): the anchor of cell (i, j) is (i, j), where episodes begin and waypoints lie, while the walls
/// stand as if it were (i - 0.2, j - 0.2), since positions are counted from a body at (1.2, 1.2) and walls from (1, 1). Ant mazes
/// (Gymnasium-Robotics, envs/maze/maze_v4.py): anchor and centre are the same point.
/// </remarks>
public sealed class MazeMap
{
    // What D4RL's maze2d counts positions from, less where it counts walls from, in metres.
    private const double PointOffset = 0.2;
    private const double AntCellSize = 4;

    private readonly ImmutableArray<string> _rows;
    private readonly MazeAxes _axes;
    private MazePaths? _paths;

    /// <summary>Initializes a map.</summary>
    /// <param name="axes">How the cells lie in the plane.</param>
    /// <param name="rows">The rows, each as long as the first, with one goal and walls all around.</param>
    internal MazeMap(MazeAxes axes, params ImmutableArray<string> rows)
    {
        _axes = axes;
        _rows = rows;
        var cells = from row in Enumerable.Range(0, RowCount) from column in Enumerable.Range(0, ColumnCount) select new MazeCell(row, column);
        FreeCells = [.. cells.Where(IsFree)];
        Walls = [.. cells.Except(FreeCells)];
        GoalCell = FreeCells.Single(cell => rows[cell.Row][cell.Column] == 'G');
    }

    /// <summary>Gets the number of rows.</summary>
    public int RowCount => _rows.Length;

    /// <summary>Gets the number of columns.</summary>
    public int ColumnCount => _rows[0].Length;

    /// <summary>Gets the side of a cell, in metres.</summary>
    public double CellSize => _axes == MazeAxes.RowsAlongX ? 1 : AntCellSize;

    /// <summary>Gets the cells that are no walls, row by row; the goal's among them.</summary>
    public ImmutableArray<MazeCell> FreeCells { get; }

    /// <summary>Gets the cells that are walls, row by row.</summary>
    public ImmutableArray<MazeCell> Walls { get; }

    /// <summary>Gets the cell of the task's own goal.</summary>
    public MazeCell GoalCell { get; }

    /// <summary>Gets the shortest ways between the free cells.</summary>
    public MazePaths Paths => _paths ??= new MazePaths(this);

    /// <summary>Tells whether a cell is free.</summary>
    /// <param name="cell">The cell; one outside of the map is a wall.</param>
    /// <returns>Whether a body can be there.</returns>
    public bool IsFree(MazeCell cell) =>
        (uint)cell.Row < (uint)RowCount && (uint)cell.Column < (uint)ColumnCount && _rows[cell.Row][cell.Column] != '#';

    /// <summary>Finds the point of a cell at which episodes begin, goals lie and waypoints are made.</summary>
    /// <param name="cell">The cell.</param>
    /// <returns>Its anchor, in metres.</returns>
    public (double X, double Y) AnchorOf(MazeCell cell) => _axes == MazeAxes.RowsAlongX
        ? (cell.Row, cell.Column)
        : (((cell.Column + 0.5) * AntCellSize) - (ColumnCount * AntCellSize / 2), (RowCount * AntCellSize / 2) - ((cell.Row + 0.5) * AntCellSize));

    /// <summary>Finds the middle of a cell, which is where its wall would stand.</summary>
    /// <param name="cell">The cell.</param>
    /// <returns>Its centre in the coordinates of observations, in metres.</returns>
    public (double X, double Y) CenterOf(MazeCell cell) => _axes == MazeAxes.RowsAlongX ? (cell.Row - PointOffset, cell.Column - PointOffset) : AnchorOf(cell);

    /// <summary>Finds the cell of a point.</summary>
    /// <param name="x">The point, in metres.</param>
    /// <param name="y">Its other coordinate.</param>
    /// <returns>The cell whose square holds the point; perhaps a wall, or outside of the map.</returns>
    public MazeCell CellAt(double x, double y) => _axes == MazeAxes.RowsAlongX
        ? new MazeCell(Floor(x + PointOffset + 0.5), Floor(y + PointOffset + 0.5))
        : new MazeCell(Floor(((RowCount * AntCellSize / 2) - y) / AntCellSize), Floor((x + (ColumnCount * AntCellSize / 2)) / AntCellSize));

    /// <summary>Checks that a point is in a free cell.</summary>
    /// <param name="field">The name of the value.</param>
    /// <param name="x">The point, in metres.</param>
    /// <param name="y">Its other coordinate.</param>
    /// <exception cref="InvalidExperienceException">It is in a wall, outside of the map, or no number.</exception>
    internal void CheckFree(string field, double x, double y)
    {
        if (!IsFree(CellAt(x, y)))
        {
            throw new InvalidExperienceException(field, "a point in a free cell of the maze", FormattableString.Invariant($"({x}, {y})"));
        }
    }

    /// <summary>Checks that a cell is free.</summary>
    /// <param name="field">The name of the value.</param>
    /// <param name="cell">The cell.</param>
    /// <exception cref="InvalidExperienceException">It is a wall or outside of the map.</exception>
    internal void CheckFree(string field, MazeCell cell) => InvalidExperienceException.ThrowUnless(IsFree(cell), field, "a free cell of the maze", cell);

    // A number that is none, or too large, must not come out as some cell of the map.
    private static int Floor(double value) => Math.Abs(value) < int.MaxValue ? (int)Math.Floor(value) : -1;
}
