using System.Collections.Immutable;

namespace MemoryRL.Grains.Interfaces;

/// <summary>Episodes to append. All are taken or none is.</summary>
/// <param name="Episodes">The episodes, in the order in which they ended.</param>
/// <param name="MaxWait">How long the append may wait for the memory's limiter before it gives up with a reason.</param>
[GenerateSerializer, Immutable, Alias("memoryrl.AppendRequest")]
public sealed record AppendRequest(
    [property: Id(0)] ImmutableArray<EpisodeMessage> Episodes,
    [property: Id(1)] TimeSpan MaxWait);
