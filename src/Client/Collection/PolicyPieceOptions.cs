using MemoryRL.Core;

namespace MemoryRL.Client;

/// <summary>How a policy plays when data are collected.</summary>
public sealed record PolicyPieceOptions : PieceOptions
{
    /// <summary>Gets how the policy chooses. Default greedy.</summary>
    public ActMode Mode { get; init; } = ActMode.Greedy;

    /// <summary>Gets how many environments a thread steps together, at least 1; it changes the time, never the result. Default 8.</summary>
    public int EnvironmentsPerThread { get; init; } = 8;

    /// <summary>Gets whether the log-probability of a sampled action is kept; only without noise, which would make it wrong.</summary>
    public bool KeepsLogProbabilities => Mode == ActMode.Explore && Noise == 0;

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        InvalidExperienceException.ThrowUnless(Enum.IsDefined(Mode), "collection.mode", "Explore or Greedy", Mode);
        InvalidExperienceException.ThrowUnless(EnvironmentsPerThread >= 1, "collection.environments_per_thread", "1 or more environments", EnvironmentsPerThread);
    }
}
