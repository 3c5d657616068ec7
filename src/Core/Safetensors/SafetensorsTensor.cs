using System.Collections.Immutable;

namespace MemoryRL.Core;

/// <summary>One tensor of a Safetensors file.</summary>
/// <param name="Name">The tensor's name.</param>
/// <param name="ElementType">The type of one element.</param>
/// <param name="Shape">The shape; empty for a scalar.</param>
/// <param name="Data">The elements, row-major, little-endian.</param>
public sealed record SafetensorsTensor(string Name, ElementType ElementType, ImmutableArray<int> Shape, ReadOnlyMemory<byte> Data);
