using System.Runtime.InteropServices;
using MemoryRL.Core;

namespace MemoryRL.Environments;

/// <summary>Pushes the ball of a point maze from cell to cell: the controller that made D4RL's maze2d data.</summary>
/// <remarks>
/// D4RL's <c>WaypointController</c> (d4rl/pointmaze/waypoint_controller.py): waypoints are the anchors of the cells of a shortest way, each but
/// the last moved by minus a uniform number below 0.2 in x and in y; the action is <c>clip(10 (waypoint - position) - velocity, -1, 1)</c>; the next
/// waypoint's turn comes within 0.1 m of one, at less than 0.1 m a step; the target is the anchor of the target's cell. Two things differ: of several
/// shortest ways the choice is <see cref="MazePaths"/>', and a ball's cell is the square it lies in instead of its rounded position, which
/// near a wall may be the wall itself. A plan is made at <see cref="SetTarget"/> only: set the target again after a reset.
/// </remarks>
public sealed class PointWaypointController : IWaypointController
{
    private const float PositionGain = 10;
    private const float VelocityGain = -1;
    private const double Nearness = 0.1;
    private const double Jitter = 0.2;

    private readonly MazeMap _map;
    private readonly (double X, double Y)[] _waypoints;
    private MazeCell? _targetCell;
    private (double X, double Y) _previous;
    private int _waypointCount;
    private int _current;

    /// <summary>Initializes a controller without a target.</summary>
    /// <param name="map">The map of a point maze.</param>
    public PointWaypointController(MazeMap map)
    {
        ArgumentNullException.ThrowIfNull(map);
        _map = map;
        _waypoints = new (double X, double Y)[map.FreeCells.Length];
    }

    /// <inheritdoc/>
    public bool Reached { get; private set; }

    /// <inheritdoc/>
    public void SetTarget(double x, double y)
    {
        _map.CheckFree("maze.target", x, y);
        _targetCell = _map.CellAt(x, y);
        _waypointCount = 0;
        Reached = false;
    }

    /// <inheritdoc/>
    public void Act(ReadOnlySpan<byte> observation, ref RandomStream random, Span<byte> action)
    {
        var target = _targetCell ?? throw new InvalidOperationException("Expected a target: set one before the first action.");
        var values = MemoryMarshal.Cast<byte, float>(observation[..(4 * sizeof(float))]);
        var controls = MemoryMarshal.Cast<byte, float>(action[..(2 * sizeof(float))]);
        var position = (X: (double)values[0], Y: (double)values[1]);
        if (_waypointCount == 0)
        {
            Plan(position, target, ref random);
        }

        var isSlow = Distance(position, _previous) < Nearness;
        Reached = isSlow && Distance(position, _map.AnchorOf(target)) < Nearness;
        var waypoint = _waypoints[Reached ? _waypointCount - 1 : _current];
        if (!Reached && isSlow && Distance(position, waypoint) < Nearness)
        {
            _current++;
        }

        _previous = position;
        controls[0] = Math.Clamp((PositionGain * (float)(waypoint.X - position.X)) + (VelocityGain * values[2]), -1, 1);
        controls[1] = Math.Clamp((PositionGain * (float)(waypoint.Y - position.Y)) + (VelocityGain * values[3]), -1, 1);
    }

    private static double Distance((double X, double Y) from, (double X, double Y) to)
    {
        var (x, y) = (from.X - to.X, from.Y - to.Y);
        return Math.Sqrt((x * x) + (y * y));
    }

    private void Plan((double X, double Y) position, MazeCell target, ref RandomStream random)
    {
        _map.CheckFree("observation", position.X, position.Y);
        var cell = _map.CellAt(position.X, position.Y);
        do
        {
            cell = _map.Paths.Next(cell, target);
            var (x, y) = _map.AnchorOf(cell);
            _waypoints[_waypointCount] = cell == target ? (x, y) : (x - (Jitter * random.NextDouble()), y - (Jitter * random.NextDouble()));
            _waypointCount++;
        }
        while (cell != target);

        _current = 0;
        _previous = position;
    }
}
