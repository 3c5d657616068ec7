namespace MemoryRL.Core;

/// <summary>How a policy chooses.</summary>
public enum ActMode
{
    /// <summary>Samples from the explorer, taking advice as the algorithm says.</summary>
    Explore = 0,

    /// <summary>The algorithm's best action, without noise.</summary>
    Greedy = 1,
}
