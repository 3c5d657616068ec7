namespace MemoryRL.Grains.Interfaces;

/// <summary>A sampled batch, or the reason why there is none yet.</summary>
/// <param name="Batch">The batch; null when sampling still waits. It may hold fewer rows than asked for where a trajectory store is empty.</param>
/// <param name="WaitReason">Null when there is a batch; else why sampling waits, such as <c>120 of 1000 steps inserted</c>.</param>
[GenerateSerializer, Immutable, Alias("memoryrl.SampleResult")]
public sealed record SampleResult(
    [property: Id(0)] Columns? Batch,
    [property: Id(1)] string? WaitReason);
