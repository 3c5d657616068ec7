using MemoryRL.Core;

namespace MemoryRL.Environments;

/// <summary>Pendulum: swing a rod up with a torque too weak to lift it, and hold it there.</summary>
/// <remarks>
/// Gymnasium's <c>Pendulum-v1</c> (gymnasium/envs/classic_control/pendulum.py): a rod of 1 kg and 1 m, gravity 10, steps of 0.05 s by
/// semi-implicit Euler, an angular velocity within 8 rad/s. The observation is the cosine and the sine of the angle from the upright, and the
/// angular velocity. The action is the torque <c>u</c> in [-2, 2] Nm; one outside is refused, where Gymnasium clips it. The reward, for the
/// state before the step, is <c>-(angle^2 + 0.1 velocity^2 + 0.001 u^2)</c> with the angle in [-pi, pi). Nothing ends the task. An episode starts with the angle uniform in
/// [-pi, pi] and the velocity in [-1, 1].
/// </remarks>
public sealed class Pendulum : IPhysicalEnvironment
{
    /// <summary>
    /// The mean reward of a step that an episode of success passes: our choice, since Gymnasium has no threshold. Hanging still brings -9.9 a step;
    /// the best policy gets about -308 of 200 steps from the worst start, by value iteration on a grid of 181 by 161 states.
    /// </summary>
    public const double SuccessRewardPerStep = -2;

    private const float MaxTorque = 2;
    private const double MaxSpeed = 8;
    private const double TimeStep = 0.05;
    private const double Gravity = 10;

    private RandomStream _random = new(0);
    private double _angle;
    private double _velocity;
    private bool _isRunning;

    /// <inheritdoc/>
    public EnvironmentSpec Spec => UnlimitedSpec;

    /// <inheritdoc/>
    public int PositionCount => 1;

    /// <inheritdoc/>
    public int VelocityCount => 1;

    /// <summary>Gets the spec without a limit.</summary>
    internal static EnvironmentSpec UnlimitedSpec { get; } = new(
        "pendulum",
        new ExperienceSpec(new BoxSpace([3], [-1, -1, (float)-MaxSpeed], [1, 1, (float)MaxSpeed]), new BoxSpace(1, -MaxTorque, MaxTorque)))
    {
        Summary = "Swing a pendulum up and hold it; minus angle, speed and torque squared.",
    };

    /// <inheritdoc/>
    public void Seed(RandomStream random) => _random = random;

    /// <inheritdoc/>
    public void Reset(Span<byte> observation)
    {
        _angle = Math.PI * ((2 * _random.NextDouble()) - 1);
        _velocity = (2 * _random.NextDouble()) - 1;
        Observe(observation);
        _isRunning = true;
    }

    /// <inheritdoc/>
    public StepResult Step(ReadOnlySpan<byte> action, Span<byte> observation)
    {
        double torque = BoxActions.Read(action, 1, MaxTorque)[0];
        ResetFirst.ThrowUnless(_isRunning, Spec);
        var angle = _angle - (2 * Math.PI * Math.Floor((_angle + Math.PI) / (2 * Math.PI)));
        var cost = (angle * angle) + (0.1 * _velocity * _velocity) + (0.001 * torque * torque);

        // The moment of inertia of a rod about its end is m l^2 / 3, which gives the factors 3/2 and 3.
        _velocity = Math.Clamp(_velocity + (((1.5 * Gravity * Math.Sin(_angle)) + (3 * torque)) * TimeStep), -MaxSpeed, MaxSpeed);
        _angle += _velocity * TimeStep;
        Observe(observation);
        return new StepResult((float)-cost, Terminated: false, Truncated: false);
    }

    /// <inheritdoc/>
    /// <remarks>The angle is not wrapped.</remarks>
    public void GetState(Span<double> positions, Span<double> velocities) => (positions[0], velocities[0]) = (_angle, _velocity);

    /// <inheritdoc/>
    /// <exception cref="InvalidExperienceException">There are not one position and one velocity, or one is not finite.</exception>
    public void SetState(ReadOnlySpan<double> positions, ReadOnlySpan<double> velocities, Span<byte> observation)
    {
        PhysicalState.Check(this, positions, velocities);
        (_angle, _velocity) = (positions[0], velocities[0]);
        Observe(observation);
        _isRunning = true;
    }

    private void Observe(Span<byte> observation) => PhysicalState.Observe(observation, Math.Cos(_angle), Math.Sin(_angle), _velocity);
}
