using MemoryRL.Core;

namespace MemoryRL.Environments;

/// <summary>Mountain Car with a throttle: reach the flag on the right with little fuel.</summary>
/// <remarks>
/// Gymnasium's <c>MountainCarContinuous-v0</c> (gymnasium/envs/classic_control/continuous_mountain_car.py). The observation is position and
/// velocity (a step). The action <c>u</c> in [-1, 1] pushes by <c>0.0015 u</c> a step and costs <c>0.1 u^2</c>; reaching a position of at
/// least 0.45 ends the task with 100 besides. An episode starts at rest at a position uniform in [-0.6, -0.4]. Gymnasium rounds the state to
/// float32 between steps, and we do not; it calls the task solved at a mean return of 90. An action outside its bounds is refused, where Gymnasium clips the force.
/// </remarks>
public sealed class ContinuousMountainCar : IPhysicalEnvironment
{
    /// <summary>The position of the flag.</summary>
    public const double GoalPosition = 0.45;

    private const double Power = 0.0015;

    private RandomStream _random = new(0);
    private double _position;
    private double _velocity;
    private bool _isRunning;

    /// <inheritdoc/>
    public EnvironmentSpec Spec => UnlimitedSpec;

    /// <inheritdoc/>
    public int PositionCount => 1;

    /// <inheritdoc/>
    public int VelocityCount => 1;

    /// <summary>Gets the spec without a limit.</summary>
    internal static EnvironmentSpec UnlimitedSpec { get; } = new("mountain-car-continuous", new ExperienceSpec(MountainCar.ObservationSpace, new BoxSpace(1, -1, 1)))
    {
        Summary = "Rock a weak car out of a valley up to the flag with a throttle; 100 at the flag, less the fuel.",
        HasGoal = true,
    };

    /// <inheritdoc/>
    public void Seed(RandomStream random) => _random = random;

    /// <inheritdoc/>
    public void Reset(Span<byte> observation)
    {
        (_position, _velocity) = ((0.2 * _random.NextDouble()) - 0.6, 0);
        PhysicalState.Observe(observation, _position, _velocity);
        _isRunning = true;
    }

    /// <inheritdoc/>
    public StepResult Step(ReadOnlySpan<byte> action, Span<byte> observation)
    {
        double throttle = BoxActions.Read(action, 1)[0];
        ResetFirst.ThrowUnless(_isRunning, Spec);
        MountainCarHill.Move(ref _position, ref _velocity, throttle * Power);
        PhysicalState.Observe(observation, _position, _velocity);
        var atGoal = _position >= GoalPosition && _velocity >= 0;
        _isRunning = !atGoal;
        return new StepResult((float)((atGoal ? 100 : 0) - (0.1 * throttle * throttle)), atGoal, Truncated: false);
    }

    /// <inheritdoc/>
    public void GetState(Span<double> positions, Span<double> velocities) => (positions[0], velocities[0]) = (_position, _velocity);

    /// <inheritdoc/>
    /// <exception cref="InvalidExperienceException">There are not one position and one velocity, or one is not finite.</exception>
    public void SetState(ReadOnlySpan<double> positions, ReadOnlySpan<double> velocities, Span<byte> observation)
    {
        PhysicalState.Check(this, positions, velocities);
        (_position, _velocity) = (positions[0], velocities[0]);
        PhysicalState.Observe(observation, _position, _velocity);
        _isRunning = true;
    }
}
