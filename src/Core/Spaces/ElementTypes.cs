namespace MemoryRL.Core;

/// <summary>Facts about element types.</summary>
public static class ElementTypes
{
    /// <summary>Gets the number of bytes of one element.</summary>
    /// <param name="type">The element type.</param>
    /// <returns>1, 4 or 8.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The type is not one of the enumeration's members.</exception>
    public static int ByteCount(this ElementType type) => type switch
    {
        ElementType.UInt8 or ElementType.Boolean => 1,
        ElementType.Float32 or ElementType.Int32 => 4,
        ElementType.Int64 or ElementType.Float64 or ElementType.UInt64 => 8,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Expected a member of ElementType."),
    };
}
