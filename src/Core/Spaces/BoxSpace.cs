using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace MemoryRL.Core;

/// <summary>A box in R^n (float32) or of bytes (uint8, images), with one bound for all elements or one for each.</summary>
public sealed record BoxSpace : Space
{
    // Made at the first check of an action.
    private float[][]? _finiteBounds;

    /// <summary>Initializes a box.</summary>
    /// <param name="shape">Lengths of the dimensions, each at least 1; empty for a scalar.</param>
    /// <param name="low">Lower bounds: one for all elements, or one for each; negative infinity for none.</param>
    /// <param name="high">Upper bounds, likewise; not below <paramref name="low"/>.</param>
    /// <param name="elementType"><see cref="ElementType.Float32"/> or <see cref="ElementType.UInt8"/>.</param>
    /// <exception cref="InvalidExperienceException">A length, bound or type is not allowed; the message names it.</exception>
    [JsonConstructor]
    public BoxSpace(ImmutableArray<int> shape, ImmutableArray<float> low, ImmutableArray<float> high, ElementType elementType = ElementType.Float32)
    {
        ElementType = elementType is ElementType.Float32 or ElementType.UInt8
            ? elementType
            : throw new InvalidExperienceException("space.element_type", "Float32 or UInt8", elementType.ToString());
        Shape = shape.IsDefault ? [] : shape;
        var bytes = (long)ElementType.ByteCount();
        foreach (var length in Shape)
        {
            InvalidExperienceException.ThrowUnless(length >= 1, "space.shape", "dimensions of length 1 or more", length);
            bytes *= length;
            InvalidExperienceException.ThrowUnless(bytes <= Array.MaxLength, "space.shape", $"at most {Array.MaxLength} bytes a value", string.Join(", ", Shape));
        }

        Low = CheckBounds(low, "space.low");
        High = CheckBounds(high, "space.high");
        for (var i = 0; i < ElementCount; i++)
        {
            InvalidExperienceException.ThrowUnless(LowAt(i) <= HighAt(i), "space.high", $"at least the lower bound {LowAt(i)} at element {i}", HighAt(i));
        }
    }

    /// <summary>Initializes a float32 box with the same bounds for every element.</summary>
    /// <param name="length">The length of its only dimension, at least 1.</param>
    /// <param name="low">The lower bound of every element.</param>
    /// <param name="high">The upper bound of every element.</param>
    public BoxSpace(int length, float low = float.NegativeInfinity, float high = float.PositiveInfinity)
        : this([length], [low], [high])
    {
    }

    /// <inheritdoc/>
    public override ElementType ElementType { get; }

    /// <inheritdoc/>
    public override ImmutableArray<int> Shape { get; }

    /// <summary>Gets the lower bounds: one where all elements share it, else one for each.</summary>
    public ImmutableArray<float> Low { get; }

    /// <summary>Gets the upper bounds: one where all elements share it, else one for each.</summary>
    public ImmutableArray<float> High { get; }

    /// <summary>Gets the lower bound of one element.</summary>
    /// <param name="element">Row-major index of the element.</param>
    /// <returns>The bound, possibly negative infinity.</returns>
    public float LowAt(int element) => Low.Length == 1 ? Low[0] : Low[element];

    /// <summary>Gets the upper bound of one element.</summary>
    /// <param name="element">Row-major index of the element.</param>
    /// <returns>The bound, possibly positive infinity.</returns>
    public float HighAt(int element) => High.Length == 1 ? High[0] : High[element];

    /// <summary>Gets the bounds of eight values one behind the other, or of all elements where they share them, with finite numbers instead of infinities.</summary>
    internal (float[] Low, float[] High) FiniteBounds => _finiteBounds is { } bounds ? (bounds[0], bounds[1]) : CreateFiniteBounds();

    /// <inheritdoc/>
    public bool Equals(BoxSpace? other) => other is not null && ElementType == other.ElementType && Shape.AsSpan().SequenceEqual(other.Shape.AsSpan())
        && Low.AsSpan().SequenceEqual(other.Low.AsSpan()) && High.AsSpan().SequenceEqual(other.High.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(ElementType, ElementCount, Low[0], High[0]);

    /// <summary>Describes the box as <c>float32[11] in [-inf, inf]</c>.</summary>
    /// <returns>One line.</returns>
    public override string ToString()
    {
        var bounds = Low.Length == 1 && High.Length == 1 ? FormattableString.Invariant($"[{Low[0]}, {High[0]}]") : "per-element bounds";
        return $"{(ElementType == ElementType.UInt8 ? "uint8" : "float32")}[{string.Join(", ", Shape)}] in {bounds}";
    }

    private ImmutableArray<float> CheckBounds(ImmutableArray<float> bounds, string field)
    {
        InvalidExperienceException.ThrowUnless(!bounds.IsDefault && (bounds.Length == 1 || bounds.Length == ElementCount), field, $"1 or {ElementCount} bounds", bounds.IsDefault ? 0 : bounds.Length);
        foreach (var bound in bounds)
        {
            InvalidExperienceException.ThrowUnless(!float.IsNaN(bound), field, "a number or an infinity", bound);
        }

        // Equal boxes must be written alike: one bound where all are the same, and no negative zero.
        var distinct = bounds.AsSpan().ContainsAnyExcept(bounds[0]);
        return distinct ? [.. bounds.Select(static bound => bound + 0.0f)] : [bounds[0] + 0.0f];
    }

    private (float[] Low, float[] High) CreateFiniteBounds()
    {
        var elements = Low.Length == 1 && High.Length == 1 ? 1 : ElementCount;
        var low = RangeScan.Repeat([.. Enumerable.Range(0, elements).Select(LowAt)], -float.MaxValue);
        var high = RangeScan.Repeat([.. Enumerable.Range(0, elements).Select(HighAt)], float.MaxValue);
        _finiteBounds = [low, high];
        return (low, high);
    }
}
