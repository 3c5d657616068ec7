namespace MemoryRL.Environments;

/// <summary>What a point maze pays for a step.</summary>
internal enum MazeReward
{
    /// <summary>1 within half a metre of the goal, else 0.</summary>
    Sparse = 0,

    /// <summary>e to the power of minus the distance to the goal in metres.</summary>
    Dense = 1,
}
