using System.Collections.Immutable;
using MemoryRL.Client;

namespace MemoryRL.Cli;

/// <summary>How a run stood after one feeding of its learner.</summary>
/// <param name="Arm">The arm's name.</param>
/// <param name="Seed">The run's seed.</param>
/// <param name="Episodes">Training episodes finished so far.</param>
/// <param name="Steps">Training steps in them.</param>
/// <param name="Falls">How many of them ended in the cliff.</param>
/// <param name="TrainingSuccess">The share of successes among the episodes since the row before, in [0, 1].</param>
/// <param name="Ensemble">The share of greedy evaluation episodes in which the arm's whole policy succeeds, in [0, 1].</param>
/// <param name="Explorer">The same of the explorer alone.</param>
/// <param name="Prediction">The same of the prediction network alone; of the explorer where there is none.</param>
public sealed record ReflectionPoint(string Arm, long Seed, long Episodes, long Steps, long Falls, double TrainingSuccess, double Ensemble, double Explorer, double Prediction);

/// <summary>What one run came to.</summary>
/// <param name="Arm">The arm's name.</param>
/// <param name="Seed">The run's seed.</param>
/// <param name="EpisodesToTarget">Training episodes until the target was first met; null where the budget ended before that.</param>
/// <param name="FallsToTarget">Falls until then; null likewise.</param>
/// <param name="Falls">Falls over the whole budget.</param>
/// <param name="Episodes">Training episodes over the whole budget.</param>
/// <param name="FinalEnsemble">The share of greedy successes after the last feeding.</param>
/// <param name="MeetsTargetShare">The share of the evaluations from the first that met the target on which met it too; null where none did.</param>
public sealed record ReflectionRun(string Arm, long Seed, long? EpisodesToTarget, long? FallsToTarget, long Falls, long Episodes, double FinalEnsemble, double? MeetsTargetShare);

/// <summary>What an arm came to over its seeds.</summary>
/// <param name="Arm">The arm's name.</param>
/// <param name="Runs">The number of seeds.</param>
/// <param name="Censored">How many did not meet the target within the budget; they count with the budget, so that means and medians are lower bounds where there are any.</param>
/// <param name="MeanEpisodes">Mean training episodes to the target.</param>
/// <param name="MedianEpisodes">Median training episodes to the target.</param>
/// <param name="MeanFallsToTarget">Mean falls until the target, or until the budget's end.</param>
/// <param name="MeanFalls">Mean falls over the whole budget.</param>
public sealed record ReflectionArm(string Arm, int Runs, int Censored, Interval MeanEpisodes, Interval MedianEpisodes, Interval MeanFallsToTarget, Interval MeanFalls);

/// <summary>What the experiment found.</summary>
/// <param name="Options">What it was run with.</param>
/// <param name="Arms">One entry for each arm.</param>
/// <param name="Runs">One entry for each arm and seed.</param>
/// <param name="Points">The curves: one entry for each feeding of each run.</param>
public sealed record CliffWalkingReflectionResult(CliffWalkingReflectionOptions Options, ImmutableArray<ReflectionArm> Arms, ImmutableArray<ReflectionRun> Runs, ImmutableArray<ReflectionPoint> Points);
