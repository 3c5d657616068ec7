using System.Runtime.InteropServices;
using MemoryRL.Core;
using MemoryRL.Environments;

namespace MemoryRL.Client.Tests;

/// <summary>A point on a line with a position, a velocity and a goal, whose random start decides how long its episodes are.</summary>
internal sealed class LineTask(int limit = 40) : IPhysicalEnvironment, IGoalEnvironment
{
    private RandomStream _random = new(0);
    private double _position;
    private double _velocity;
    private int _steps;

    public EnvironmentSpec Spec { get; } = new("line", new ExperienceSpec(new BoxSpace(2), new BoxSpace(1, -1, 1))) { MaxEpisodeSteps = limit };

    public int PositionCount => 1;

    public int VelocityCount => 1;

    public (double X, double Y) Goal => (2, -1);

    public void Seed(RandomStream random) => _random = random;

    public void Reset(Span<byte> observation)
    {
        (_position, _velocity, _steps) = (_random.NextDouble(), 0, 0);
        Write(observation);
    }

    public StepResult Step(ReadOnlySpan<byte> action, Span<byte> observation)
    {
        _velocity += 0.1 * MemoryMarshal.Read<float>(action);
        _position += (0.1 * _velocity) + (0.05 * _random.NextDouble());
        _steps++;
        Write(observation);
        var terminated = _position > 1;
        return new StepResult((float)_position, terminated, !terminated && _steps == limit);
    }

    public void GetState(Span<double> positions, Span<double> velocities) => (positions[0], velocities[0]) = (_position, _velocity);

    public void SetState(ReadOnlySpan<double> positions, ReadOnlySpan<double> velocities, Span<byte> observation)
    {
        (_position, _velocity) = (positions[0], velocities[0]);
        Write(observation);
    }

    private void Write(Span<byte> observation)
    {
        var values = MemoryMarshal.Cast<byte, float>(observation);
        (values[0], values[1]) = ((float)_position, (float)_velocity);
    }
}

/// <summary>Acts by a fixed rule of the observation, sampled around it when exploring.</summary>
internal sealed class LinePolicy : IPolicy
{
    public string Algorithm => "line";

    public long Version => 3;

    public void Act(ReadOnlySpan<byte> observations, ActMode mode, Span<RandomStream> randoms, ActionBatch actions)
    {
        var rows = MemoryMarshal.Cast<byte, float>(observations);
        var values = MemoryMarshal.Cast<byte, float>(actions.Actions.AsSpan());
        for (var i = 0; i < randoms.Length; i++)
        {
            var sample = mode == ActMode.Explore ? (float)(0.1 * randoms[i].NextNormal()) : 0;
            values[i] = Math.Clamp(0.5f - rows[2 * i] + sample, -1, 1);
            actions.LogProbabilities[i] = sample;
        }
    }

    public void Dispose()
    {
        // It holds nothing.
    }
}
