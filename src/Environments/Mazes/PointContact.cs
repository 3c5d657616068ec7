namespace MemoryRL.Environments;

/// <summary>A ball that touches a wall, as MuJoCo describes a contact without friction.</summary>
/// <remarks>
/// MuJoCo's default contact (https://mujoco.readthedocs.io/en/stable/modeling.html#solver-parameters): <c>solref</c> (0.02, 1), <c>solimp</c>
/// (0.9, 0.95, 0.001, 0.5, 2). With impedance d at the contact's depth, time constant t and damping ratio 1, the reference acceleration is
/// <c>-b v - k d (distance - margin)</c>, b = 2 / (0.95 t), k = 1 / (0.95² t²), and the softness <c>(1 - d) / d</c> times the ball's mean inverse
/// mass over three directions; it cannot move in the third, so that this is two thirds of 1 / m.
/// </remarks>
internal readonly struct PointContact
{
    private const double TimeConstant = 0.02;
    private const double ImpedanceAtTouch = 0.9;
    private const double ImpedanceAtDepth = 0.95;
    private const double ImpedanceWidth = 0.001;
    private const double MeanInverseMass = 2.0 / 3 / PointConstants.Mass;

    private PointContact(double normalX, double normalY, double distance, double speed)
    {
        NormalX = normalX;
        NormalY = normalY;
        var depth = distance - PointConstants.Margin;
        var impedance = ImpedanceAt(Math.Abs(depth) / ImpedanceWidth);
        const double Stiffness = 1 / (ImpedanceAtDepth * ImpedanceAtDepth * TimeConstant * TimeConstant);
        const double Damping = 2 / (ImpedanceAtDepth * TimeConstant);
        Reference = (-Damping * speed) - (Stiffness * impedance * depth);
        Softness = MeanInverseMass * (1 - impedance) / impedance;
    }

    /// <summary>Gets the direction from the wall to the ball.</summary>
    public double NormalX { get; }

    /// <summary>Gets the direction's other coordinate.</summary>
    public double NormalY { get; }

    /// <summary>Gets the acceleration along the normal below which the wall pushes.</summary>
    public double Reference { get; }

    /// <summary>Gets how much the acceleration falls short of the reference for a newton of force, R in MuJoCo's words.</summary>
    public double Softness { get; }

    /// <summary>Finds the contact of a ball and one wall.</summary>
    /// <param name="center">The wall's centre.</param>
    /// <param name="ball">The ball's centre.</param>
    /// <param name="velocity">The ball's velocity.</param>
    /// <param name="contact">Receives the contact.</param>
    /// <returns>Whether they are nearer than the margin.</returns>
    public static bool TryFind((double X, double Y) center, (double X, double Y) ball, (double X, double Y) velocity, out PointContact contact)
    {
        var (x, y) = (ball.X - center.X, ball.Y - center.Y);
        var (outX, outY) = (x - Math.Clamp(x, -PointConstants.WallHalfSize, PointConstants.WallHalfSize), y - Math.Clamp(y, -PointConstants.WallHalfSize, PointConstants.WallHalfSize));
        var length = Math.Sqrt((outX * outX) + (outY * outY));
        if (length > PointConstants.Radius + PointConstants.Margin)
        {
            contact = default;
            return false;
        }

        if (length > 0)
        {
            (outX, outY) = (outX / length, outY / length);
        }
        else
        {
            // The centre is inside the wall: out by the nearest side.
            (outX, outY, length) = Math.Abs(x) > Math.Abs(y)
                ? (Math.Sign(x), 0, Math.Abs(x) - PointConstants.WallHalfSize)
                : (0, y < 0 ? -1 : 1, Math.Abs(y) - PointConstants.WallHalfSize);
        }

        contact = new PointContact(outX, outY, length - PointConstants.Radius, (outX * velocity.X) + (outY * velocity.Y));
        return true;
    }

    // Two parabolas that meet in the middle: MuJoCo's impedance of power 2.
    private static double ImpedanceAt(double relativeDepth)
    {
        if (relativeDepth >= 1)
        {
            return ImpedanceAtDepth;
        }

        var rise = relativeDepth < 0.5 ? 2 * relativeDepth * relativeDepth : 1 - (2 * (1 - relativeDepth) * (1 - relativeDepth));
        return ImpedanceAtTouch + (rise * (ImpedanceAtDepth - ImpedanceAtTouch));
    }
}
