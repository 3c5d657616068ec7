namespace MemoryRL.Environments;

/// <summary>The ant seen from a turned world, with its legs counted from another one: what makes a policy that runs along x run anywhere.</summary>
/// <remarks>
/// Nothing in the ant's dynamics on a flat floor depends on the direction of x (but for MuJoCo's pyramids of friction, which lie along the axes),
/// and its body looks the same after a quarter turn about its own axis. So an observation stays one of the same body when (1) the world turns by
/// minus the heading: the root's quaternion and linear velocity; and (2) the legs are counted from another leg: the body's frame turns by quarter
/// turns, which the quaternion and the angular velocity (given in the body's frame) follow, and each leg's numbers move to its new place. Ankles
/// of legs 1 and 4 turn the other way round from those of legs 2 and 3, so that their sign follows the place. Observations are Ant's <c>[27]</c>:
/// height, quaternion (w, x, y, z), hip and ankle of legs 1 to 4; linear and angular velocity, speeds of the same joints. Actions are hip and
/// ankle of legs 4, 1, 2, 3.
/// </remarks>
internal static class AntSymmetry
{
    /// <summary>The number of an observation's elements.</summary>
    public const int ObservationCount = 27;

    /// <summary>The number of an action's elements.</summary>
    public const int ActionCount = 8;

    private const int LegCount = 4;
    private const int Quaternion = 1;
    private const int Joints = 5;
    private const int LinearVelocity = 13;
    private const int AngularVelocity = 16;
    private const int JointVelocities = 19;

    /// <summary>Finds where the body looks.</summary>
    /// <param name="observation">Ant's observation.</param>
    /// <returns>The turn about the vertical, in radians in [-pi, pi].</returns>
    public static double Yaw(ReadOnlySpan<float> observation)
    {
        double w = observation[Quaternion], x = observation[Quaternion + 1], y = observation[Quaternion + 2], z = observation[Quaternion + 3];
        return Math.Atan2(2 * ((w * z) + (x * y)), 1 - (2 * ((y * y) + (z * z))));
    }

    /// <summary>Turns an observation.</summary>
    /// <param name="observation">Ant's observation.</param>
    /// <param name="heading">The direction that becomes x, in radians.</param>
    /// <param name="quarterTurns">Which leg is counted first, 0 to 3: that many places on from leg 1, against the clock.</param>
    /// <param name="turned">Receives the observation of the turned world.</param>
    public static void Turn(ReadOnlySpan<float> observation, double heading, int quarterTurns, Span<float> turned)
    {
        turned[0] = observation[0];
        TurnQuaternion(observation, heading, quarterTurns, turned);
        TurnVector(observation, LinearVelocity, -heading, turned);
        TurnVector(observation, AngularVelocity, -quarterTurns * Math.PI / 2, turned);
        for (var leg = 0; leg < LegCount; leg++)
        {
            var (source, sign) = SourceOf(leg, quarterTurns);
            turned[Joints + (2 * leg)] = observation[Joints + (2 * source)];
            turned[Joints + (2 * leg) + 1] = sign * observation[Joints + (2 * source) + 1];
            turned[JointVelocities + (2 * leg)] = observation[JointVelocities + (2 * source)];
            turned[JointVelocities + (2 * leg) + 1] = sign * observation[JointVelocities + (2 * source) + 1];
        }
    }

    /// <summary>Turns an action that was chosen in the turned world back.</summary>
    /// <param name="turned">The action there.</param>
    /// <param name="quarterTurns">As it was given to <see cref="Turn"/>.</param>
    /// <param name="action">Receives the action for the ant as it is.</param>
    public static void TurnBack(ReadOnlySpan<float> turned, int quarterTurns, Span<float> action)
    {
        for (var leg = 0; leg < LegCount; leg++)
        {
            var (source, sign) = SourceOf(leg, quarterTurns);
            action[ControlOf(source)] = turned[ControlOf(leg)];
            action[ControlOf(source) + 1] = sign * turned[ControlOf(leg) + 1];
        }
    }

    private static (int Leg, int AnkleSign) SourceOf(int leg, int quarterTurns)
    {
        var source = (leg + quarterTurns) % LegCount;
        return (source, AnkleSign(leg) * AnkleSign(source));
    }

    private static int AnkleSign(int leg) => leg is 0 or 3 ? 1 : -1;

    private static int ControlOf(int leg) => 2 * ((leg + 1) % LegCount);

    // The world's turn comes from the left, the body's from the right; of the two signs of one orientation, w is not negative.
    private static void TurnQuaternion(ReadOnlySpan<float> observation, double heading, int quarterTurns, Span<float> turned)
    {
        var (worldSin, worldCos) = Math.SinCos(-heading / 2);
        var (bodySin, bodyCos) = Math.SinCos(quarterTurns * Math.PI / 4);
        double w = observation[Quaternion], x = observation[Quaternion + 1], y = observation[Quaternion + 2], z = observation[Quaternion + 3];
        (w, x, y, z) = ((worldCos * w) - (worldSin * z), (worldCos * x) - (worldSin * y), (worldCos * y) + (worldSin * x), (worldCos * z) + (worldSin * w));
        (w, x, y, z) = ((w * bodyCos) - (z * bodySin), (x * bodyCos) + (y * bodySin), (y * bodyCos) - (x * bodySin), (z * bodyCos) + (w * bodySin));
        var sign = w < 0 ? -1 : 1;
        turned[Quaternion] = (float)(sign * w);
        turned[Quaternion + 1] = (float)(sign * x);
        turned[Quaternion + 2] = (float)(sign * y);
        turned[Quaternion + 3] = (float)(sign * z);
    }

    private static void TurnVector(ReadOnlySpan<float> observation, int first, double angle, Span<float> turned)
    {
        var (sin, cos) = Math.SinCos(angle);
        turned[first] = (float)((cos * observation[first]) - (sin * observation[first + 1]));
        turned[first + 1] = (float)((sin * observation[first]) + (cos * observation[first + 1]));
        turned[first + 2] = observation[first + 2];
    }
}
