namespace MemoryRL.Environments;

/// <summary>The valley in which both cars of <see cref="MountainCar"/> and <see cref="ContinuousMountainCar"/> drive.</summary>
/// <remarks>Its height is <c>sin(3 x)</c>; positions lie in [-1.2, 0.6], velocities in [-0.07, 0.07] a step, and the left wall stops the car.</remarks>
internal static class MountainCarHill
{
    public const float LowestPosition = -1.2f;
    public const float HighestPosition = 0.6f;
    public const float MaxSpeed = 0.07f;

    private const double Gravity = 0.0025;

    /// <summary>Moves the car by one step.</summary>
    /// <param name="position">The position.</param>
    /// <param name="velocity">The velocity, in positions a step.</param>
    /// <param name="push">What the engine adds to the velocity.</param>
    public static void Move(ref double position, ref double velocity, double push)
    {
        velocity = Math.Clamp(velocity + push - (Gravity * Math.Cos(3 * position)), -0.07, 0.07);
        position = Math.Clamp(position + velocity, -1.2, 0.6);
        if (position == -1.2 && velocity < 0)
        {
            velocity = 0;
        }
    }
}
