namespace MemoryRL.Grains.Interfaces;

/// <summary>
/// The one bulk payload between grains and clients: columns over bytes. How the bytes are laid out follows from the kind, the memory's spec
/// (named by its fingerprint) and the count, so that nothing is repacked on either side: <c>MemoryRL.Core.EpisodeLayout</c> and
/// <c>MemoryRL.Core.TransitionLayout</c> say where each column lies.
/// </summary>
/// <param name="Kind">What the columns are of.</param>
/// <param name="Fingerprint">The fingerprint of the spec that both sides must share.</param>
/// <param name="Count">The number of steps, transitions or sequences.</param>
/// <param name="Data">The bytes. Whoever made them promises never to change them again.</param>
[GenerateSerializer, Immutable, Alias("memoryrl.Columns")]
public readonly record struct Columns(
    [property: Id(0)] ColumnsKind Kind,
    [property: Id(1)] ulong Fingerprint,
    [property: Id(2)] int Count,
    [property: Id(3)] ReadOnlyMemory<byte> Data);
