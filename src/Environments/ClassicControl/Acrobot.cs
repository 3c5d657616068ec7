using MemoryRL.Core;

namespace MemoryRL.Environments;

/// <summary>Acrobot: two links hang from a bar with a motor between them; swing the free end above the bar by a link's length.</summary>
/// <remarks>
/// Gymnasium's <c>Acrobot-v1</c> (gymnasium/envs/classic_control/acrobot.py; Sutton 1996, with the equations of Sutton and Barto's book): links of
/// 1 kg, 1 m and moment of inertia 1, centers of mass in the middle, gravity 9.8, steps of 0.2 s by one step of the classic Runge-Kutta
/// method, angular velocities within 4 pi and 9 pi. The observation is the cosine and sine of the first link's angle from hanging, the same
/// of the second link's angle from the first, and the two angular velocities. Actions 0, 1, 2 are torques of -1, 0 and 1 Nm. The reward is
/// -1 a step and 0 for the step that reaches the height, which ends the task. An episode starts with all four numbers uniform in [-0.1, 0.1];
/// Gymnasium rounds those to float32, and we do not. It calls the task solved at a mean return of -100.
/// </remarks>
public sealed class Acrobot : IPhysicalEnvironment
{
    private const double TimeStep = 0.2;
    private const double MaxSpeed1 = 4 * Math.PI;
    private const double MaxSpeed2 = 9 * Math.PI;

    private RandomStream _random = new(0);
    private AcrobotState _state;
    private bool _isRunning;

    /// <inheritdoc/>
    public EnvironmentSpec Spec => UnlimitedSpec;

    /// <inheritdoc/>
    public int PositionCount => 2;

    /// <inheritdoc/>
    public int VelocityCount => 2;

    /// <summary>Gets the spec without a limit.</summary>
    internal static EnvironmentSpec UnlimitedSpec { get; } = new(
        "acrobot",
        new ExperienceSpec(
            new BoxSpace([6], [-1, -1, -1, -1, (float)-MaxSpeed1, (float)-MaxSpeed2], [1, 1, 1, 1, (float)MaxSpeed1, (float)MaxSpeed2]),
            new DiscreteSpace(3)))
    {
        Summary = "Swing the free end of two links above the bar; -1 a step.",
        HasGoal = true,
    };

    /// <inheritdoc/>
    public void Seed(RandomStream random) => _random = random;

    /// <inheritdoc/>
    public void Reset(Span<byte> observation)
    {
        _state = new AcrobotState(Draw(), Draw(), Draw(), Draw());
        Observe(observation);
        _isRunning = true;
    }

    /// <inheritdoc/>
    public StepResult Step(ReadOnlySpan<byte> action, Span<byte> observation)
    {
        var torque = DiscreteActions.Read(action, 3) - 1;
        ResetFirst.ThrowUnless(_isRunning, Spec);
        var next = _state.Advance(torque, TimeStep);
        _state = new AcrobotState(
            Wrap(next.Angle1), Wrap(next.Angle2), Math.Clamp(next.Velocity1, -MaxSpeed1, MaxSpeed1), Math.Clamp(next.Velocity2, -MaxSpeed2, MaxSpeed2));
        Observe(observation);
        var atGoal = -Math.Cos(_state.Angle1) - Math.Cos(_state.Angle1 + _state.Angle2) > 1;
        _isRunning = !atGoal;
        return new StepResult(atGoal ? 0 : -1, atGoal, Truncated: false);
    }

    /// <inheritdoc/>
    public void GetState(Span<double> positions, Span<double> velocities)
    {
        (positions[0], positions[1]) = (_state.Angle1, _state.Angle2);
        (velocities[0], velocities[1]) = (_state.Velocity1, _state.Velocity2);
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidExperienceException">There are not two positions and two velocities, or one is not finite.</exception>
    public void SetState(ReadOnlySpan<double> positions, ReadOnlySpan<double> velocities, Span<byte> observation)
    {
        PhysicalState.Check(this, positions, velocities);
        _state = new AcrobotState(positions[0], positions[1], velocities[0], velocities[1]);
        Observe(observation);
        _isRunning = true;
    }

    private static double Wrap(double angle) => Math.Abs(angle) <= Math.PI ? angle : Math.IEEERemainder(angle, 2 * Math.PI);

    private void Observe(Span<byte> observation) => PhysicalState.Observe(
        observation,
        Math.Cos(_state.Angle1), Math.Sin(_state.Angle1), Math.Cos(_state.Angle2), Math.Sin(_state.Angle2), _state.Velocity1, _state.Velocity2);

    private double Draw() => (0.2 * _random.NextDouble()) - 0.1;
}
