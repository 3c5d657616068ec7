using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace MemoryRL.Core;

/// <summary>The integers 0 to <see cref="Count"/> - 1, stored as one int32: a choice of action, or the index of a tabular observation.</summary>
public sealed record DiscreteSpace : Space
{
    /// <summary>Initializes a discrete space.</summary>
    /// <param name="count">The number of values, at least 1.</param>
    /// <exception cref="InvalidExperienceException">The count is below 1.</exception>
    [JsonConstructor]
    public DiscreteSpace(int count)
    {
        InvalidExperienceException.ThrowUnless(count >= 1, "space.count", "1 or more values", count);
        Count = count;
    }

    /// <summary>Gets the number of values.</summary>
    public int Count { get; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override ElementType ElementType => ElementType.Int32;

    /// <inheritdoc/>
    [JsonIgnore]
    public override ImmutableArray<int> Shape => [];

    /// <summary>Describes the space as <c>one of 4</c>.</summary>
    /// <returns>One line.</returns>
    public override string ToString() => FormattableString.Invariant($"one of {Count}");
}
