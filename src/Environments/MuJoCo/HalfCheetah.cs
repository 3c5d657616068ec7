using MemoryRL.Core;

namespace MemoryRL.Environments;

/// <summary>HalfCheetah: a flat body on two legs runs along x.</summary>
/// <remarks>
/// Gymnasium's <c>HalfCheetah-v4</c> (gymnasium/envs/mujoco/half_cheetah_v4.py). Observation <c>[17]</c>: the positions without x, then the
/// velocities. Reward: speed along x in m/s minus 0.1 of the squared controls. Never terminated. Reset: the model's pose plus uniform noise of
/// 0.1 in the positions; velocities normal with deviation 0.1.
/// </remarks>
public sealed class HalfCheetah() : MuJoCoEnvironment(UnlimitedSpec, Model.Value, 5)
{
    private const double ResetNoise = 0.1;

    private static readonly Lazy<MuJoCoModel> Model = new(() => MuJoCoModel.FromResource("half_cheetah.xml"));

    /// <summary>Gets the spec without a limit.</summary>
    internal static EnvironmentSpec UnlimitedSpec { get; } = new("half-cheetah", new ExperienceSpec(new BoxSpace(17), new BoxSpace(6, -1, 1)))
    {
        Summary = "Run forward on two legs.",
        References = new ReferenceReturns(-280.178953, 12135.0),
    };

    /// <inheritdoc/>
    private protected override void Scatter(ref RandomStream random)
    {
        AddUniform(Simulation.Positions, ResetNoise, ref random);
        AddNormal(Simulation.Velocities, ResetNoise, ref random);
    }

    /// <inheritdoc/>
    private protected override void Observe(Span<float> observation)
    {
        Copy(Simulation.Positions[1..], observation);
        Copy(Simulation.Velocities, observation[(PositionCount - 1)..]);
    }

    /// <inheritdoc/>
    private protected override StepResult Judge(double speed, double effort) => new((float)(speed - (0.1 * effort)), Terminated: false, Truncated: false);
}
