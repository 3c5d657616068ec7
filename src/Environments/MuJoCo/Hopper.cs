using MemoryRL.Core;

namespace MemoryRL.Environments;

/// <summary>Hopper: a leg of four parts hops along x.</summary>
/// <remarks>
/// Gymnasium's <c>Hopper-v4</c> (gymnasium/envs/mujoco/hopper_v4.py), in physics D4RL's <c>Hopper-v2</c>. Observation <c>[11]</c>: the positions
/// without x, then the velocities cut to [-10, 10]. Reward: speed along x in m/s, plus 1, minus 0.001 of the squared controls. Terminated
/// unless the torso is above 0.7 m, leans less than 0.2 rad, and every other number is finite and below 100. Reset: the model's pose plus
/// uniform noise of 0.005 in positions and velocities.
/// </remarks>
public sealed class Hopper() : PlanarLegs(UnlimitedSpec, Model.Value)
{
    private static readonly Lazy<MuJoCoModel> Model = new(() => MuJoCoModel.FromResource("hopper.xml"));

    /// <summary>Gets the spec without a limit.</summary>
    internal static EnvironmentSpec UnlimitedSpec { get; } = new("hopper", new ExperienceSpec(new BoxSpace(11), new BoxSpace(3, -1, 1)))
    {
        Summary = "Hop forward on one leg without falling.",
        References = new ReferenceReturns(-20.272305, 3234.3),
    };

    /// <inheritdoc/>
    private protected override StepResult Judge(double speed, double effort) => new(Reward(speed, effort), !IsUpright, Truncated: false);

    private bool IsUpright
    {
        get
        {
            var positions = Simulation.Positions;
            var isSane = true;
            foreach (var value in positions[2..])
            {
                isSane &= Math.Abs(value) < 100;
            }

            foreach (var value in Simulation.Velocities)
            {
                isSane &= Math.Abs(value) < 100;
            }

            return isSane && double.IsFinite(positions[0]) && positions[1] > 0.7 && Math.Abs(positions[2]) < 0.2;
        }
    }
}
