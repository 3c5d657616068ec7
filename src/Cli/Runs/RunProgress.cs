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
    // Agents wait for the learner and then go on together: over less time, their rate says little.
    private const double RateSeconds = 2;

    private readonly double _secondsBefore = OrZero(before.Last(RunReportColumns.Elapsed));
    private readonly long _stepsBefore = (long)OrZero(before.Last(RunReportColumns.Steps));
    private readonly long _episodesBefore = (long)OrZero(before.Last(RunReportColumns.Episodes));
    private readonly Queue<(double Seconds, Client.RolloutProgress Agents)> _recent = new([default]);

    /// <summary>Reads where the run stands now.</summary>
    /// <returns>The report.</returns>
    /// <exception cref="InvalidOperationException">The learner has failed.</exception>
    public async Task<RunReport> ReadAsync()
    {
        var memory = await work.Memory.GetStatisticsAsync();
        var success = await work.Memory.Success.GetStatisticsAsync();
        var failure = await work.Memory.Failure.GetStatisticsAsync();
        var learner = work.Learner is null ? null : await work.Learner.GetProgressAsync();
        if (learner?.Failure is { } fault)
        {
            throw new InvalidOperationException($"The learner stopped: {fault}");
        }

        var seconds = TimeProvider.System.GetElapsedTime(startedAt).TotalSeconds;
        var agents = work.Progress;
        while (_recent.Count > 1 && _recent.Peek().Seconds < seconds - RateSeconds)
        {
            _recent.Dequeue();
        }

        var since = _recent.Peek();
        _recent.Enqueue((seconds, agents));
        var (steps, advised) = (agents.Steps - since.Agents.Steps, agents.MemoryActions - since.Agents.MemoryActions);
        return new RunReport
        {
            ElapsedSeconds = _secondsBefore + seconds,
            Steps = _stepsBefore + agents.Steps,
            StepsPerSecond = steps / (seconds - since.Seconds),
            Episodes = _episodesBefore + agents.Episodes,
            SuccessRate = agents.WindowSuccess,
            RandomSuccessRate = parameters.RandomSuccess,
            MeanReturn = agents.WindowReturn,
            MeanLength = agents.WindowLength,
            AdviceShare = steps > 0 ? (double)advised / steps : double.NaN,
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
