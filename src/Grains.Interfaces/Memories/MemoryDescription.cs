namespace MemoryRL.Grains.Interfaces;

/// <summary>What a memory is.</summary>
/// <param name="Name">The memory's name.</param>
/// <param name="SpecJson">The spec as <c>MemoryRL.Core.MemorySpec.ToJson</c> writes it.</param>
[GenerateSerializer, Immutable, Alias("memoryrl.MemoryDescription")]
public sealed record MemoryDescription(
    [property: Id(0)] string Name,
    [property: Id(1)] string SpecJson);
