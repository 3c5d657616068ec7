namespace MemoryRL.Core;

/// <summary>Where each column of a batch of sequences lies in its one buffer; computed alike on both sides of a grain call.</summary>
/// <remarks>
/// Columns in order: observations <c>[B, L+1, ...obsShape]</c>, actions <c>[B, L, ...actShape]</c>, rewards <c>[B, L]</c> float32, terminated
/// <c>[B, L]</c> uint8, truncated <c>[B, L]</c> uint8, padding mask <c>[B, L]</c> uint8, step indexes <c>[B]</c> int32, policy versions
/// <c>[B, L]</c> int64, then the extra columns <c>[B, L, ...]</c>; each starts at a multiple of 8 bytes.
/// </remarks>
public readonly struct SequenceLayout
{
    private readonly ExperienceSpec _spec;
    private readonly int _extraOffset;

    /// <summary>Computes the layout.</summary>
    /// <param name="spec">The spec.</param>
    /// <param name="count">The number of sequences <c>B</c>, at least 0.</param>
    /// <param name="length">The number of steps <c>L</c> of each, at least 1.</param>
    /// <exception cref="InvalidExperienceException">A number is out of range, or the buffer would pass 2 GiB.</exception>
    public SequenceLayout(ExperienceSpec spec, int count, int length)
    {
        ArgumentNullException.ThrowIfNull(spec);
        InvalidExperienceException.ThrowUnless(count >= 0, "batch.count", "0 or more sequences", count);
        InvalidExperienceException.ThrowUnless(length is >= 1 and < int.MaxValue, "batch.length", "1 or more steps", length);
        var rows = (long)count * (length + 1);
        InvalidExperienceException.ThrowUnless(rows <= Array.MaxLength, "batch.count", $"at most {Array.MaxLength} rows", rows);
        _spec = spec;
        Count = count;
        Length = length;
        var columns = new ColumnCursor("batch.count");
        Observations = columns.Take(count * (length + 1), spec.Observation.ByteCount);
        Actions = columns.Take(count * length, spec.Action.ByteCount);
        Rewards = columns.Take(count * length, sizeof(float));
        Terminated = columns.Take(count * length, 1);
        Truncated = columns.Take(count * length, 1);
        PaddingMask = columns.Take(count * length, 1);
        StepIndexes = columns.Take(count, sizeof(int));
        PolicyVersions = columns.Take(count * length, sizeof(long));
        _extraOffset = columns.Offset;
        foreach (var column in spec.ExtraColumns)
        {
            _ = columns.Take(count * length, column.ByteCount);
        }

        ByteCount = columns.Offset;
    }

    /// <summary>Gets the number of sequences.</summary>
    public int Count { get; }

    /// <summary>Gets the number of steps of each sequence.</summary>
    public int Length { get; }

    /// <summary>Gets the number of bytes of the whole buffer.</summary>
    public int ByteCount { get; }

    /// <summary>Gets where the observations lie.</summary>
    public Range Observations { get; }

    /// <summary>Gets where the actions lie.</summary>
    public Range Actions { get; }

    /// <summary>Gets where the rewards lie.</summary>
    public Range Rewards { get; }

    /// <summary>Gets where the terminated flags lie.</summary>
    public Range Terminated { get; }

    /// <summary>Gets where the truncated flags lie.</summary>
    public Range Truncated { get; }

    /// <summary>Gets where the padding mask lies.</summary>
    public Range PaddingMask { get; }

    /// <summary>Gets where the step indexes lie.</summary>
    public Range StepIndexes { get; }

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
            _ = columns.Take(Count * Length, _spec.ExtraColumns[i].ByteCount);
        }

        return columns.Take(Count * Length, _spec.ExtraColumns[column].ByteCount);
    }
}
