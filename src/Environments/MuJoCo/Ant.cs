using MemoryRL.Core;

namespace MemoryRL.Environments;

/// <summary>Ant: four legs run along x.</summary>
/// <remarks>
/// Gymnasium's <c>Ant-v4</c> without contact forces (gymnasium/envs/mujoco/ant_v4.py). Observation <c>[27]</c>: the positions without x and y,
/// then the velocities. Reward: speed of the torso along x in m/s, plus 1, minus 0.5 of the squared controls; the engine places the torso one
/// of its own steps behind the positions, as there. Terminated unless the torso is from 0.2 to 1 m high and every number is finite. Reset: the
/// model's pose plus uniform noise of 0.1 in the positions; velocities normal with deviation 0.1.
/// </remarks>
public sealed class Ant() : MuJoCoEnvironment(UnlimitedSpec, Model.Value, 5)
{
    private const double ResetNoise = 0.1;

    private static readonly Lazy<MuJoCoModel> Model = new(() => MuJoCoModel.FromResource("ant.xml"));

    /// <summary>Gets the spec without a limit.</summary>
    internal static EnvironmentSpec UnlimitedSpec { get; } = new("ant", new ExperienceSpec(new BoxSpace(27), new BoxSpace(8, -1, 1)))
    {
        Summary = "Run forward on four legs without falling over.",
        References = new ReferenceReturns(-325.6, 3879.7),
    };

    /// <inheritdoc/>
    private protected override double ForwardPosition => Simulation.BodyPositions[3];

    /// <inheritdoc/>
    private protected override void Scatter(ref RandomStream random)
    {
        AddUniform(Simulation.Positions, ResetNoise, ref random);
        AddNormal(Simulation.Velocities, ResetNoise, ref random);
    }

    /// <inheritdoc/>
    private protected override void Observe(Span<float> observation)
    {
        Copy(Simulation.Positions[2..], observation);
        Copy(Simulation.Velocities, observation[(PositionCount - 2)..]);
    }

    /// <inheritdoc/>
    private protected override StepResult Judge(double speed, double effort) =>
        new((float)(speed + 1 - (0.5 * effort)), !IsUpright(Simulation.Positions, Simulation.Velocities), Truncated: false);

    private static bool IsUpright(ReadOnlySpan<double> positions, ReadOnlySpan<double> velocities)
    {
        var sum = 0.0;
        foreach (var value in positions)
        {
            sum += value;
        }

        foreach (var value in velocities)
        {
            sum += value;
        }

        // A sum is finite only where its terms are.
        return double.IsFinite(sum) && positions[2] is >= 0.2 and <= 1;
    }
}
