namespace MemoryRL.Environments;

/// <summary>Moves the ball of a point maze; two implementations share one task.</summary>
internal interface IPointPhysics
{
    /// <summary>Gets the position <c>[2]</c>, in metres, to be read and written.</summary>
    Span<double> Position { get; }

    /// <summary>Gets the velocity <c>[2]</c>, in metres a second, to be read and written.</summary>
    Span<double> Velocity { get; }

    /// <summary>Forgets everything that came before: at rest, as if new.</summary>
    void Reset();

    /// <summary>Goes on by one time step.</summary>
    /// <param name="controlX">The motor along x, in [-1, 1].</param>
    /// <param name="controlY">The motor along y, in [-1, 1].</param>
    void Step(double controlX, double controlY);
}
