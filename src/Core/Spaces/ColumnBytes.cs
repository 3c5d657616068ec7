namespace MemoryRL.Core;

/// <summary>The bytes of one value of each column of a spec, computed once: every episode's layout follows from them.</summary>
/// <param name="spec">The spec.</param>
internal sealed class ColumnBytes(ExperienceSpec spec)
{
    private readonly int[] _extras = [.. spec.ExtraColumns.Select(static column => column.ByteCount)];

    /// <summary>Gets the bytes of an observation.</summary>
    public int Observation { get; } = spec.Observation.ByteCount;

    /// <summary>Gets the bytes of an action.</summary>
    public int Action { get; } = spec.Action.ByteCount;

    /// <summary>Gets the bytes of a value of each extra column.</summary>
    public ReadOnlySpan<int> Extras => _extras;
}
