namespace MemoryRL.Grains.Interfaces;

/// <summary>A request to plan targets with a versioned value function.</summary>
/// <param name="Planner">Who plans: a learner's name. The targets of another planner are of no use to it, and are forgotten.</param>
/// <param name="Run">One run of the planner: within a run a later version is never taken back by an earlier one that arrives late.</param>
/// <param name="Version">The plan's version, at least 1.</param>
/// <param name="Algorithm">The name of the value function factory that reads the bundle; empty where there is none.</param>
/// <param name="Bundle">The value function, of kind <see cref="ColumnsKind.Safetensors"/>; no bytes for targets that are the discounted returns.</param>
/// <param name="Settings">How to plan.</param>
/// <param name="Steps">How many of the shard's steps are planned anew, 1 or more, in whole episodes, whose steps come to this number in the mean over versions, the oldest targets first; null for all. What was never planned always is.</param>
[GenerateSerializer, Immutable, Alias("memoryrl.PlanRequest")]
public sealed record PlanRequest(
    [property: Id(0)] string Planner,
    [property: Id(1)] Guid Run,
    [property: Id(2)] long Version,
    [property: Id(3)] string Algorithm,
    [property: Id(4)] Columns Bundle,
    [property: Id(5)] PlanSettingsMessage Settings,
    [property: Id(6)] long? Steps);
