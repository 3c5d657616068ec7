namespace MemoryRL.Environments;

/// <summary>The ball of a point maze without a library: semi-implicit Euler steps, and walls as soft as MuJoCo's.</summary>
/// <remarks>
/// A step is MuJoCo's for this one body (https://mujoco.readthedocs.io/en/stable/computation): with mass m, damping b and step h, the velocity
/// becomes <c>v + h (u - b v + f) / (m + h b)</c>, damping implicit, and the position moves by h times the new velocity. The walls' forces f come
/// from its convex problem of soft contacts without friction. For a ball in the plane that is a problem in the two accelerations a:
/// minimise <c>m |a - (u - b v) / m|² / 2</c> plus, for each contact with normal n, <c>min(0, n·a - r)² / (2 R)</c>, where r is the contact's
/// reference acceleration and R its softness. It is solved here by Newton's method on the set of contacts that push. What is left between the two:
/// libmujoco stops its solver at a tolerance of its own. After 600 steps of the same actions the two states were at most 4e-15 apart where no
/// wall was touched and 5e-10 where walls were hit in a tenth of the steps; rewards and returns were the same (tests: PointMazeEngineTests). Two things
/// are not MuJoCo's: it may push a ball whose centre is deep inside a wall out at the top, and it answers numbers that are not finite by a reset.
/// </remarks>
/// <param name="map">The map whose walls stand.</param>
internal sealed class PointPhysics(MazeMap map) : IPointPhysics
{
    // A ball can touch the four walls around a crossing, and nothing more.
    private const int MaxContacts = 4;
    private const int MaxIterations = 20;

    private readonly double[] _position = new double[2];
    private readonly double[] _velocity = new double[2];

    /// <inheritdoc/>
    public Span<double> Position => _position;

    /// <inheritdoc/>
    public Span<double> Velocity => _velocity;

    /// <inheritdoc/>
    public void Reset()
    {
        _position.AsSpan().Clear();
        _velocity.AsSpan().Clear();
    }

    /// <inheritdoc/>
    public void Step(double controlX, double controlY)
    {
        var forceX = (PointConstants.Gear * controlX) - (PointConstants.Damping * _velocity[0]);
        var forceY = (PointConstants.Gear * controlY) - (PointConstants.Damping * _velocity[1]);
        Span<PointContact> contacts = stackalloc PointContact[MaxContacts];
        contacts = contacts[..FindContacts(contacts)];
        if (contacts.Length > 0)
        {
            (forceX, forceY) = Constrain(forceX, forceY, contacts);
        }

        // Damping is implicit, as in MuJoCo's Euler integrator.
        const double EffectiveMass = PointConstants.Mass + (PointConstants.TimeStep * PointConstants.Damping);
        _velocity[0] += PointConstants.TimeStep * forceX / EffectiveMass;
        _velocity[1] += PointConstants.TimeStep * forceY / EffectiveMass;
        _position[0] += PointConstants.TimeStep * _velocity[0];
        _position[1] += PointConstants.TimeStep * _velocity[1];
    }

    private int FindContacts(Span<PointContact> contacts)
    {
        const double Reach = PointConstants.Radius + PointConstants.Margin;
        var first = map.CellAt(_position[0] - Reach, _position[1] - Reach);
        var last = map.CellAt(_position[0] + Reach, _position[1] + Reach);
        var count = 0;
        for (var row = first.Row; row <= last.Row; row++)
        {
            for (var column = first.Column; column <= last.Column; column++)
            {
                var cell = new MazeCell(row, column);
                if (!map.IsFree(cell) && PointContact.TryFind(map.CenterOf(cell), (_position[0], _position[1]), (_velocity[0], _velocity[1]), out contacts[count]))
                {
                    count++;
                }
            }
        }

        return count;
    }

    // The gradient is linear where the set of pushing contacts stays the same: solve, see who pushes, until nothing changes.
    private static (double X, double Y) Constrain(double forceX, double forceY, ReadOnlySpan<PointContact> contacts)
    {
        var (accelerationX, accelerationY) = (forceX / PointConstants.Mass, forceY / PointConstants.Mass);
        var pushing = 0;
        for (var iteration = 0; iteration < MaxIterations; iteration++)
        {
            var next = 0;
            var (xx, xy, yy) = (PointConstants.Mass, 0.0, PointConstants.Mass);
            var (rightX, rightY) = (forceX, forceY);
            for (var i = 0; i < contacts.Length; i++)
            {
                ref readonly var contact = ref contacts[i];
                if ((contact.NormalX * accelerationX) + (contact.NormalY * accelerationY) < contact.Reference)
                {
                    next |= 1 << i;
                    var stiffness = 1 / contact.Softness;
                    xx += contact.NormalX * contact.NormalX * stiffness;
                    xy += contact.NormalX * contact.NormalY * stiffness;
                    yy += contact.NormalY * contact.NormalY * stiffness;
                    rightX += contact.NormalX * contact.Reference * stiffness;
                    rightY += contact.NormalY * contact.Reference * stiffness;
                }
            }

            if (next == pushing)
            {
                break;
            }

            pushing = next;
            var determinant = (xx * yy) - (xy * xy);
            accelerationX = ((yy * rightX) - (xy * rightY)) / determinant;
            accelerationY = ((xx * rightY) - (xy * rightX)) / determinant;
        }

        return (accelerationX * PointConstants.Mass, accelerationY * PointConstants.Mass);
    }
}
