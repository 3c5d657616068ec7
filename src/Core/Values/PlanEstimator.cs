namespace MemoryRL.Core;

/// <summary>How planning keeps the maximum over rollout lengths from overestimating: as VEM's official code has it, or not at all (our choice, to see what the other is worth).</summary>
public enum PlanEstimator
{
    /// <summary>Double estimation: the length is chosen with one pair of values and valued with the other, and never below the one-step target.</summary>
    Twin = 0,

    /// <summary>One pair chooses and values, each for its own target.</summary>
    Single = 1,
}
