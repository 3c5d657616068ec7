using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MemoryRL.Core;

/// <summary>The set of values that an observation or an action may take: element type, shape and bounds.</summary>
/// <remarks>Gymnasium's <c>Box</c> and <c>Discrete</c>. Equality is by value, bounds included.</remarks>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(BoxSpace), "box")]
[JsonDerivedType(typeof(DiscreteSpace), "discrete")]
public abstract record Space
{
    /// <summary>Gets the type of one element.</summary>
    public abstract ElementType ElementType { get; }

    /// <summary>Gets the shape of one value; empty for a scalar.</summary>
    public abstract ImmutableArray<int> Shape { get; }

    /// <summary>Gets the number of elements of one value.</summary>
    [JsonIgnore]
    public int ElementCount
    {
        get
        {
            var count = 1;
            foreach (var length in Shape)
            {
                count = checked(count * length);
            }

            return count;
        }
    }

    /// <summary>Gets the number of bytes of one value.</summary>
    [JsonIgnore]
    public int ByteCount => checked(ElementCount * ElementType.ByteCount());

    /// <summary>Writes the space as one line of JSON, the form kept in snapshots and policy bundles.</summary>
    /// <returns>JSON that <see cref="FromJson"/> reads back to an equal space.</returns>
    public string ToJson() => JsonSerializer.Serialize(this, CoreJsonContext.Default.Space);

    /// <summary>Reads a space from its JSON.</summary>
    /// <param name="json">What <see cref="ToJson"/> wrote.</param>
    /// <returns>The space.</returns>
    /// <exception cref="JsonException">The text is no space.</exception>
    /// <exception cref="InvalidExperienceException">A value of the space is not allowed.</exception>
    public static Space FromJson(string json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, CoreJsonContext.Default.Space) ?? throw new JsonException("Expected a space but got null.");
        }
        catch (NotSupportedException error)
        {
            // What the serializer throws for an object that does not say which kind of space it is.
            throw new JsonException("Expected a space, whose 'kind' says which, but got none.", error);
        }
    }
}
