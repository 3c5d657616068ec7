using System.Collections.Immutable;

namespace MemoryRL.Grains.Interfaces;

/// <summary>Episodes that arrived after a cursor.</summary>
/// <param name="Episodes">The episodes in the order of their arrival; empty while the read waits.</param>
/// <param name="NextCursor">The cursor to read on from.</param>
/// <param name="MissedEpisodes">How many episodes after the cursor were evicted before they could be read.</param>
/// <param name="WaitReason">Null when the minimum was there; else why the read waits.</param>
[GenerateSerializer, Immutable, Alias("memoryrl.ReadResult")]
public sealed record ReadResult(
    [property: Id(0)] ImmutableArray<EpisodeMessage> Episodes,
    [property: Id(1)] long NextCursor,
    [property: Id(2)] long MissedEpisodes,
    [property: Id(3)] string? WaitReason);
