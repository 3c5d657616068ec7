using MemoryRL.Core;

namespace MemoryRL.Environments;

/// <summary>The shortest ways between the free cells of a maze, by moves to the four neighbours.</summary>
public sealed class MazePaths
{
    private const int Unreachable = -1;

    private static readonly (int Rows, int Columns)[] Moves = [(-1, 0), (1, 0), (0, -1), (0, 1)];

    private readonly MazeMap _map;
    private readonly int _cellCount;

    // [target, cell]: the number of moves.
    private readonly int[] _distances;

    /// <summary>Initializes the ways by one breadth-first search from each free cell.</summary>
    /// <param name="map">The map.</param>
    internal MazePaths(MazeMap map)
    {
        _map = map;
        _cellCount = map.RowCount * map.ColumnCount;
        _distances = new int[_cellCount * _cellCount];
        Array.Fill(_distances, Unreachable);
        foreach (var target in map.FreeCells)
        {
            Search(target, _distances.AsSpan(IndexOf(target) * _cellCount, _cellCount));
        }
    }

    /// <summary>Counts the moves of a shortest way.</summary>
    /// <param name="from">A free cell.</param>
    /// <param name="target">Another.</param>
    /// <returns>The number of moves; null where no way joins them.</returns>
    /// <exception cref="InvalidExperienceException">A cell is a wall or outside of the map.</exception>
    public int? Distance(MazeCell from, MazeCell target)
    {
        _map.CheckFree("maze.from", from);
        _map.CheckFree("maze.target", target);
        var distance = DistanceBetween(from, target);
        return distance == Unreachable ? null : distance;
    }

    /// <summary>Finds the next cell of a shortest way; of two as short, the one whose first move is up, then down, left, right.</summary>
    /// <param name="from">A free cell.</param>
    /// <param name="target">Another.</param>
    /// <returns>A neighbour of <paramref name="from"/> that is one move nearer; <paramref name="target"/> itself where it is reached already.</returns>
    /// <exception cref="InvalidExperienceException">A cell is a wall or outside of the map, or no way joins them.</exception>
    public MazeCell Next(MazeCell from, MazeCell target)
    {
        var distance = Distance(from, target);
        InvalidExperienceException.ThrowUnless(distance is not null, "maze.target", $"a cell that a way joins with {from}", target);
        if (distance == 0)
        {
            return target;
        }

        foreach (var (rows, columns) in Moves)
        {
            var neighbor = new MazeCell(from.Row + rows, from.Column + columns);
            if (_map.IsFree(neighbor) && DistanceBetween(neighbor, target) == distance - 1)
            {
                return neighbor;
            }
        }

        throw new InvalidOperationException($"Expected a neighbor of {from} that is nearer to {target}.");
    }

    private void Search(MazeCell target, Span<int> distances)
    {
        var queue = new Queue<MazeCell>();
        distances[IndexOf(target)] = 0;
        queue.Enqueue(target);
        while (queue.TryDequeue(out var cell))
        {
            foreach (var (rows, columns) in Moves)
            {
                var neighbor = new MazeCell(cell.Row + rows, cell.Column + columns);
                if (_map.IsFree(neighbor) && distances[IndexOf(neighbor)] == Unreachable)
                {
                    distances[IndexOf(neighbor)] = distances[IndexOf(cell)] + 1;
                    queue.Enqueue(neighbor);
                }
            }
        }
    }

    private int DistanceBetween(MazeCell from, MazeCell target) => _distances[(IndexOf(target) * _cellCount) + IndexOf(from)];

    private int IndexOf(MazeCell cell) => (cell.Row * _map.ColumnCount) + cell.Column;
}
