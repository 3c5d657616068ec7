namespace MemoryRL.Grains.Interfaces;

/// <summary>What a call planned. Where the shard had the plan already, that is only what had no targets yet, often nothing.</summary>
/// <param name="Episodes">Episodes planned.</param>
/// <param name="Steps">Their steps.</param>
/// <param name="MeanTarget">The mean of their targets; 0 where no step was planned.</param>
/// <param name="MeanValue">The mean of the values of their steps' observations; 0 where no step was planned.</param>
/// <param name="EvaluationSeconds">The time that evaluating and planning took, in seconds.</param>
/// <param name="WaitReason">Null when the plan is done; else why not yet. Calling again goes on where this call ended.</param>
[GenerateSerializer, Immutable, Alias("memoryrl.PlanResult")]
public sealed record PlanResult(
    [property: Id(0)] long Episodes,
    [property: Id(1)] long Steps,
    [property: Id(2)] double MeanTarget,
    [property: Id(3)] double MeanValue,
    [property: Id(4)] double EvaluationSeconds,
    [property: Id(5)] string? WaitReason);
