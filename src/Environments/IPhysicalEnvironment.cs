namespace MemoryRL.Environments;

/// <summary>A task whose whole state is positions and velocities, which data sets keep beside the observations.</summary>
public interface IPhysicalEnvironment : IEnvironment
{
    /// <summary>Gets the number of positions <c>nq</c>.</summary>
    int PositionCount { get; }

    /// <summary>Gets the number of velocities <c>nv</c>.</summary>
    int VelocityCount { get; }

    /// <summary>Reads the state.</summary>
    /// <param name="positions">Receives the positions, <c>[nq]</c>, in metres and radians; quaternions as w, x, y, z.</param>
    /// <param name="velocities">Receives the velocities, <c>[nv]</c>.</param>
    void GetState(Span<double> positions, Span<double> velocities);

    /// <summary>Puts the state; the episode goes on from there, or begins there where none was running.</summary>
    /// <param name="positions">The positions, <c>[nq]</c>.</param>
    /// <param name="velocities">The velocities, <c>[nv]</c>.</param>
    /// <param name="observation">Receives the observation of that state.</param>
    void SetState(ReadOnlySpan<double> positions, ReadOnlySpan<double> velocities, Span<byte> observation);
}
