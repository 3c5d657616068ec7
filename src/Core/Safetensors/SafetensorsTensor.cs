using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace MemoryRL.Core;

/// <summary>One tensor of a Safetensors file.</summary>
/// <param name="Name">The tensor's name.</param>
/// <param name="ElementType">The type of one element.</param>
/// <param name="Shape">The shape; empty for a scalar.</param>
/// <param name="Data">The elements, row-major, little-endian.</param>
public sealed record SafetensorsTensor(string Name, ElementType ElementType, ImmutableArray<int> Shape, ReadOnlyMemory<byte> Data)
{
    /// <summary>Gets the elements as numbers, copying nothing.</summary>
    /// <typeparam name="T">The .NET type of the tensor's element type; <see cref="byte"/> also reads truth values.</typeparam>
    /// <returns>The elements, row-major.</returns>
    /// <exception cref="InvalidOperationException">The tensor holds another element type.</exception>
    public ReadOnlySpan<T> Values<T>()
        where T : unmanaged =>
        ElementTypes.Of<T>() == ElementType || (ElementType == ElementType.Boolean && typeof(T) == typeof(byte))
            ? MemoryMarshal.Cast<byte, T>(Data.Span)
            : throw new InvalidOperationException($"Expected to read tensor '{Name}' as {ElementType} but got {typeof(T).Name}.");
}
