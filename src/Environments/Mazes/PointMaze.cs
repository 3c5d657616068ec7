using System.Runtime.InteropServices;
using MemoryRL.Core;

namespace MemoryRL.Environments;

/// <summary>A ball is pushed through a maze to a goal, and stays there.</summary>
/// <remarks>
/// D4RL's <c>maze2d-*-v1</c> (d4rl/pointmaze/maze_model.py). Observation <c>[4]</c>: x, y in metres and their velocities. Action <c>[2]</c>: two
/// motors in [-1, 1]. Before a step the velocities are cut to [-5, 5]. The reward is judged after the step, sparse (1 within 0.5 m of the goal) or
/// dense (<c>exp(-distance)</c>); nothing ends an episode but the limit of steps. Reset: a free cell, the goal's among them, plus uniform noise of
/// 0.1; velocities normal with deviation 0.1. The goal is the anchor of its cell.
/// </remarks>
internal sealed class PointMaze : IMazeEnvironment
{
    /// <summary>How near the goal a ball is there, in metres.</summary>
    public const double GoalRadius = 0.5;

    private const double ResetNoise = 0.1;

    private readonly IPointPhysics _physics;
    private readonly MazeReward _reward;
    private RandomStream _random = new(0);
    private MazeCell? _start;
    private bool _isRunning;

    /// <summary>Initializes a maze.</summary>
    /// <param name="spec">What the task is.</param>
    /// <param name="map">Its map.</param>
    /// <param name="reward">What it pays.</param>
    /// <param name="physics">What moves the ball among the same map's walls.</param>
    public PointMaze(EnvironmentSpec spec, MazeMap map, MazeReward reward, IPointPhysics physics)
    {
        Spec = spec;
        Map = map;
        Goal = map.AnchorOf(map.GoalCell);
        _reward = reward;
        _physics = physics;
    }

    /// <inheritdoc/>
    public EnvironmentSpec Spec { get; }

    /// <inheritdoc/>
    public MazeMap Map { get; }

    /// <inheritdoc/>
    public (double X, double Y) Goal { get; private set; }

    /// <inheritdoc/>
    public int PositionCount => 2;

    /// <inheritdoc/>
    public int VelocityCount => 2;

    /// <inheritdoc/>
    public void SetGoal(double x, double y)
    {
        Map.CheckFree("maze.goal", x, y);
        Goal = (x, y);
    }

    /// <inheritdoc/>
    public void SetStart(MazeCell? start)
    {
        if (start is { } cell)
        {
            Map.CheckFree("maze.start", cell);
        }

        _start = start;
    }

    /// <inheritdoc/>
    public void Seed(RandomStream random) => _random = random;

    /// <inheritdoc/>
    public void Reset(Span<byte> observation)
    {
        var values = Values(observation);
        var cell = _start ?? Map.FreeCells[_random.NextInt32(Map.FreeCells.Length)];
        var (x, y) = Map.AnchorOf(cell);
        Span<double> positions = [x + Noise(), y + Noise()];
        Span<double> velocities = [ResetNoise * _random.NextNormal(), ResetNoise * _random.NextNormal()];
        Put(positions, velocities);
        Observe(values);
    }

    /// <inheritdoc/>
    public StepResult Step(ReadOnlySpan<byte> action, Span<byte> observation)
    {
        if (!_isRunning)
        {
            throw new InvalidOperationException($"Expected a reset of '{Spec.Name}' before the first step.");
        }

        var values = Values(observation);
        var controls = BoxActions.Read(action, 2);
        foreach (ref var velocity in _physics.Velocity)
        {
            velocity = Math.Clamp(velocity, -PointConstants.MaxSpeed, PointConstants.MaxSpeed);
        }

        _physics.Step(controls[0], controls[1]);
        Observe(values);
        return new StepResult(Reward(), Terminated: false, Truncated: false);
    }

    /// <inheritdoc/>
    public void GetState(Span<double> positions, Span<double> velocities)
    {
        _physics.Position.CopyTo(positions);
        _physics.Velocity.CopyTo(velocities);
    }

    /// <inheritdoc/>
    public void SetState(ReadOnlySpan<double> positions, ReadOnlySpan<double> velocities, Span<byte> observation)
    {
        var values = Values(observation);
        Put(positions[..PositionCount], velocities[..VelocityCount]);
        Observe(values);
    }

    private static Span<float> Values(Span<byte> observation) => MemoryMarshal.Cast<byte, float>(observation[..(4 * sizeof(float))]);

    private void Put(ReadOnlySpan<double> positions, ReadOnlySpan<double> velocities)
    {
        _physics.Reset();
        positions.CopyTo(_physics.Position);
        velocities.CopyTo(_physics.Velocity);
        _isRunning = true;
    }

    private void Observe(Span<float> values)
    {
        var position = _physics.Position;
        var velocity = _physics.Velocity;
        values[0] = (float)position[0];
        values[1] = (float)position[1];
        values[2] = (float)velocity[0];
        values[3] = (float)velocity[1];
    }

    private float Reward()
    {
        var (x, y) = (_physics.Position[0] - Goal.X, _physics.Position[1] - Goal.Y);
        var distance = Math.Sqrt((x * x) + (y * y));
        return _reward == MazeReward.Dense ? (float)Math.Exp(-distance) : distance <= GoalRadius ? 1 : 0;
    }

    private double Noise() => ResetNoise * ((2 * _random.NextDouble()) - 1);
}
