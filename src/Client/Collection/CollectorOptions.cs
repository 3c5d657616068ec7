using MemoryRL.Core;

namespace MemoryRL.Client;

/// <summary>How much is collected, and how.</summary>
public sealed record CollectorOptions
{
    /// <summary>Gets the number of steps after which no further piece is wanted, at least 1.</summary>
    public required long Steps { get; init; }

    /// <summary>Gets the number of steps at which the last episode is cut, as truncated, at least <see cref="Steps"/>; null for just that many.</summary>
    public long? MaxSteps { get; init; }

    /// <summary>Gets the number of the first piece: how many were collected before. Default 0.</summary>
    public long FirstPiece { get; init; }

    /// <summary>Gets the number of threads that play, at least 1; it changes the time, never the result. Default 1.</summary>
    public int ThreadCount { get; init; } = 1;

    /// <summary>Checks every value.</summary>
    /// <exception cref="InvalidExperienceException">A value is not allowed; the message names the key.</exception>
    public void Validate()
    {
        InvalidExperienceException.ThrowUnless(Steps >= 1, "collection.steps", "1 or more steps", Steps);
        InvalidExperienceException.ThrowUnless(MaxSteps is null || MaxSteps >= Steps, "collection.max_steps", $"{Steps} or more", MaxSteps);
        InvalidExperienceException.ThrowUnless(FirstPiece >= 0, "collection.first_piece", "0 or more", FirstPiece);
        InvalidExperienceException.ThrowUnless(ThreadCount is >= 1 and <= 1024, "collection.thread_count", "1 to 1024 threads", ThreadCount);
    }
}
