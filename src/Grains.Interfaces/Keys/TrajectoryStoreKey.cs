using MemoryRL.Core;

namespace MemoryRL.Grains.Interfaces;

/// <summary>The key of a memory's success or failure trajectories: <c>name/success</c> or <c>name/failure</c>.</summary>
public readonly record struct TrajectoryStoreKey
{
    /// <summary>Initializes the key.</summary>
    /// <param name="memoryName">The memory's name, 1 to 200 characters.</param>
    /// <param name="outcome"><see cref="EpisodeOutcome.Success"/> or <see cref="EpisodeOutcome.Failure"/>.</param>
    /// <exception cref="InvalidInputException">The name or the outcome is not allowed.</exception>
    public TrajectoryStoreKey(string memoryName, EpisodeOutcome outcome)
    {
        MemoryName = KeySegment.Check(memoryName, "memory.name");
        Outcome = outcome is EpisodeOutcome.Success or EpisodeOutcome.Failure
            ? outcome
            : throw new InvalidInputException("episode.outcome", "Success or Failure", outcome.ToString());
    }

    /// <summary>Gets the memory's name.</summary>
    public string MemoryName { get; }

    /// <summary>Gets the outcome of the trajectories kept.</summary>
    public EpisodeOutcome Outcome { get; }

    /// <summary>Reads a key.</summary>
    /// <param name="key">What <see cref="ToString"/> wrote.</param>
    /// <returns>The key.</returns>
    /// <exception cref="InvalidInputException">The text is no such key.</exception>
    public static TrajectoryStoreKey Parse(string key) =>
        TryParse(key, out var parsed) ? parsed : throw new InvalidInputException("key", "a memory's name, a slash and success or failure", $"'{key}'");

    /// <summary>Reads a key.</summary>
    /// <param name="key">The text.</param>
    /// <param name="parsed">The key.</param>
    /// <returns>Whether the text is such a key.</returns>
    public static bool TryParse(string? key, out TrajectoryStoreKey parsed)
    {
        parsed = default;
        if (!KeySegment.TrySplit(key, out var name, out var outcome) || name.Length > KeySegment.MaxLength || outcome is not ("success" or "failure"))
        {
            return false;
        }

        parsed = new TrajectoryStoreKey(name, outcome == "success" ? EpisodeOutcome.Success : EpisodeOutcome.Failure);
        return true;
    }

    /// <summary>Writes the key.</summary>
    /// <returns>The percent-encoded name, a slash, the outcome in lower case.</returns>
    public override string ToString() => $"{KeySegment.Encode(MemoryName)}{KeySegment.Separator}{(Outcome == EpisodeOutcome.Success ? "success" : "failure")}";
}
