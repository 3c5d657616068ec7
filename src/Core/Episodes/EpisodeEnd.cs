namespace MemoryRL.Core;

/// <summary>How an episode's last step ended it. The numbers are persisted.</summary>
public enum EpisodeEnd
{
    /// <summary>The task ended (goal, fall, death): no bootstrap from the last observation.</summary>
    Terminated = 1,

    /// <summary>A time limit cut it: bootstrap from the last observation.</summary>
    Truncated = 2,
}
