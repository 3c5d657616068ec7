namespace MemoryRL.Core;

/// <summary>Who chose an action. The numbers are stored with every step.</summary>
public enum ActionSource
{
    /// <summary>The explorer policy.</summary>
    Explorer = 0,

    /// <summary>The memory's advice.</summary>
    Memory = 1,

    /// <summary>A uniformly random choice, before the first policy.</summary>
    Random = 2,
}
