using System.Runtime.InteropServices;
using MemoryRL.Core;

namespace MemoryRL.Environments;

/// <summary>What the tasks on MuJoCo share: a body that starts near its model's pose, controls in [-1, 1] held for some steps of the engine.</summary>
/// <remarks>Gymnasium's <c>MujocoEnv</c> (gymnasium/envs/mujoco/mujoco_env.py), version 4 of the tasks, which D4RL's version 2 equals in physics.</remarks>
public abstract class MuJoCoEnvironment : IPhysicalEnvironment
{
    private readonly MuJoCoModel _model;
    private RandomStream _random = new(0);
    private bool _isRunning;

    private protected MuJoCoEnvironment(EnvironmentSpec spec, MuJoCoModel model, int frameSkip)
    {
        Spec = spec;
        _model = model;
        FrameSkip = frameSkip;
        Simulation = new MuJoCoSimulation(model);
    }

    /// <inheritdoc/>
    public EnvironmentSpec Spec { get; }

    /// <inheritdoc/>
    public int PositionCount => _model.PositionCount;

    /// <inheritdoc/>
    public int VelocityCount => _model.VelocityCount;

    /// <summary>Gets the simulation, for whoever measures or draws it; writing to it between steps changes the episode.</summary>
    public MuJoCoSimulation Simulation { get; }

    /// <summary>Gets how many steps of the engine a step of the task is.</summary>
    public int FrameSkip { get; }

    /// <summary>Gets the length of one step of the task, in seconds.</summary>
    private protected double StepSeconds => FrameSkip * _model.Timestep;

    /// <inheritdoc/>
    public void Seed(RandomStream random) => _random = random;

    /// <inheritdoc/>
    public void Reset(Span<byte> observation)
    {
        var values = Values(observation);
        Simulation.Reset();
        Scatter(ref _random);
        Simulation.Forward();
        _isRunning = true;
        Observe(values);
    }

    /// <inheritdoc/>
    public StepResult Step(ReadOnlySpan<byte> action, Span<byte> observation)
    {
        ResetFirst.ThrowUnless(_isRunning, Spec);
        var values = Values(observation);
        var controls = BoxActions.Read(action, _model.ControlCount);
        var targets = Simulation.Controls;
        var effort = 0.0;
        for (var i = 0; i < controls.Length; i++)
        {
            targets[i] = controls[i];
            effort += (double)controls[i] * controls[i];
        }

        var before = ForwardPosition;
        Simulation.Step(FrameSkip);
        var speed = (ForwardPosition - before) / StepSeconds;
        var result = Judge(speed, effort);
        _isRunning = !result.Terminated;
        Observe(values);
        return result;
    }

    /// <inheritdoc/>
    public void GetState(Span<double> positions, Span<double> velocities)
    {
        Simulation.Positions.CopyTo(positions);
        Simulation.Velocities.CopyTo(velocities);
    }

    /// <inheritdoc/>
    public void SetState(ReadOnlySpan<double> positions, ReadOnlySpan<double> velocities, Span<byte> observation)
    {
        var values = Values(observation);
        Simulation.Reset();
        positions[..PositionCount].CopyTo(Simulation.Positions);
        velocities[..VelocityCount].CopyTo(Simulation.Velocities);
        Simulation.Forward();
        _isRunning = true;
        Observe(values);
    }

    /// <summary>Gets how far the body has come along x, in metres.</summary>
    private protected virtual double ForwardPosition => Simulation.Positions[0];

    /// <summary>Adds the noise of a new episode to the model's own pose.</summary>
    /// <param name="random">The environment's stream.</param>
    private protected abstract void Scatter(ref RandomStream random);

    /// <summary>Writes the observation of the simulation's state.</summary>
    /// <param name="observation">Receives it.</param>
    private protected abstract void Observe(Span<float> observation);

    /// <summary>Says what a step is worth and whether the body has fallen.</summary>
    /// <param name="speed">The mean speed along x, in metres a second.</param>
    /// <param name="effort">The sum of the squared controls.</param>
    /// <returns>The result; never truncated.</returns>
    private protected abstract StepResult Judge(double speed, double effort);

    /// <summary>Adds uniform noise.</summary>
    /// <param name="values">What it is added to.</param>
    /// <param name="bound">The noise's bound on both sides.</param>
    /// <param name="random">The stream.</param>
    private protected static void AddUniform(Span<double> values, double bound, ref RandomStream random)
    {
        for (var i = 0; i < values.Length; i++)
        {
            values[i] += bound * ((2 * random.NextDouble()) - 1);
        }
    }

    /// <summary>Adds normal noise.</summary>
    /// <param name="values">What it is added to.</param>
    /// <param name="deviation">The noise's standard deviation.</param>
    /// <param name="random">The stream.</param>
    private protected static void AddNormal(Span<double> values, double deviation, ref RandomStream random)
    {
        for (var i = 0; i < values.Length; i++)
        {
            values[i] += deviation * random.NextNormal();
        }
    }

    /// <summary>Copies numbers in single precision.</summary>
    /// <param name="source">The numbers.</param>
    /// <param name="destination">Receives them.</param>
    /// <param name="bound">The bound on both sides to which they are cut.</param>
    private protected static void Copy(ReadOnlySpan<double> source, Span<float> destination, double bound = double.PositiveInfinity)
    {
        for (var i = 0; i < source.Length; i++)
        {
            destination[i] = (float)Math.Clamp(source[i], -bound, bound);
        }
    }

    private Span<float> Values(Span<byte> observation) => MemoryMarshal.Cast<byte, float>(observation[..Spec.Experience.Observation.ByteCount]);
}
