using MemoryRL.Core;

namespace MemoryRL.Environments;

/// <summary>Walker2d: two legs walk along x.</summary>
/// <remarks>
/// Gymnasium's <c>Walker2d-v4</c> (gymnasium/envs/mujoco/walker2d_v4.py), in physics D4RL's <c>Walker2d-v2</c>, whose left foot has twice the
/// right one's friction. Observation <c>[17]</c>: the positions without x, then the velocities cut to [-10, 10]. Reward: speed along x in m/s, plus 1, minus 0.001
/// of the squared controls. Terminated unless the torso is between 0.8 and 2 m and leans less than 1 rad. Reset: the model's pose plus uniform
/// noise of 0.005 in positions and velocities.
/// </remarks>
public sealed class Walker2d() : PlanarLegs(UnlimitedSpec, Model.Value)
{
    private static readonly Lazy<MuJoCoModel> Model = new(() => MuJoCoModel.FromResource("walker2d.xml"));

    /// <summary>Gets the spec without a limit.</summary>
    internal static EnvironmentSpec UnlimitedSpec { get; } = new("walker2d", new ExperienceSpec(new BoxSpace(17), new BoxSpace(6, -1, 1)))
    {
        Summary = "Walk forward on two legs without falling.",
        References = new ReferenceReturns(1.629008, 4592.3),
    };

    /// <inheritdoc/>
    private protected override StepResult Judge(double speed, double effort)
    {
        var (height, lean) = (Simulation.Positions[1], Simulation.Positions[2]);
        return new StepResult(Reward(speed, effort), !(height is > 0.8 and < 2 && Math.Abs(lean) < 1), Truncated: false);
    }
}
