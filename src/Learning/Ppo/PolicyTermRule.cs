namespace MemoryRL.Learning;

/// <summary>How steps in which the memory acted enter the explorer's policy term: they are not drawn from the explorer (algorithms.md 3.2, [I]).</summary>
public enum PolicyTermRule
{
    /// <summary>M1: such steps train the value only; the policy term and the entropy bonus leave them out.</summary>
    Mask = 1,

    /// <summary>M2: such steps stay in the policy term with the explorer's own log-probability of the action taken; the clipped ratio bounds what they do.</summary>
    ClippedRatio = 2,
}
