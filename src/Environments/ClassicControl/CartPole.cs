using MemoryRL.Core;

namespace MemoryRL.Environments;

/// <summary>Cart-Pole: push a cart left or right so that the pole on it stays upright and the cart on its track.</summary>
/// <remarks>
/// Gymnasium's <c>CartPole-v1</c> (gymnasium/envs/classic_control/cartpole.py; Barto, Sutton and Anderson 1983): a cart of 1 kg, a pole of 0.1 kg
/// and half-length 0.5 m, a force of 10 N, steps of 0.02 s by explicit Euler. The observation is the cart's position (m) and velocity, the
/// pole's angle from the vertical (rad) and angular velocity. Actions 0 left, 1 right. The reward is 1 a step, the last one too. The task
/// ends when the cart is more than 2.4 m from the middle or the pole more than 12 degrees from the vertical. An episode starts with all four
/// numbers uniform in [-0.05, 0.05].
/// </remarks>
public sealed class CartPole : IPhysicalEnvironment
{
    /// <summary>The mean return at which Gymnasium calls the task of 500 steps solved.</summary>
    public const double SolvedReturn = 475;

    private const double Gravity = 9.8;
    private const double PoleMass = 0.1;
    private const double TotalMass = 1.0 + PoleMass;
    private const double HalfLength = 0.5;
    private const double Force = 10.0;
    private const double TimeStep = 0.02;
    private const double PositionLimit = 2.4;
    private const double AngleLimit = 12 * 2 * Math.PI / 360;

    private RandomStream _random = new(0);
    private double _position;
    private double _velocity;
    private double _angle;
    private double _angularVelocity;
    private bool _isRunning;

    /// <inheritdoc/>
    public EnvironmentSpec Spec => UnlimitedSpec;

    /// <inheritdoc/>
    public int PositionCount => 2;

    /// <inheritdoc/>
    public int VelocityCount => 2;

    /// <summary>Gets the spec without a limit.</summary>
    internal static EnvironmentSpec UnlimitedSpec { get; } = new(
        "cart-pole",
        new ExperienceSpec(
            new BoxSpace(
                [4],
                [(float)(-2 * PositionLimit), float.NegativeInfinity, (float)(-2 * AngleLimit), float.NegativeInfinity],
                [(float)(2 * PositionLimit), float.PositiveInfinity, (float)(2 * AngleLimit), float.PositiveInfinity]),
            new DiscreteSpace(2)))
    {
        Summary = "Balance a pole on a cart; 1 a step, solved at 475 of 500.",
        SuccessReturn = SolvedReturn,
    };

    /// <inheritdoc/>
    public void Seed(RandomStream random) => _random = random;

    /// <inheritdoc/>
    public void Reset(Span<byte> observation)
    {
        _position = Draw();
        _velocity = Draw();
        _angle = Draw();
        _angularVelocity = Draw();
        Observe(observation);
        _isRunning = true;
    }

    /// <inheritdoc/>
    public StepResult Step(ReadOnlySpan<byte> action, Span<byte> observation)
    {
        var force = DiscreteActions.Read(action, 2) == 1 ? Force : -Force;
        ResetFirst.ThrowUnless(_isRunning, Spec);
        Integrate(force);
        Observe(observation);
        var fell = Math.Abs(_position) > PositionLimit || Math.Abs(_angle) > AngleLimit;
        _isRunning = !fell;
        return new StepResult(1, fell, Truncated: false);
    }

    /// <inheritdoc/>
    /// <remarks>The cart's position and the pole's angle.</remarks>
    public void GetState(Span<double> positions, Span<double> velocities)
    {
        (positions[0], positions[1]) = (_position, _angle);
        (velocities[0], velocities[1]) = (_velocity, _angularVelocity);
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidExperienceException">There are not two positions and two velocities, or one is not finite.</exception>
    public void SetState(ReadOnlySpan<double> positions, ReadOnlySpan<double> velocities, Span<byte> observation)
    {
        PhysicalState.Check(this, positions, velocities);
        (_position, _angle) = (positions[0], positions[1]);
        (_velocity, _angularVelocity) = (velocities[0], velocities[1]);
        Observe(observation);
        _isRunning = true;
    }

    // Florian 2007, "Correct equations for the dynamics of the cart-pole system", without friction; positions move by the old velocities.
    private void Integrate(double force)
    {
        var (sine, cosine) = Math.SinCos(_angle);
        var push = (force + (PoleMass * HalfLength * _angularVelocity * _angularVelocity * sine)) / TotalMass;
        var angularAcceleration = ((Gravity * sine) - (cosine * push)) / (HalfLength * ((4.0 / 3.0) - (PoleMass * cosine * cosine / TotalMass)));
        var acceleration = push - (PoleMass * HalfLength * angularAcceleration * cosine / TotalMass);
        _position += TimeStep * _velocity;
        _velocity += TimeStep * acceleration;
        _angle += TimeStep * _angularVelocity;
        _angularVelocity += TimeStep * angularAcceleration;
    }

    private void Observe(Span<byte> observation) => PhysicalState.Observe(observation, _position, _velocity, _angle, _angularVelocity);

    private double Draw() => (0.1 * _random.NextDouble()) - 0.05;
}
