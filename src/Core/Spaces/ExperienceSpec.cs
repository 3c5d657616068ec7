using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace MemoryRL.Core;

/// <summary>What one step of experience is made of: the observation space, the action space and any extra columns.</summary>
/// <param name="Observation">The space of observations.</param>
/// <param name="Action">The space of actions: a float32 box or discrete.</param>
public sealed record ExperienceSpec(Space Observation, Space Action)
{
    // One step must fit an arena's block, and two of them a buffer of 2 GiB.
    private const long MaxStepBytes = 256L << 20;

    // 0 until it is computed. It is a cache: no part of equality, of copies or of JSON.
    private ulong _fingerprint;

    // Likewise; null until it is computed.
    private ColumnBytes? _columnBytes;

    private ExperienceSpec(ExperienceSpec original)
    {
        Observation = original.Observation;
        Action = original.Action;
        ExtraColumns = original.ExtraColumns;
    }

    /// <summary>Gets the extra columns, in the order in which they are stored.</summary>
    public ImmutableArray<ColumnSpec> ExtraColumns
    {
        get;
        init => field = value.IsDefault ? [] : value;
    } = [];

    /// <summary>
    /// Gets a number that two specs share exactly when they lay out their bytes alike and mean the same; it travels with every batch, so that
    /// two sides that speak of different specs find out at once.
    /// </summary>
    [JsonIgnore]
    public ulong Fingerprint => _fingerprint != 0 ? _fingerprint : _fingerprint = ComputeFingerprint();

    /// <summary>Gets the bytes of one value of each column.</summary>
    [JsonIgnore]
    internal ColumnBytes ColumnBytes => _columnBytes ??= new ColumnBytes(this);

    /// <summary>Gets the number of bytes that one step adds to an episode, its observation included and padding aside.</summary>
    [JsonIgnore]
    public long StepBytes => (long)Observation.ByteCount + Action.ByteCount + sizeof(float) + sizeof(long) + ExtraColumns.Sum(static column => (long)column.ByteCount);

    /// <summary>Checks every value.</summary>
    /// <exception cref="InvalidExperienceException">A space or column is not allowed; the message names it.</exception>
    public void Validate()
    {
        InvalidExperienceException.ThrowUnless(Observation is not null, "spec.observation", "a space", Observation);
        InvalidExperienceException.ThrowUnless(Action is not null, "spec.action", "a space", Action);
        InvalidExperienceException.ThrowUnless(Action is DiscreteSpace or BoxSpace { ElementType: ElementType.Float32 }, "spec.action", "a discrete space or a float32 box", Action);
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var column in ExtraColumns)
        {
            InvalidExperienceException.ThrowUnless(column is not null, "spec.extra_columns", "columns", column);
            column.Validate();
            InvalidExperienceException.ThrowUnless(names.Add(column.Name), "spec.extra_columns.name", "a name that no other column has", column.Name);
        }

        InvalidExperienceException.ThrowUnless(StepBytes <= MaxStepBytes, "spec.observation", $"at most {MaxStepBytes} bytes a step", StepBytes);
    }

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

        return Math.Max(hash, 1);
    }
}
