using System.Runtime.InteropServices;
using MemoryRL.Core;

namespace MemoryRL.Environments;

/// <summary>Walks the ant through a maze with any policy that makes the plain ant run along x.</summary>
/// <remarks>
/// The heading points to a place some metres ahead on a shortest way between the cells' centres. The walker is shown the ant in a world whose x is
/// that heading, its legs counted from the one that brings its yaw nearest to the walker's preferred yaw (<see cref="AntSymmetry"/>). Our own:
/// D4RL's collector trained a policy on goals instead (d4rl, scripts/generation/generate_ant_maze_datasets.py).
/// </remarks>
public sealed class AntWaypointController : IWaypointController
{
    // Torso's x and y, before Ant's own observation.
    private const int PlaceCount = 2;

    private readonly MazeMap _map;
    private readonly MazeRoute _route;
    private readonly IPolicy _walker;
    private readonly AntWalkerOptions _options;
    private readonly ActMode _mode;
    private readonly ActionBatch _batch = new(1, new BoxSpace(AntSymmetry.ActionCount, -1, 1));
    private (double X, double Y)? _target;
    private int _quarterTurns;

    /// <summary>Initializes a controller without a target.</summary>
    /// <param name="map">The map of an ant maze.</param>
    /// <param name="walker">The policy, of Ant's <c>[27]</c> observations and <c>[8]</c> actions; the caller disposes it.</param>
    /// <param name="options">How to steer; null for <see cref="AntWalkerOptions.MeasuredOn"/> this walker.</param>
    /// <param name="mode">Whether the walker explores.</param>
    public AntWaypointController(MazeMap map, IPolicy walker, AntWalkerOptions? options = null, ActMode mode = ActMode.Greedy)
    {
        ArgumentNullException.ThrowIfNull(map);
        ArgumentNullException.ThrowIfNull(walker);
        _map = map;
        _route = new MazeRoute(map);
        _walker = walker;
        _options = options ?? AntWalkerOptions.MeasuredOn(walker);
        _mode = mode;
    }

    /// <inheritdoc/>
    public bool Reached { get; private set; }

    /// <inheritdoc/>
    public void SetTarget(double x, double y)
    {
        _map.CheckFree("maze.target", x, y);
        _target = (x, y);
        _route.Clear();
        Reached = false;
    }

    /// <inheritdoc/>
    public void Act(ReadOnlySpan<byte> observation, ref RandomStream random, Span<byte> action)
    {
        var target = _target ?? throw new InvalidOperationException("Expected a target: set one before the first action.");
        var values = MemoryMarshal.Cast<byte, float>(observation[..((PlaceCount + AntSymmetry.ObservationCount) * sizeof(float))]);
        var controls = MemoryMarshal.Cast<byte, float>(action[..(AntSymmetry.ActionCount * sizeof(float))]);
        double x = values[0], y = values[1];
        Reached = Math.Sqrt(((target.X - x) * (target.X - x)) + ((target.Y - y) * (target.Y - y))) <= AntMaze.GoalRadius;
        var (aimX, aimY) = Aim(x, y, target);
        var heading = Math.Atan2(aimY - y, aimX - x);
        var body = values[PlaceCount..];
        _quarterTurns = ChooseLeg(AntSymmetry.Yaw(body) - heading);

        Span<float> turned = stackalloc float[AntSymmetry.ObservationCount];
        AntSymmetry.Turn(body, heading, _quarterTurns, turned);
        _walker.Act(MemoryMarshal.AsBytes(turned), _mode, new Span<RandomStream>(ref random), _batch);
        Clamp(_batch);
        AntSymmetry.TurnBack(MemoryMarshal.Cast<byte, float>(_batch.Actions.AsSpan()), _quarterTurns, controls);
    }

    /// <summary>Cuts a walker's actions to the bounds of the task.</summary>
    /// <param name="batch">The actions.</param>
    internal static void Clamp(ActionBatch batch)
    {
        foreach (ref var control in MemoryMarshal.Cast<byte, float>(batch.Actions.AsSpan()))
        {
            control = Math.Clamp(control, -1, 1);
        }
    }

    // The way is found anew where the ant has left it.
    private (double X, double Y) Aim(double x, double y, (double X, double Y) target)
    {
        if (!_route.IsPlanned)
        {
            _map.CheckFree("observation", x, y);
            _route.Plan(x, y, target);
        }

        var aim = _route.Aim(x, y, _options.Lookahead, out var aside);
        if (aside > _map.CellSize / 2 && _map.IsFree(_map.CellAt(x, y)))
        {
            _route.Plan(x, y, target);
            aim = _route.Aim(x, y, _options.Lookahead, out _);
        }

        return aim;
    }

    private int ChooseLeg(double relativeYaw)
    {
        var best = _quarterTurns;
        var bestOffset = Offset(_quarterTurns) - _options.YawHysteresis;
        for (var turns = 0; turns < 4; turns++)
        {
            if (Offset(turns) < bestOffset)
            {
                (best, bestOffset) = (turns, Offset(turns));
            }
        }

        return best;

        double Offset(int turns) => Math.Abs(Math.IEEERemainder(relativeYaw + (turns * Math.PI / 2) - _options.PreferredYaw, 2 * Math.PI));
    }
}
