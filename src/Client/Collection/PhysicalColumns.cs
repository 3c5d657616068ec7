using System.Collections.Immutable;
using System.Runtime.InteropServices;
using MemoryRL.Core;
using MemoryRL.Environments;

namespace MemoryRL.Client;

/// <summary>
/// Keeps, beside each step, what the simulator knew when the observation was made: D4RL's <c>infos/qpos</c>, <c>infos/qvel</c> and
/// <c>infos/goal</c>. For one environment.
/// </summary>
/// <remarks>Positions and velocities are float64, so that a state can be put back exactly; the goal is float32 as in D4RL's mazes.</remarks>
internal sealed class PhysicalColumns
{
    /// <summary>The column of positions, <c>[nq]</c> float64.</summary>
    public const string Positions = "infos_qpos";

    /// <summary>The column of velocities, <c>[nv]</c> float64.</summary>
    public const string Velocities = "infos_qvel";

    /// <summary>The column of the goal, <c>[2]</c> float32.</summary>
    public const string Goal = "infos_goal";

    private readonly IPhysicalEnvironment? _physics;
    private readonly IGoalEnvironment? _goals;
    private readonly double[] _positions;
    private readonly double[] _velocities;
    private readonly float[] _goal = new float[2];

    /// <summary>Initializes the columns of an environment.</summary>
    /// <param name="environment">The environment, wrapped or not.</param>
    public PhysicalColumns(IEnvironment environment)
    {
        _physics = environment.Unwrapped as IPhysicalEnvironment;
        _goals = environment.Unwrapped as IGoalEnvironment;
        _positions = new double[_physics?.PositionCount ?? 0];
        _velocities = new double[_physics?.VelocityCount ?? 0];
    }

    /// <summary>Gets the columns, possibly none.</summary>
    public ImmutableArray<ColumnSpec> Specs =>
    [
        .. _physics is null ? [] : (ColumnSpec[])[new ColumnSpec(Positions, ElementType.Float64, [_positions.Length]), new ColumnSpec(Velocities, ElementType.Float64, [_velocities.Length])],
        .. _goals is null ? [] : (ColumnSpec[])[new ColumnSpec(Goal, ElementType.Float32, [2])],
    ];

    /// <summary>Reads the state before a step.</summary>
    public void Capture()
    {
        _physics?.GetState(_positions, _velocities);
        if (_goals is not null)
        {
            var (x, y) = _goals.Goal;
            SetGoal(x, y);
        }
    }

    /// <summary>Puts another goal than the environment's in the place of the captured one.</summary>
    /// <param name="x">The goal, in metres.</param>
    /// <param name="y">The goal, in metres.</param>
    public void SetGoal(double x, double y)
    {
        _goal[0] = (float)x;
        _goal[1] = (float)y;
    }

    /// <summary>Writes what was captured beside the step added last.</summary>
    /// <param name="builder">An episode whose spec begins its extra columns with <see cref="Specs"/>.</param>
    public void Write(EpisodeBuilder builder)
    {
        var column = 0;
        if (_physics is not null)
        {
            builder.SetExtra(column++, MemoryMarshal.AsBytes<double>(_positions));
            builder.SetExtra(column++, MemoryMarshal.AsBytes<double>(_velocities));
        }

        if (_goals is not null)
        {
            builder.SetExtra(column, MemoryMarshal.AsBytes<float>(_goal));
        }
    }
}
