namespace MemoryRL.Learning;

/// <summary>
/// What a policy has worked out for each observation of a discrete space: a pure function of version and observation, so each row is
/// computed once a version, when it is first asked for, and looked up from then on. Spaces whose rows would not fit in
/// <see cref="MaxElements"/> numbers, and boxes, get one row that is computed each time.
/// </summary>
internal sealed class ObservationRows
{
    /// <summary>The largest number of float32 elements kept: 16 MiB.</summary>
    public const int MaxElements = 1 << 22;

    private readonly int _width;
    private readonly float[] _rows;
    private readonly bool[] _known;

    /// <summary>Initializes the rows.</summary>
    /// <param name="observationCount">The number of observations of a discrete space; 0 for a box.</param>
    /// <param name="width">The width of a row.</param>
    public ObservationRows(int observationCount, int width)
    {
        _width = width;
        IsTable = observationCount > 0 && (long)observationCount * width <= MaxElements;
        _rows = new float[(IsTable ? observationCount : 1) * width];
        _known = new bool[IsTable ? observationCount : 1];
    }

    /// <summary>Gets whether rows are kept.</summary>
    public bool IsTable { get; }

    /// <summary>Gets an observation's row.</summary>
    /// <param name="observation">The observation; ignored where no rows are kept.</param>
    /// <param name="isKnown">Whether the row was computed before; if not, the caller fills it now.</param>
    /// <returns>The row.</returns>
    public Span<float> Row(int observation, out bool isKnown)
    {
        if (!IsTable)
        {
            isKnown = false;
            return _rows;
        }

        isKnown = _known[observation];
        _known[observation] = true;
        return _rows.AsSpan(observation * _width, _width);
    }
}
