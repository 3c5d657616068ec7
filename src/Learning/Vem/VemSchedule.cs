namespace MemoryRL.Learning;

/// <summary>In which order values and actor are learned. Values never depend on the actor, so both orders have the same fixed point.</summary>
public enum VemSchedule
{
    /// <summary>First the values, then the actor on targets that stand still (<c>two-stage</c>), as the official code does.</summary>
    TwoStage = 0,

    /// <summary>A step of the values and a step of the actor on each batch (<c>interleaved</c>), as the paper's Algorithm 1 has it (recalled, not verified).</summary>
    Interleaved = 1,
}
