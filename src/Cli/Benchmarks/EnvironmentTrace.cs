using MemoryRL.Client;
using MemoryRL.Core;
using MemoryRL.Environments;

namespace MemoryRL.Cli;

/// <summary>
/// Some steps of a task that can be taken again and again: the actions of a random policy, where episodes began, and in which physical state. The
/// environment and the engine alone then do the same work.
/// </summary>
internal sealed class EnvironmentTrace
{
    private const ulong Seed = 1;

    private readonly EnvironmentEntry _task;
    private readonly byte[] _actions;
    private readonly bool[] _begins;
    private readonly List<double[]> _starts = [];
    private readonly int _actionBytes;
    private readonly byte[] _observation;
    private readonly double[] _velocities;

    /// <summary>Records steps.</summary>
    /// <param name="task">The task.</param>
    /// <param name="steps">How many.</param>
    public EnvironmentTrace(EnvironmentEntry task, int steps)
    {
        _task = task;
        _actionBytes = task.Spec.Experience.Action.ByteCount;
        _observation = new byte[task.Spec.Experience.Observation.ByteCount];
        _actions = new byte[steps * _actionBytes];
        _begins = new bool[steps];
        Environment = task.Create();
        _velocities = new double[(Environment.Unwrapped as IPhysicalEnvironment)?.VelocityCount ?? 0];
        Record();
    }

    /// <summary>Gets the environment.</summary>
    public IEnvironment Environment { get; }

    /// <summary>Gets the number of steps.</summary>
    public int Steps => _begins.Length;

    /// <summary>Gets whether the engine can be stepped alone.</summary>
    public bool HasEngine => Environment.Unwrapped is MuJoCoEnvironment;

    /// <summary>Makes the same trace for another thread.</summary>
    /// <returns>The trace, over an environment of its own.</returns>
    public EnvironmentTrace Clone() => new(_task, Steps);

    /// <summary>Takes the steps through the environment.</summary>
    public void PlayEnvironment()
    {
        Environment.Seed(new RandomStream(Seed));
        for (var i = 0; i < _begins.Length; i++)
        {
            if (_begins[i])
            {
                Environment.Reset(_observation);
            }

            _ = Environment.Step(_actions.AsSpan(i * _actionBytes, _actionBytes), _observation);
        }
    }

    /// <summary>Takes the steps through MuJoCo alone: the same controls, the same starts, nothing observed or judged.</summary>
    public void PlayEngine()
    {
        var environment = (MuJoCoEnvironment)Environment.Unwrapped;
        var simulation = environment.Simulation;
        var episode = 0;
        for (var i = 0; i < _begins.Length; i++)
        {
            if (_begins[i])
            {
                simulation.Reset();
                var start = _starts[episode++];
                start.AsSpan(0, environment.PositionCount).CopyTo(simulation.Positions);
                start.AsSpan(environment.PositionCount).CopyTo(simulation.Velocities);
                simulation.Forward();
            }

            var controls = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(_actions.AsSpan(i * _actionBytes, _actionBytes));
            for (var control = 0; control < controls.Length; control++)
            {
                simulation.Controls[control] = controls[control];
            }

            simulation.Step(environment.FrameSkip);
        }
    }

    private void Record()
    {
        using var policy = new RandomPolicy(_task.Spec.Experience.Action);
        var batch = new ActionBatch(1, _task.Spec.Experience.Action);
        RandomStream[] random = [new(Seed, 1)];
        Environment.Seed(new RandomStream(Seed));
        var isRunning = false;
        for (var i = 0; i < _begins.Length; i++)
        {
            if (!isRunning)
            {
                Environment.Reset(_observation);
                _begins[i] = true;
                RecordStart();
            }

            policy.Act(_observation, ActMode.Explore, random, batch);
            batch.Actions.CopyTo(_actions.AsSpan(i * _actionBytes));
            var result = Environment.Step(batch.Actions, _observation);
            isRunning = !result.Terminated && !result.Truncated;
        }
    }

    private void RecordStart()
    {
        if (Environment.Unwrapped is not IPhysicalEnvironment physics)
        {
            return;
        }

        var start = new double[physics.PositionCount + physics.VelocityCount];
        physics.GetState(start.AsSpan(0, physics.PositionCount), _velocities);
        _velocities.CopyTo(start.AsSpan(physics.PositionCount));
        _starts.Add(start);
    }
}
