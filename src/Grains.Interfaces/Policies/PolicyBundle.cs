namespace MemoryRL.Grains.Interfaces;

/// <summary>The networks that an agent needs to act, one version.</summary>
/// <param name="Version">The version, at least 1.</param>
/// <param name="Algorithm">The algorithm's name.</param>
/// <param name="PublishedAt">When it was published.</param>
/// <param name="Weights">The bundle, of kind <see cref="ColumnsKind.Safetensors"/>.</param>
/// <param name="UpdateCount">The learner's gradient steps until then; 0 where nobody said it.</param>
[GenerateSerializer, Immutable, Alias("memoryrl.PolicyBundle")]
public sealed record PolicyBundle(
    [property: Id(0)] long Version,
    [property: Id(1)] string Algorithm,
    [property: Id(2)] DateTimeOffset PublishedAt,
    [property: Id(3)] Columns Weights,
    [property: Id(4)] long UpdateCount = 0);
