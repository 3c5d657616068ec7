namespace MemoryRL.Environments;

/// <summary>Which rules <see cref="CliffWalking"/> follows.</summary>
public enum CliffRules
{
    /// <summary>Gymnasium's: -1 a step, -100 and back to the start for a fall; only the goal ends an episode.</summary>
    Gymnasium = 0,

    /// <summary>Sparse: 1 at the goal and 0 else; the cliff ends the episode too. After a fall the observation is the cell of the cliff.</summary>
    Sparse = 1,
}
