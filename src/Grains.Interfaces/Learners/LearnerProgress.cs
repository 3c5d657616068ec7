using System.Collections.Immutable;

namespace MemoryRL.Grains.Interfaces;

/// <summary>Where a learner stands.</summary>
/// <param name="IsTraining">Whether its training thread runs.</param>
/// <param name="UpdateCount">Gradient steps done so far.</param>
/// <param name="FeedCount">Batches fed so far.</param>
/// <param name="StepsRead">Fresh steps read so far.</param>
/// <param name="PolicyVersion">The last published version; 0 before the first.</param>
/// <param name="Metrics">The last reported metrics by name.</param>
/// <param name="WaitReason">What the learner waits for now; null while it trains.</param>
/// <param name="Failure">What stopped the learner or, while it trains, why its last checkpoint could not be written; or null.</param>
[GenerateSerializer, Immutable, Alias("memoryrl.LearnerProgress")]
public sealed record LearnerProgress(
    [property: Id(0)] bool IsTraining,
    [property: Id(1)] long UpdateCount,
    [property: Id(2)] long FeedCount,
    [property: Id(3)] long StepsRead,
    [property: Id(4)] long PolicyVersion,
    [property: Id(5)] ImmutableDictionary<string, double> Metrics,
    [property: Id(6)] string? WaitReason,
    [property: Id(7)] string? Failure);
