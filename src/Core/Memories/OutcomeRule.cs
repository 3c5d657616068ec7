using System.Text.Json.Serialization;

namespace MemoryRL.Core;

/// <summary>The rule by which a memory tells success from failure.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(ReturnThresholdRule), "return-threshold")]
[JsonDerivedType(typeof(ReturnQuantilesRule), "return-quantiles")]
public abstract record OutcomeRule;

/// <summary>For sparse goal tasks: success when the return passes a threshold, failure otherwise; nothing is undecided.</summary>
/// <param name="Threshold">The return that must be passed, in reward units.</param>
/// <remarks>AdaMemento, our choice: <c>success = goal reached (return &gt; 0)</c> (algorithms.md 3.2, [I]).</remarks>
public sealed record ReturnThresholdRule(double Threshold) : OutcomeRule;

/// <summary>
/// For dense rewards: success when the return reaches the upper quantile of the last returns and passes the best mean so far; failure when it
/// does not pass the lower quantile; undecided between, and until the window holds <see cref="MinimumEpisodes"/>.
/// </summary>
/// <param name="Lower">The lower quantile, in (0, 1).</param>
/// <param name="Upper">The upper quantile, in (0, 1), above the lower.</param>
/// <param name="Window">How many of the last returns count, at least 1.</param>
/// <param name="MinimumEpisodes">How many returns must have been seen, at least 1.</param>
/// <remarks>AdaMemento, our choice: quantiles .25 and .75 of the last 100 returns (algorithms.md 3.2, [I]).</remarks>
public sealed record ReturnQuantilesRule(double Lower = 0.25, double Upper = 0.75, int Window = 100, int MinimumEpisodes = 10) : OutcomeRule;
