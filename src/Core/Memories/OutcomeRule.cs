using System.Text.Json.Serialization;

namespace MemoryRL.Core;

/// <summary>The rule by which a memory tells success from failure.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(ReturnThresholdRule), "return-threshold")]
[JsonDerivedType(typeof(ReturnQuantilesRule), "return-quantiles")]
public abstract record OutcomeRule
{
    /// <summary>Checks every value.</summary>
    /// <exception cref="InvalidExperienceException">A value is not allowed; the message names the key.</exception>
    internal abstract void Validate();
}

/// <summary>For sparse goal tasks: success when the return passes a threshold, failure otherwise; nothing is undecided.</summary>
/// <param name="Threshold">The return that must be passed, in reward units.</param>
/// <remarks>AdaMemento, our choice: <c>success = goal reached (return &gt; 0)</c> (algorithms.md 3.2, [I]).</remarks>
public sealed record ReturnThresholdRule(double Threshold) : OutcomeRule
{
    /// <inheritdoc/>
    internal override void Validate() => InvalidExperienceException.ThrowUnless(double.IsFinite(Threshold), "spec.outcome.threshold", "a finite number", Threshold);
}

/// <summary>
/// For dense rewards: success when the return reaches the upper quantile of the last returns and passes the best mean so far; failure when it
/// does not pass the lower quantile; undecided between, and until the window holds <see cref="MinimumEpisodes"/>.
/// </summary>
/// <param name="Lower">The lower quantile, in (0, 1).</param>
/// <param name="Upper">The upper quantile, in (0, 1), above the lower.</param>
/// <param name="Window">How many of the last returns count, from 1 to 1,000,000.</param>
/// <param name="MinimumEpisodes">How many returns the window must hold, from 1 to <paramref name="Window"/>.</param>
/// <remarks>AdaMemento, our choice: quantiles .25 and .75 of the last 100 returns (algorithms.md 3.2, [I]).</remarks>
public sealed record ReturnQuantilesRule(double Lower = 0.25, double Upper = 0.75, int Window = 100, int MinimumEpisodes = 10) : OutcomeRule
{
    /// <inheritdoc/>
    internal override void Validate()
    {
        InvalidExperienceException.ThrowUnless(Lower is > 0 and < 1, "spec.outcome.lower", "a quantile in (0, 1)", Lower);
        InvalidExperienceException.ThrowUnless(Upper < 1 && Upper > Lower, "spec.outcome.upper", $"a quantile in ({Lower}, 1)", Upper);
        InvalidExperienceException.ThrowUnless(Window is >= 1 and <= 1_000_000, "spec.outcome.window", "1 to 1000000 episodes", Window);
        InvalidExperienceException.ThrowUnless(MinimumEpisodes >= 1 && MinimumEpisodes <= Window, "spec.outcome.minimum_episodes", $"1 to {Window} episodes", MinimumEpisodes);
    }
}
