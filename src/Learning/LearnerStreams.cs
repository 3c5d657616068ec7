namespace MemoryRL.Learning;

/// <summary>The numbers of the random streams that learners draw from under one seed, so that no two share one.</summary>
internal static class LearnerStreams
{
    /// <summary>The explorer's weights and minibatches.</summary>
    public const ulong Explorer = 0x4C50504F;

    /// <summary>The memory's networks and batches.</summary>
    public const ulong Memory = 0x4C4D454D;

    /// <summary>The cloned actor's weights.</summary>
    public const ulong Cloner = 0x4C434C4E;

    /// <summary>The weights of VEM's values and of its actor.</summary>
    public const ulong EpisodicMemory = 0x4C56454D;

    /// <summary>The weights of <c>iql</c>, <c>awr</c> and <c>td3-bc</c>.</summary>
    public const ulong Rivals = 0x4C52564C;

    /// <summary>The noise of <c>td3-bc</c>'s target actions.</summary>
    public const ulong TargetNoise = 0x4C544E53;
}
