namespace MemoryRL.Grains.Interfaces;

/// <summary>A request for a batch sampled uniformly.</summary>
/// <param name="Count">The number of transitions or sequences, at least 1.</param>
/// <param name="SequenceLength">The length of each sequence; 1 for transitions.</param>
/// <param name="Seed">The seed of the draw, so that the grain need keep no random state.</param>
/// <param name="MaxWait">How long to wait until the memory holds its minimum size and, with targets, has a plan.</param>
/// <param name="TargetsOf">Whose planned targets come with the transitions: the planner's name; null for none. Only a shard has any, of one planner at a time.</param>
/// <param name="Run">
/// The run of the planner that must have asked for them: sampling waits where the shard, back from a snapshot, has a plan from before it came back,
/// until the run asks for its plan again. Null for targets of any run.
/// </param>
[GenerateSerializer, Immutable, Alias("memoryrl.SampleRequest")]
public sealed record SampleRequest(
    [property: Id(0)] int Count,
    [property: Id(1)] int SequenceLength,
    [property: Id(2)] ulong Seed,
    [property: Id(3)] TimeSpan MaxWait,
    [property: Id(4)] string? TargetsOf = null,
    [property: Id(5)] Guid? Run = null);
