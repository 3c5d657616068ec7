using System.Collections.Immutable;

namespace MemoryRL.Core;

/// <summary>An extra column of one value a step that a memory keeps beside observation, action and reward.</summary>
/// <param name="Name">The column's name in snake case, unique in its spec.</param>
/// <param name="ElementType">The type of one element.</param>
/// <param name="Shape">The shape of one step's value; empty for a scalar.</param>
public sealed record ColumnSpec(string Name, ElementType ElementType, ImmutableArray<int> Shape)
{
    /// <summary>Gets the column of the behaviour policy's natural-log probability of the action taken: float32, scalar.</summary>
    public static ColumnSpec BehaviorLogProbability { get; } = new("behavior_log_probability", ElementType.Float32, []);

    /// <summary>Gets the column that says who chose the action, an <see cref="ActionSource"/>: uint8, scalar.</summary>
    public static ColumnSpec ActionSource { get; } = new("action_source", ElementType.UInt8, []);

    /// <summary>Gets the number of bytes of one step's value.</summary>
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

    /// <inheritdoc/>
    public bool Equals(ColumnSpec? other) =>
        other is not null && Name == other.Name && ElementType == other.ElementType && Shape.AsSpan().SequenceEqual(other.Shape.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, ElementType, Shape.Length);
}
