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
}
