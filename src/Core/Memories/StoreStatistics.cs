namespace MemoryRL.Core;

/// <summary>How full a store is and what passed through it.</summary>
/// <param name="Episodes">Episodes held now.</param>
/// <param name="Steps">Steps held now.</param>
/// <param name="Bytes">Bytes held now.</param>
/// <param name="CapacitySteps">Steps that it may hold.</param>
/// <param name="CapacityBytes">Bytes that it may hold; 0 where only steps are limited.</param>
/// <param name="AppendedEpisodes">Episodes ever stored.</param>
/// <param name="AppendedSteps">Steps ever stored.</param>
/// <param name="EvictedEpisodes">Episodes removed by rule.</param>
/// <param name="SampledRows">Transitions ever sampled; a sequence counts as its steps.</param>
public readonly record struct StoreStatistics(
    long Episodes,
    long Steps,
    long Bytes,
    long CapacitySteps,
    long CapacityBytes,
    long AppendedEpisodes,
    long AppendedSteps,
    long EvictedEpisodes,
    long SampledRows);
