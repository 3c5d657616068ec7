namespace MemoryRL.Core;

/// <summary>What an acknowledged append means. The numbers are persisted.</summary>
public enum Durability
{
    /// <summary>The steps are in memory and go with the process.</summary>
    None = 0,

    /// <summary>The steps are on disk after the next snapshot: at an orderly stop, and on a period.</summary>
    Snapshot = 1,
}
