using System.Globalization;
using System.Text;
using MemoryRL.Core;

namespace MemoryRL.Environments;

/// <summary>The ant walks through a maze to a goal.</summary>
/// <remarks>
/// Gymnasium-Robotics' <c>AntMaze_*-v4</c> with a sparse reward (gymnasium_robotics/envs/maze/ant_maze_v4.py) and the body of Ant-v4: cells of
/// 4 m, walls 2 m high. Observation <c>[29]</c>: x and y in metres, then Ant's 27. The reward is 1 within 0.45 m of the goal, which terminates
/// the episode (its <c>continuing_task</c> is off), else 0; a fall ends nothing. Reset: the model's own pose at rest, at the anchor of cell (1, 1) plus
/// uniform noise of 1 m in x and in y. The goal is the anchor of its cell, without noise there, since the observation does not hold it (our
/// choice).
/// </remarks>
internal sealed class AntMaze : MuJoCoEnvironment, IMazeEnvironment
{
    /// <summary>How near the goal the torso is there, in metres.</summary>
    public const double GoalRadius = 0.45;

    private const double ResetNoise = 0.25;
    private const double WallHalfHeight = 1;

    private static readonly MazeCell OwnStart = new(1, 1);

    private MazeCell _start = OwnStart;

    /// <summary>Initializes a maze.</summary>
    /// <param name="spec">What the task is.</param>
    /// <param name="map">Its map.</param>
    /// <param name="model">What <see cref="CreateModel"/> compiled of the map.</param>
    public AntMaze(EnvironmentSpec spec, MazeMap map, MuJoCoModel model)
        : base(spec, model, 5)
    {
        Map = map;
        Goal = map.AnchorOf(map.GoalCell);
    }

    /// <inheritdoc/>
    public MazeMap Map { get; }

    /// <inheritdoc/>
    public (double X, double Y) Goal { get; private set; }

    /// <summary>Compiles the ant with the walls of a map.</summary>
    /// <param name="map">The map.</param>
    /// <returns>The model.</returns>
    public static MuJoCoModel CreateModel(MazeMap map)
    {
        var walls = new StringBuilder();
        foreach (var (x, y) in map.Walls.Select(map.CenterOf))
        {
            walls.AppendLine(
                CultureInfo.InvariantCulture,
                $"""    <geom type="box" pos="{x} {y} {WallHalfHeight}" size="{map.CellSize / 2} {map.CellSize / 2} {WallHalfHeight}" contype="1" conaffinity="1"/>""");
        }

        const string End = "  </worldbody>";
        return MuJoCoModel.FromXml(MuJoCoModel.ReadResource("ant.xml").Replace(End, walls + End, StringComparison.Ordinal));
    }

    /// <inheritdoc/>
    public void SetGoal(double x, double y)
    {
        Map.CheckFree("maze.goal", x, y);
        Goal = (x, y);
    }

    /// <inheritdoc/>
    public void SetStart(MazeCell? start)
    {
        Map.CheckFree("maze.start", start ?? OwnStart);
        _start = start ?? OwnStart;
    }

    /// <inheritdoc/>
    private protected override void Scatter(ref RandomStream random)
    {
        var (x, y) = Map.AnchorOf(_start);
        Simulation.Positions[0] = x;
        Simulation.Positions[1] = y;
        AddUniform(Simulation.Positions[..2], ResetNoise * Map.CellSize, ref random);
    }

    /// <inheritdoc/>
    private protected override void Observe(Span<float> observation)
    {
        Copy(Simulation.Positions, observation);
        Copy(Simulation.Velocities, observation[PositionCount..]);
    }

    /// <inheritdoc/>
    private protected override StepResult Judge(double speed, double effort)
    {
        var (x, y) = (Simulation.Positions[0] - Goal.X, Simulation.Positions[1] - Goal.Y);
        var isThere = Math.Sqrt((x * x) + (y * y)) <= GoalRadius;
        return new StepResult(isThere ? 1 : 0, isThere, Truncated: false);
    }
}
