using MemoryRL.Core;

namespace MemoryRL.Environments;

/// <summary>What Hopper and Walker2d share: legs in a plane, seen and scattered alike.</summary>
/// <remarks>Observation: the positions without x, then the velocities cut to [-10, 10]. Reset: the model's pose plus uniform noise of 0.005 in positions and velocities.</remarks>
public abstract class PlanarLegs : MuJoCoEnvironment
{
    private const double ResetNoise = 5e-3;
    private const double VelocityBound = 10;

    private protected PlanarLegs(EnvironmentSpec spec, MuJoCoModel model)
        : base(spec, model, frameSkip: 4)
    {
    }

    /// <inheritdoc/>
    private protected sealed override void Scatter(ref RandomStream random)
    {
        AddUniform(Simulation.Positions, ResetNoise, ref random);
        AddUniform(Simulation.Velocities, ResetNoise, ref random);
    }

    /// <inheritdoc/>
    private protected sealed override void Observe(Span<float> observation)
    {
        Copy(Simulation.Positions[1..], observation);
        Copy(Simulation.Velocities, observation[(PositionCount - 1)..], VelocityBound);
    }

    /// <summary>Makes the reward of a step.</summary>
    /// <param name="speed">The speed along x, in m/s.</param>
    /// <param name="effort">The sum of the squared controls.</param>
    /// <returns>The speed, plus 1 for surviving, minus 0.001 of the effort.</returns>
    private protected static float Reward(double speed, double effort) => (float)(speed + 1 - (1e-3 * effort));
}
