namespace MemoryRL.Grains.Interfaces;

/// <summary>What became of an append.</summary>
/// <param name="Stored">The number of episodes stored now.</param>
/// <param name="Duplicates">The number of episodes that were there already, by id, and were left alone.</param>
/// <param name="WaitReason">Null when the append is acknowledged; else why it still waits, and nothing was stored: call again.</param>
[GenerateSerializer, Immutable, Alias("memoryrl.AppendResult")]
public sealed record AppendResult(
    [property: Id(0)] int Stored,
    [property: Id(1)] int Duplicates,
    [property: Id(2)] string? WaitReason);
