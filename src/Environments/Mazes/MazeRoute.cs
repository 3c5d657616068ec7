namespace MemoryRL.Environments;

/// <summary>A way through a maze as a line of points, and a point ahead on it for a body that strays beside it.</summary>
/// <param name="map">The map.</param>
internal sealed class MazeRoute(MazeMap map)
{
    private readonly (double X, double Y)[] _points = new (double X, double Y)[map.FreeCells.Length + 1];
    private int _count;

    // The body is beside the stretch from this point to the next one.
    private int _stretch;

    /// <summary>Gets whether there is a way.</summary>
    public bool IsPlanned => _count > 0;

    /// <summary>Forgets the way.</summary>
    public void Clear() => _count = 0;

    /// <summary>Plans a shortest way over the anchors of cells.</summary>
    /// <param name="x">Where the body is, in a free cell.</param>
    /// <param name="y">Its other coordinate.</param>
    /// <param name="target">Where the way ends.</param>
    public void Plan(double x, double y, (double X, double Y) target)
    {
        var cell = map.CellAt(x, y);
        var last = map.CellAt(target.X, target.Y);
        _points[0] = cell == last ? (x, y) : map.AnchorOf(cell);
        for (_count = 1; cell != last; _count++)
        {
            cell = map.Paths.Next(cell, last);
            _points[_count] = map.AnchorOf(cell);
        }

        _count = Math.Max(_count, 2);
        _points[_count - 1] = target;
        _stretch = 0;
    }

    /// <summary>Finds the point to go to.</summary>
    /// <param name="x">Where the body is.</param>
    /// <param name="y">Its other coordinate.</param>
    /// <param name="lookahead">How far ahead along the way the point lies, in metres; the way's end where that is nearer.</param>
    /// <param name="aside">Receives how far the body is from the way.</param>
    /// <returns>A point of the way.</returns>
    public (double X, double Y) Aim(double x, double y, double lookahead, out double aside)
    {
        var along = Project(x, y, _stretch, out aside);

        // The next stretch takes over as soon as it is as near; an earlier one never does.
        while (_stretch < _count - 2)
        {
            var nextAlong = Project(x, y, _stretch + 1, out var nextAside);
            if (nextAside > aside)
            {
                break;
            }

            (_stretch, along, aside) = (_stretch + 1, nextAlong, nextAside);
        }

        var stretch = _stretch;
        var rest = along + lookahead;
        while (stretch < _count - 2 && rest > Length(stretch))
        {
            rest -= Length(stretch);
            stretch++;
        }

        var share = Math.Min(rest / Math.Max(Length(stretch), double.Epsilon), 1);
        var (from, to) = (_points[stretch], _points[stretch + 1]);
        return (from.X + (share * (to.X - from.X)), from.Y + (share * (to.Y - from.Y)));
    }

    private double Project(double x, double y, int stretch, out double aside)
    {
        var (from, to) = (_points[stretch], _points[stretch + 1]);
        var length = Length(stretch);
        var along = length > 0 ? Math.Clamp((((x - from.X) * (to.X - from.X)) + ((y - from.Y) * (to.Y - from.Y))) / length, 0, length) : 0;
        var share = length > 0 ? along / length : 0;
        aside = Hypotenuse(x - from.X - (share * (to.X - from.X)), y - from.Y - (share * (to.Y - from.Y)));
        return along;
    }

    private double Length(int stretch) => Hypotenuse(_points[stretch + 1].X - _points[stretch].X, _points[stretch + 1].Y - _points[stretch].Y);

    private static double Hypotenuse(double x, double y) => Math.Sqrt((x * x) + (y * y));
}
