using MemoryRL.Core;

namespace MemoryRL.Environments;

/// <summary>Mountain Car: an engine too weak for the hill; rock the car until it swings up to the flag on the right.</summary>
/// <remarks>
/// Gymnasium's <c>MountainCar-v0</c> (gymnasium/envs/classic_control/mountain_car.py; Moore 1990). The observation is position and velocity (a
/// step). Actions 0 left, 1 none, 2 right push by 0.001 a step. The reward is -1 a step, the last one too; the task ends at a position of at least 0.5.
/// An episode starts at rest at a position uniform in [-0.6, -0.4]. Gymnasium calls the task solved at a mean return of -110.
/// </remarks>
public sealed class MountainCar : IPhysicalEnvironment
{
    /// <summary>The position of the flag.</summary>
    public const double GoalPosition = 0.5;

    private const double Power = 0.001;

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

    /// <summary>Gets the space of the observations of both cars.</summary>
    internal static BoxSpace ObservationSpace { get; } = new(
        [2], [MountainCarHill.LowestPosition, -MountainCarHill.MaxSpeed], [MountainCarHill.HighestPosition, MountainCarHill.MaxSpeed]);

    /// <summary>Gets the spec without a limit.</summary>
    internal static EnvironmentSpec UnlimitedSpec { get; } = new("mountain-car", new ExperienceSpec(ObservationSpace, new DiscreteSpace(3)))
    {
        Summary = "Rock a weak car out of a valley up to the flag; -1 a step.",
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
        var choice = DiscreteActions.Read(action, 3);
        ResetFirst.ThrowUnless(_isRunning, Spec);
        MountainCarHill.Move(ref _position, ref _velocity, (choice - 1) * Power);
        PhysicalState.Observe(observation, _position, _velocity);
        var atGoal = _position >= GoalPosition && _velocity >= 0;
        _isRunning = !atGoal;
        return new StepResult(-1, atGoal, Truncated: false);
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
