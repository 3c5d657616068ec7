using MemoryRL.Core;

namespace MemoryRL.Client;

/// <summary>How a policy plays when data are collected.</summary>
public sealed record PolicyPieceOptions
{
    /// <summary>Gets how the policy chooses. Default greedy.</summary>
    public ActMode Mode { get; init; } = ActMode.Greedy;

    /// <summary>Gets the deviation of Gaussian noise added to every element of an action, which is then clipped into its box; 0 for none. Default 0.</summary>
    public double Noise { get; init; }

    /// <summary>Gets the seed: every episode has random streams of its own.</summary>
    public ulong Seed { get; init; }

    /// <summary>Gets which of the seed's families of streams this is, so that two sources of one collection share none; below 2^20. Default 0.</summary>
    public int Family { get; init; }

    /// <summary>Gets the collection's id, from which with the family and the piece's number the ids of its episodes follow: two collections that may meet in one memory need two.</summary>
    public Guid RunId { get; init; }

    /// <summary>Gets how many environments a thread steps together, at least 1; it changes the time, never the result. Default 8.</summary>
    public int EnvironmentsPerThread { get; init; } = 8;

    /// <summary>Gets whether the log-probability of a sampled action is kept; only without noise, which would make it wrong.</summary>
    public bool KeepsLogProbabilities => Mode == ActMode.Explore && Noise == 0;

    /// <summary>Checks every value.</summary>
    /// <exception cref="InvalidExperienceException">A value is not allowed; the message names the key.</exception>
    public void Validate()
    {
        InvalidExperienceException.ThrowUnless(Enum.IsDefined(Mode), "collection.mode", "Explore or Greedy", Mode);
        InvalidExperienceException.ThrowUnless(double.IsFinite(Noise) && Noise >= 0, "collection.noise", "0 or more", Noise);
        InvalidExperienceException.ThrowUnless(Family is >= 0 and < 1 << 20, "collection.family", "0 to 1,048,575", Family);
        InvalidExperienceException.ThrowUnless(EnvironmentsPerThread >= 1, "collection.environments_per_thread", "1 or more environments", EnvironmentsPerThread);
    }
}
