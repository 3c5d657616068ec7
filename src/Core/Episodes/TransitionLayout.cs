namespace MemoryRL.Core;

/// <summary>Where each column of a batch of transitions lies in its one buffer; computed alike on both sides of a grain call.</summary>
/// <remarks>
/// Columns in order: observations <c>[B, ...obsShape]</c>, actions <c>[B, ...actShape]</c>, rewards <c>[B]</c> float32, next observations
/// <c>[B, ...obsShape]</c>, terminated <c>[B]</c> uint8, truncated <c>[B]</c> uint8, policy versions <c>[B]</c> int64, then the extra columns;
/// each starts at a multiple of 8 bytes.
/// </remarks>
public readonly struct TransitionLayout
{
    private readonly ExperienceSpec _spec;
    private readonly int _extraOffset;

    /// <summary>Computes the layout.</summary>
    /// <param name="spec">The spec.</param>
    /// <param name="count">The number of transitions <c>B</c>, at least 0.</param>
    /// <exception cref="InvalidExperienceException">The count is negative, or the buffer would pass 2 GiB.</exception>
    public TransitionLayout(ExperienceSpec spec, int count)
    {
        ArgumentNullException.ThrowIfNull(spec);
        InvalidExperienceException.ThrowUnless(count >= 0, "batch.count", "0 or more transitions", count);
        _spec = spec;
        Count = count;
        var columns = new ColumnCursor("batch.count");
        Observations = columns.Take(count, spec.Observation.ByteCount);
        Actions = columns.Take(count, spec.Action.ByteCount);
        Rewards = columns.Take(count, sizeof(float));
        NextObservations = columns.Take(count, spec.Observation.ByteCount);
        Terminated = columns.Take(count, 1);
        Truncated = columns.Take(count, 1);
        PolicyVersions = columns.Take(count, sizeof(long));
        _extraOffset = columns.Offset;
        foreach (var column in spec.ExtraColumns)
        {
            _ = columns.Take(count, column.ByteCount);
        }

        ByteCount = columns.Offset;
    }

    /// <summary>Gets the number of transitions.</summary>
    public int Count { get; }

    /// <summary>Gets the number of bytes of the whole buffer.</summary>
    public int ByteCount { get; }

    /// <summary>Gets where the observations lie.</summary>
    public Range Observations { get; }

    /// <summary>Gets where the actions lie.</summary>
    public Range Actions { get; }

    /// <summary>Gets where the rewards lie.</summary>
    public Range Rewards { get; }

    /// <summary>Gets where the next observations lie.</summary>
    public Range NextObservations { get; }

    /// <summary>Gets where the terminated flags lie.</summary>
    public Range Terminated { get; }

    /// <summary>Gets where the truncated flags lie.</summary>
    public Range Truncated { get; }

    /// <summary>Gets where the policy versions lie.</summary>
    public Range PolicyVersions { get; }

    /// <summary>Gets where an extra column lies.</summary>
    /// <param name="column">The index of the column in the spec's extra columns.</param>
    /// <returns>Its range in the buffer.</returns>
    public Range Extra(int column)
    {
        var columns = new ColumnCursor("batch.count", _extraOffset);
        for (var i = 0; i < column; i++)
        {
            _ = columns.Take(Count, _spec.ExtraColumns[i].ByteCount);
        }

        return columns.Take(Count, _spec.ExtraColumns[column].ByteCount);
    }
}
