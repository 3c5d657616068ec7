using System.Collections.Immutable;

namespace MemoryRL.Grains.Interfaces;

/// <summary>What a learner is and what it feeds on.</summary>
/// <param name="Algorithm">The algorithm's name, which the silo must have registered.</param>
/// <param name="MemoryName">The memory that it learns from.</param>
/// <param name="PolicyName">The policy that it publishes to.</param>
/// <param name="Seed">The seed of everything random in it.</param>
/// <param name="Device"><c>auto</c>, <c>cpu</c> or <c>cuda</c>.</param>
/// <param name="PublishPeriod">How many feedings lie between two published versions, at least 1.</param>
/// <param name="CheckpointPeriod">The time between checkpoints; one is always written at an orderly stop.</param>
/// <param name="Options">The algorithm's options by name.</param>
[GenerateSerializer, Immutable, Alias("memoryrl.LearnerSpecMessage")]
public sealed record LearnerSpecMessage(
    [property: Id(0)] string Algorithm,
    [property: Id(1)] string MemoryName,
    [property: Id(2)] string PolicyName,
    [property: Id(3)] long Seed,
    [property: Id(4)] string Device,
    [property: Id(5)] int PublishPeriod,
    [property: Id(6)] TimeSpan CheckpointPeriod,
    [property: Id(7)] ImmutableDictionary<string, string> Options);
