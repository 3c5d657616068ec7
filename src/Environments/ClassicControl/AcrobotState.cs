namespace MemoryRL.Environments;

/// <summary>The state of <see cref="Acrobot"/>, and how it moves.</summary>
/// <param name="Angle1">The first link's angle from hanging, in radians.</param>
/// <param name="Angle2">The second link's angle from the first.</param>
/// <param name="Velocity1">The rate of the first angle, in radians a second.</param>
/// <param name="Velocity2">The rate of the second.</param>
internal readonly record struct AcrobotState(double Angle1, double Angle2, double Velocity1, double Velocity2)
{
    private const double Gravity = 9.8;
    private const double Mass = 1;
    private const double Length = 1;
    private const double Center = 0.5;
    private const double Inertia = 1;

    /// <summary>Integrates by one step of the classic fourth-order Runge-Kutta method.</summary>
    /// <param name="torque">The torque between the links, in Nm.</param>
    /// <param name="time">The time, in seconds.</param>
    /// <returns>The state after it; angles are not wrapped and velocities not limited.</returns>
    public AcrobotState Advance(double torque, double time)
    {
        var k1 = Rates(torque);
        var k2 = Plus(k1, time / 2).Rates(torque);
        var k3 = Plus(k2, time / 2).Rates(torque);
        var k4 = Plus(k3, time).Rates(torque);
        return Plus(k1, time / 6).Plus(k2, time / 3).Plus(k3, time / 3).Plus(k4, time / 6);
    }

    // Sutton and Barto's equations (1st edition, section 11.3), written for links alike.
    private AcrobotState Rates(double torque)
    {
        var (sine2, cosine2) = Math.SinCos(Angle2);
        var d1 = (Mass * Center * Center) + (Mass * ((Length * Length) + (Center * Center) + (2 * Length * Center * cosine2))) + Inertia + Inertia;
        var d2 = (Mass * ((Center * Center) + (Length * Center * cosine2))) + Inertia;
        var phi2 = Mass * Center * Gravity * Math.Sin(Angle1 + Angle2);
        var phi1 = (-Mass * Length * Center * Velocity2 * Velocity2 * sine2)
            - (2 * Mass * Length * Center * Velocity2 * Velocity1 * sine2)
            + (((Mass * Center) + (Mass * Length)) * Gravity * Math.Sin(Angle1))
            + phi2;
        var acceleration2 = (torque + (d2 / d1 * phi1) - (Mass * Length * Center * Velocity1 * Velocity1 * sine2) - phi2)
            / ((Mass * Center * Center) + Inertia - (d2 * d2 / d1));
        var acceleration1 = -((d2 * acceleration2) + phi1) / d1;
        return new AcrobotState(Velocity1, Velocity2, acceleration1, acceleration2);
    }

    private AcrobotState Plus(AcrobotState rates, double time) => new(
        Angle1 + (time * rates.Angle1), Angle2 + (time * rates.Angle2), Velocity1 + (time * rates.Velocity1), Velocity2 + (time * rates.Velocity2));
}
