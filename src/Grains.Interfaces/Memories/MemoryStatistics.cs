namespace MemoryRL.Grains.Interfaces;

/// <summary>How full a store is and what passed through it.</summary>
/// <param name="Episodes">Episodes held now.</param>
/// <param name="Steps">Steps held now.</param>
/// <param name="Bytes">Bytes held now.</param>
/// <param name="CapacitySteps">Steps that it may hold.</param>
/// <param name="CapacityBytes">Bytes that it may hold.</param>
/// <param name="AppendedEpisodes">Episodes ever stored.</param>
/// <param name="AppendedSteps">Steps ever stored.</param>
/// <param name="EvictedEpisodes">Episodes removed by rule.</param>
/// <param name="SampledRows">Transitions ever sampled.</param>
[GenerateSerializer, Immutable, Alias("memoryrl.MemoryStatistics")]
public sealed record MemoryStatistics(
    [property: Id(0)] long Episodes,
    [property: Id(1)] long Steps,
    [property: Id(2)] long Bytes,
    [property: Id(3)] long CapacitySteps,
    [property: Id(4)] long CapacityBytes,
    [property: Id(5)] long AppendedEpisodes,
    [property: Id(6)] long AppendedSteps,
    [property: Id(7)] long EvictedEpisodes,
    [property: Id(8)] long SampledRows);
