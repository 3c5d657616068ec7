namespace MemoryRL.Cli;

/// <summary>What became of one check.</summary>
internal enum FindingState
{
    /// <summary>It is there.</summary>
    Present = 0,

    /// <summary>It is missing, and something optional does without it.</summary>
    Missing = 1,

    /// <summary>It was not looked at.</summary>
    Skipped = 2,
}

/// <summary>What one check found.</summary>
/// <param name="Subject">What was looked for.</param>
/// <param name="State">What became of it.</param>
/// <param name="Detail">What is there, or what was seen.</param>
/// <param name="Remedy">What it is good for and how to get it, where it is missing; else null.</param>
internal sealed record Finding(string Subject, FindingState State, string Detail, string? Remedy = null);
