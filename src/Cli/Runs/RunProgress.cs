using System.Collections.Immutable;
using MemoryRL.Grains.Interfaces;

namespace MemoryRL.Cli;

/// <summary>Reads where a run stands. What happened before a resume counts on.</summary>
/// <param name="parameters">The run.</param>
/// <param name="work">Its work.</param>
/// <param name="before">The rows that were there before; empty for a new run.</param>
/// <param name="startedAt">The timestamp of the program's start.</param>
internal sealed class RunProgress(RunParameters parameters, RunWork work, MetricsTable before, long startedAt)
{
    // The first episodes to finish are the short ones, and those are not like the others.
    private const int LeastEpisodes = 100;

    private readonly double _secondsBefore = OrZero(before.Last(RunReportColumns.Elapsed));
    private readonly long _stepsBefore = (long)OrZero(before.Last(RunReportColumns.Steps));
    private readonly long _episodesBefore = (long)OrZero(before.Last(RunReportColumns.Episodes));
    private readonly StepRate _rate = new();

    /// <summary>Reads where the run stands now.</summary>
    /// <returns>The report.</returns>
    /// <exception cref="InvalidOperationException">The learner has failed.</exception>
    public async Task<RunReport> ReadAsync()
    {
        var memory = await work.Memory.GetStatisticsAsync();
        var success = await work.Memory.Success.GetStatisticsAsync();
        var failure = await work.Memory.Failure.GetStatisticsAsync();
        var learner = work.Learner is null ? null : await work.Learner.GetProgressAsync();
        if (learner is { IsTraining: false, Failure: { } fault })
        {
            throw new InvalidOperationException($"The learner stopped: {fault}");
        }

        var seconds = TimeProvider.System.GetElapsedTime(startedAt).TotalSeconds;
        var agents = work.Progress;
        _rate.Add(seconds, agents.Steps, agents.MemoryActions);
        var hasWindow = agents.WindowEpisodes >= LeastEpisodes;
        return new RunReport
        {
            ElapsedSeconds = _secondsBefore + seconds,
            Steps = _stepsBefore + agents.Steps,
            StepsPerSecond = _rate.StepsPerSecond,
            Episodes = _episodesBefore + agents.Episodes,
            SuccessRate = hasWindow ? agents.WindowSuccess : double.NaN,
            RandomSuccessRate = parameters.RandomSuccess,
            MeanReturn = hasWindow ? agents.WindowReturn : double.NaN,
            MeanLength = hasWindow ? agents.WindowLength : double.NaN,
            AdviceShare = _rate.AdviceShare,
            Memory = Fill(memory),
            Success = Fill(success),
            Failure = Fill(failure),
            Updates = learner?.UpdateCount ?? 0,
            PolicyVersion = agents.PolicyVersion,
            PolicyAgeSeconds = work.PolicyAge?.TotalSeconds ?? double.NaN,
            LearnerMetrics = learner?.Metrics.ToImmutableSortedDictionary(StringComparer.Ordinal) ?? ImmutableSortedDictionary<string, double>.Empty,
            LearnerWaits = learner?.WaitReason,
        };
    }

    private static double OrZero(double value) => double.IsFinite(value) ? value : 0;

    private static StoreFill Fill(MemoryStatistics statistics) => new(statistics.Episodes, statistics.Steps, statistics.CapacitySteps, statistics.AppendedEpisodes);
}
