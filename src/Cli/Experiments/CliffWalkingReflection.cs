using System.Collections.Concurrent;
using System.Collections.Immutable;
using MemoryRL.Client;
using MemoryRL.Core;
using MemoryRL.Learning;

namespace MemoryRL.Cli;

/// <summary>
/// The experiment <c>cliff-walking-reflection</c>: does it help to remember failures? On sparse Cliff Walking (1 at the goal; a fall ends the
/// episode with 0; 100 steps), three arms that differ in nothing but the memory: the explorer alone, with the success memory and its
/// prediction network, and with both memories and the reflection network.
/// </summary>
/// <remarks>
/// AdaMemento's authors test learning from failure on Cliff Walking; their rules and settings are not known, so all of this is our choice
/// (algorithms.md 3.2, [I]). Measures: training episodes until the target share of greedy evaluation episodes succeeds for the first time,
/// and falls. Every run goes through the whole episode budget, so that falls compare at equal numbers of episodes.
/// </remarks>
public static class CliffWalkingReflection
{
    private const string Task = "cliff-walking-sparse";
    private const ulong EvaluationSeed = 0x5EED;

    /// <summary>Gets the arms: name and learner option <c>memory</c>.</summary>
    public static ImmutableArray<(string Arm, string Memory)> Arms { get; } = [("ppo", "none"), ("ppo + success memory", "success"), ("ppo + both memories", "both")];

    /// <summary>Runs the experiment.</summary>
    /// <param name="options">What to run.</param>
    /// <param name="progress">Told of every run that ended; may be null.</param>
    /// <param name="cancellationToken">Stops the experiment between feedings.</param>
    /// <returns>What came out.</returns>
    /// <exception cref="InvalidExperienceException">An option is not allowed.</exception>
    /// <exception cref="OperationCanceledException">The experiment was stopped.</exception>
    public static CliffWalkingReflectionResult Run(CliffWalkingReflectionOptions options, IProgress<ReflectionRun>? progress = null, CancellationToken cancellationToken = default)
    {
        options.Validate();
        var jobs = Arms.SelectMany(arm => Enumerable.Range(0, options.Seeds).Select(i => (arm.Arm, arm.Memory, Seed: options.FirstSeed + i)));
        var done = new ConcurrentBag<(ReflectionRun Run, List<ReflectionPoint> Points)>();
        try
        {
            // Longest first: the whole is done when the last run is.
            Parallel.ForEach(jobs.Reverse(), new ParallelOptions { MaxDegreeOfParallelism = options.Parallelism, CancellationToken = cancellationToken }, job =>
            {
                var ended = RunOne(job.Arm, job.Memory, job.Seed, options, cancellationToken);
                done.Add(ended);
                progress?.Report(ended.Run);
            });
        }
        catch (AggregateException error) when (error.InnerExceptions.All(inner => inner is OperationCanceledException))
        {
            throw new OperationCanceledException(error.Message, error, cancellationToken);
        }

        var ordered = done.OrderBy(entry => Arms.IndexOf(Arms.First(arm => arm.Arm == entry.Run.Arm))).ThenBy(entry => entry.Run.Seed).ToList();
        var runs = ordered.Select(entry => entry.Run).ToImmutableArray();
        return new CliffWalkingReflectionResult(
            options,
            [.. Arms.Select(arm => Summarize(arm.Arm, [.. runs.Where(run => run.Arm == arm.Arm)]))],
            runs,
            [.. ordered.SelectMany(entry => entry.Points)]);
    }

    private static (ReflectionRun Run, List<ReflectionPoint> Points) RunOne(string arm, string memory, long seed, CliffWalkingReflectionOptions options, CancellationToken cancellationToken)
    {
        using var training = new LockstepTraining(new LockstepSettings(Task, AdaMementoLearner.Algorithm, seed)
        {
            Agents = options.Agents,
            Options = options.LearnerOptions.SetItem("memory", memory),
        });
        var points = new List<ReflectionPoint>();
        var falls = 0L;
        while (training.EpisodeCount < options.EpisodeBudget)
        {
            cancellationToken.ThrowIfCancellationRequested();
            training.Advance((episode, outcome) => falls += outcome == EpisodeOutcome.Failure && episode.End == EpisodeEnd.Terminated ? 1 : 0);
            points.Add(new ReflectionPoint(
                arm,
                seed,
                training.EpisodeCount,
                training.StepCount,
                falls,
                training.SuccessShare,
                Evaluate(training, PolicyView.Ensemble, options),
                Evaluate(training, PolicyView.Explorer, options),
                Evaluate(training, PolicyView.Prediction, options)));
        }

        return (Summarize(arm, seed, points, options), points);
    }

    private static double Evaluate(LockstepTraining training, PolicyView view, CliffWalkingReflectionOptions options)
    {
        using var policy = new AdaMementoPolicyFactory().Create(training.Bundle, view);
        var evaluation = new EvaluationOptions { Episodes = options.EvaluationEpisodes, EnvironmentCount = options.EvaluationEpisodes, Seed = EvaluationSeed };
        return GreedyEvaluation.Run(training.Task.Create, policy, evaluation).Success.Estimate;
    }

    private static ReflectionRun Summarize(string arm, long seed, List<ReflectionPoint> points, CliffWalkingReflectionOptions options)
    {
        var first = points.FindIndex(point => point.Ensemble >= options.Target);
        var last = points[^1];
        return new ReflectionRun(
            arm,
            seed,
            first < 0 ? null : points[first].Episodes,
            first < 0 ? null : points[first].Falls,
            last.Falls,
            last.Episodes,
            last.Ensemble,
            first < 0 ? null : points.Skip(first).Average(point => point.Ensemble >= options.Target ? 1.0 : 0.0));
    }

    private static ReflectionArm Summarize(string arm, ReadOnlySpan<ReflectionRun> runs)
    {
        var (episodes, fallsToTarget, falls, censored) = (new double[runs.Length], new double[runs.Length], new double[runs.Length], 0);
        for (var i = 0; i < runs.Length; i++)
        {
            censored += runs[i].EpisodesToTarget is null ? 1 : 0;
            episodes[i] = runs[i].EpisodesToTarget ?? runs[i].Episodes;
            fallsToTarget[i] = runs[i].FallsToTarget ?? runs[i].Falls;
            falls[i] = runs[i].Falls;
        }

        return new ReflectionArm(
            arm,
            runs.Length,
            censored,
            BootstrapInterval.OfMean(episodes),
            BootstrapInterval.OfMedian(episodes),
            BootstrapInterval.OfMean(fallsToTarget),
            BootstrapInterval.OfMean(falls));
    }
}
