using System.Buffers;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace MemoryRL.Core;

/// <summary>An extra column of one value a step that a memory keeps beside observation, action and reward.</summary>
/// <param name="Name">The column's name in snake case, unique in its spec.</param>
/// <param name="ElementType">The type of one element.</param>
/// <param name="Shape">The shape of one step's value; empty for a scalar.</param>
public sealed record ColumnSpec(string Name, ElementType ElementType, ImmutableArray<int> Shape)
{
    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_");
    private static readonly FrozenSet<string> ReservedNames = ["observations", "actions", "rewards", "next_observations", "terminated", "truncated", "policy_versions", "padding_mask"];

    /// <summary>Gets the column of the behaviour policy's natural-log probability of the action taken: float32, scalar.</summary>
    public static ColumnSpec BehaviorLogProbability { get; } = new("behavior_log_probability", ElementType.Float32, []);

    /// <summary>Gets the column that says who chose the action, an <see cref="ActionSource"/>: uint8, scalar.</summary>
    public static ColumnSpec ActionSource { get; } = new("action_source", ElementType.UInt8, []);

    /// <summary>Gets the shape of one step's value; empty for a scalar.</summary>
    public ImmutableArray<int> Shape { get; init; } = Shape.IsDefault ? [] : Shape;

    /// <summary>Gets the number of bytes of one step's value.</summary>
    [JsonIgnore]
    public int ByteCount
    {
        get
        {
            var count = ElementType.ByteCount();
            foreach (var length in Shape)
            {
                count = checked(count * length);
            }

            return count;
        }
    }

    /// <summary>Gets the number of elements of one step's value.</summary>
    internal int ElementCount => ByteCount / ElementType.ByteCount();

    /// <inheritdoc/>
    public bool Equals(ColumnSpec? other) =>
        other is not null && Name == other.Name && ElementType == other.ElementType && Shape.AsSpan().SequenceEqual(other.Shape.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, ElementType, Shape.Length);

    /// <summary>Describes the column as <c>behavior_log_probability: float32[]</c>.</summary>
    /// <returns>One line.</returns>
    public override string ToString() => $"{Name}: {ElementTypes.NameOf(ElementType)}[{string.Join(", ", Shape)}]";

    /// <summary>Checks every value.</summary>
    /// <exception cref="InvalidExperienceException">A value is not allowed; the message names it.</exception>
    internal void Validate()
    {
        var isName = !string.IsNullOrEmpty(Name) && char.IsAsciiLetterLower(Name[0]) && !Name.AsSpan().ContainsAnyExcept(NameCharacters);
        InvalidExperienceException.ThrowUnless(isName, "spec.extra_columns.name", "a name in snake case", Name);
        InvalidExperienceException.ThrowUnless(!ReservedNames.Contains(Name), "spec.extra_columns.name", "a name that no other column has", Name);
        InvalidExperienceException.ThrowUnless(Enum.IsDefined(ElementType), "spec.extra_columns.element_type", "an element type", ElementType);
        var bytes = (long)ElementType.ByteCount();
        foreach (var length in Shape)
        {
            InvalidExperienceException.ThrowUnless(length >= 1, "spec.extra_columns.shape", "dimensions of length 1 or more", length);
            bytes *= length;
            InvalidExperienceException.ThrowUnless(bytes <= Array.MaxLength, "spec.extra_columns.shape", $"at most {Array.MaxLength} bytes a step", string.Join(", ", Shape));
        }
    }
}
