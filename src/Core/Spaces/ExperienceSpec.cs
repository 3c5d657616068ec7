using System.Collections.Immutable;

namespace MemoryRL.Core;

/// <summary>What one step of experience is made of: the observation space, the action space and any extra columns.</summary>
/// <param name="Observation">The space of observations.</param>
/// <param name="Action">The space of actions: a float32 box or discrete.</param>
public sealed record ExperienceSpec(Space Observation, Space Action)
{
    /// <summary>Gets the extra columns, in the order in which they are stored.</summary>
    public ImmutableArray<ColumnSpec> ExtraColumns { get; init; } = [];

    /// <summary>
    /// Gets a number that two specs share exactly when they lay out their bytes alike and mean the same; it travels with every batch, so that
    /// two sides that speak of different specs find out at once.
    /// </summary>
    public ulong Fingerprint => _fingerprint ??= ComputeFingerprint();

    private ulong? _fingerprint;

    /// <inheritdoc/>
    public bool Equals(ExperienceSpec? other) =>
        other is not null && Observation.Equals(other.Observation) && Action.Equals(other.Action) && ExtraColumns.AsSpan().SequenceEqual(other.ExtraColumns.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => Fingerprint.GetHashCode();

    // FNV-1a, 64 bits, over the canonical description: stable over processes and versions, unlike string hash codes.
    private ulong ComputeFingerprint()
    {
        var text = $"{Observation.ToJson()}|{Action.ToJson()}|{string.Join('|', ExtraColumns.Select(column => $"{column.Name}:{column.ElementType}:{string.Join(',', column.Shape)}"))}";
        var hash = 0xCBF29CE484222325UL;
        foreach (var unit in text)
        {
            hash = (hash ^ unit) * 0x100000001B3UL;
        }

        return hash;
    }
}
