namespace MemoryRL.Grains.Interfaces;

/// <summary>A learner between two updates, as it goes on exactly in another process that has the same data.</summary>
/// <param name="Content">The learner, and the targets that its memory has planned for it; of kind <see cref="ColumnsKind.Safetensors"/>.</param>
/// <param name="UpdateCount">Gradient steps done.</param>
/// <param name="PolicyVersion">The last version published before; 0 for none.</param>
[GenerateSerializer, Immutable, Alias("memoryrl.LearnerCopy")]
public sealed record LearnerCopy(
    [property: Id(0)] Columns Content,
    [property: Id(1)] long UpdateCount,
    [property: Id(2)] long PolicyVersion);
