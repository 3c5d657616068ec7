namespace MemoryRL.Core;

/// <summary>What a learner is fed for one update, as its <see cref="DataRequest"/> asked.</summary>
public sealed record LearnerBatch
{
    /// <summary>Gets the fresh episodes in the order of their arrival; empty where none were asked for.</summary>
    public IReadOnlyList<Episode> Fresh { get; init; } = [];

    /// <summary>Gets transitions sampled uniformly from the memory, or null.</summary>
    public TransitionBatch? Transitions { get; init; }

    /// <summary>Gets steps of successful trajectories, or null where there are none.</summary>
    public TransitionBatch? Success { get; init; }

    /// <summary>Gets steps of failed trajectories, or null where there are none.</summary>
    public TransitionBatch? Failure { get; init; }

    /// <summary>Gets transitions sampled uniformly from the memory with their planned targets, or null.</summary>
    public PlannedBatch? Planned { get; init; }
}
