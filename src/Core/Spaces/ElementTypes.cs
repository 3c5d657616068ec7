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

    /// <summary>Gets the element type that a .NET type stands for.</summary>
    /// <typeparam name="T">float, double, byte, int, long, ulong or bool.</typeparam>
    /// <returns>The element type.</returns>
    /// <exception cref="NotSupportedException">There is no such element type.</exception>
    public static ElementType Of<T>()
        where T : unmanaged =>
        typeof(T) == typeof(float) ? ElementType.Float32
        : typeof(T) == typeof(byte) ? ElementType.UInt8
        : typeof(T) == typeof(int) ? ElementType.Int32
        : typeof(T) == typeof(long) ? ElementType.Int64
        : typeof(T) == typeof(bool) ? ElementType.Boolean
        : typeof(T) == typeof(double) ? ElementType.Float64
        : typeof(T) == typeof(ulong) ? ElementType.UInt64
        : throw new NotSupportedException($"Expected a type that is an element type but got {typeof(T).Name}.");

    /// <summary>Gets NumPy's name of an element type, for descriptions.</summary>
    /// <param name="type">The element type.</param>
    /// <returns>A name such as <c>float32</c>.</returns>
    internal static string NameOf(ElementType type) => type switch
    {
        ElementType.Boolean => "bool",
        _ => type.ToString().ToLowerInvariant(),
    };
}
