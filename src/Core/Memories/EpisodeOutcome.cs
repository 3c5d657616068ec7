namespace MemoryRL.Core;

/// <summary>What an episode came to, by its memory's outcome rule. The numbers are persisted.</summary>
public enum EpisodeOutcome
{
    /// <summary>Neither clearly good nor clearly bad: kept by no trajectory store.</summary>
    Undecided = 0,

    /// <summary>A success.</summary>
    Success = 1,

    /// <summary>A failure.</summary>
    Failure = 2,
}
