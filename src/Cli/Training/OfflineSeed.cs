using System.Collections.Immutable;
using System.Globalization;
using MemoryRL.Client;
using MemoryRL.Environments;
using MemoryRL.Grains.Interfaces;
using MemoryRL.Learning;

namespace MemoryRL.Cli;

/// <summary>Trains one offline learner by a learner grain, evaluates its policies and writes the run's folder.</summary>
/// <param name="parameters">The run.</param>
/// <param name="task">The task.</param>
/// <param name="folder">The run's folder, which is made here.</param>
/// <param name="grains">Where the grains are.</param>
/// <param name="terminal">Where to write.</param>
internal sealed class OfflineSeed(OfflineParameters parameters, EnvironmentEntry task, string folder, IGrainFactory grains, Terminal terminal)
{
    // Other episodes judge the last policy than those on the way.
    private const ulong FinalSeed = 0x6EED_4243_0001;

    private static readonly TimeSpan CheckpointPeriod = TimeSpan.FromHours(1);

    // How often metrics are looked at while no policy comes.
    private static readonly TimeSpan LookPeriod = TimeSpan.FromSeconds(1);

    private readonly OfflineSchedule _schedule = new(parameters.Updates, parameters.Evaluations, parameters.LearnerOptions);
    private readonly Dictionary<long, long> _updates = [];
    private readonly Queue<long> _withoutValues = [];
    private readonly string _name = $"{parameters.Algorithm}-{parameters.Seed}";

    /// <summary>Runs it.</summary>
    /// <param name="memoryName">The memory that holds the data.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The mean return of the last policy over fresh episodes.</returns>
    public async Task<double> RunAsync(string memoryName, CancellationToken cancellationToken)
    {
        _ = Directory.CreateDirectory(folder);
        parameters.Save(folder);
        SaveResult([], final: null);
        using var metrics = new OfflineMetrics(folder);
        var curve = new OfflineCurve(parameters, task, terminal, metrics);
        try
        {
            var last = await TrainAsync(memoryName, metrics, curve, cancellationToken);
            var points = await curve.FinishAsync();
            return await Task.Run(() => Conclude(last, points, cancellationToken), cancellationToken);
        }
        finally
        {
            await curve.EndAsync();
        }
    }

    private async Task<PolicyBundle> TrainAsync(string memoryName, OfflineMetrics metrics, OfflineCurve curve, CancellationToken cancellationToken)
    {
        var learner = grains.GetLearner(_name);
        var policy = grains.GetPolicy(_name);
        _ = await learner.StartAsync(new LearnerSpecMessage(parameters.Algorithm, memoryName, _name, parameters.Seed, "auto", _schedule.PublishPeriod, CheckpointPeriod, parameters.LearnerOptions.ToImmutableDictionary()), cancellationToken);
        try
        {
            return await FollowAsync(learner, policy, metrics, curve, cancellationToken);
        }
        finally
        {
            _ = await learner.StopAsync(CancellationToken.None);
            await SaveValuesAsync(CancellationToken.None);
        }
    }

    // Values are published just after their policy; learners without values publish none.
    private async Task SaveValuesAsync(CancellationToken cancellationToken)
    {
        while (_withoutValues.TryPeek(out var version) && await grains.GetPolicyValues(_name).GetAsync(version, cancellationToken) is { } values)
        {
            _ = Directory.CreateDirectory(Path.Combine(folder, ValueBundleFile.Folder));
            WholeFile.Replace(Path.Combine(folder, ValueBundleFile.Folder, string.Create(CultureInfo.InvariantCulture, $"values-{UpdatesAt(version):000000000}.safetensors")), stream => stream.Write(values.Weights.Data.Span));
            WholeFile.Replace(Path.Combine(folder, ValueBundleFile.Last), stream => stream.Write(values.Weights.Data.Span));
            _ = _withoutValues.Dequeue();
        }
    }

    // Up to the version that has all updates: the one foreseen, or, where feedings were cut short, the first that came after the last update was seen.
    private async Task<PolicyBundle> FollowAsync(ILearnerGrain learner, IPolicyGrain policy, OfflineMetrics metrics, OfflineCurve curve, CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        var (version, last, isAsForeseen, isDone, seen) = (1L, default(PolicyBundle), true, false, 0L);
        while (last is null)
        {
            var newer = await policy.GetNewerAsync(version, LookPeriod, cancellationToken);
            var progress = await learner.GetProgressAsync(cancellationToken);
            if (progress.Failure is { } failure)
            {
                throw new InvalidOperationException($"The learner failed: {failure}");
            }

            if (progress.UpdateCount > seen)
            {
                metrics.Add(progress.UpdateCount, progress.Metrics);
                seen = progress.UpdateCount;
            }

            // A quick learner may have published several since the last look, and others of the same weights after the last.
            for (var next = version + 1; next <= newer?.Version && last is null; next++)
            {
                if (await policy.GetAsync(next, cancellationToken) is { } bundle)
                {
                    isAsForeseen &= progress.UpdateCount >= _schedule.UpdatesAt(next);
                    last = next >= _schedule.LastVersion && (isAsForeseen || isDone) ? bundle : null;
                    _updates[next] = Math.Min(progress.UpdateCount, _schedule.UpdatesAt(next));
                    Report(next, progress, TimeProvider.System.GetElapsedTime(started));
                    _withoutValues.Enqueue(next);
                    curve.Add(bundle, UpdatesAt(next), cancellationToken);
                }
            }

            version = newer?.Version ?? version;
            isDone = progress.UpdateCount >= parameters.Updates;
            await SaveValuesAsync(cancellationToken);
            await curve.CheckAsync();
        }

        return last;
    }

    private void Report(long version, LearnerProgress progress, TimeSpan elapsed)
    {
        var done = UpdatesAt(version);
        var losses = string.Join(", ", progress.Metrics.Where(metric => ReportText.IsLoss(metric.Key)).OrderBy(metric => metric.Key, StringComparer.Ordinal).Select(metric => $"{ReportText.LossName(metric.Key)} {metric.Value:g4}"));
        var planning = progress.Metrics.TryGetValue("planning/share", out var share) ? $"  planning {ReportText.Percent(share)}" : "";
        var left = done < parameters.Updates && done > 0 ? $", about {ReportText.Duration(elapsed.TotalSeconds * (parameters.Updates - done) / done)} left" : "";
        terminal.WriteLine($"seed {parameters.Seed}: {done,9:#,0} of {parameters.Updates:#,0} updates  loss {losses}{planning}  {ReportText.Duration(elapsed.TotalSeconds)}{left}");
    }

    private long UpdatesAt(long version) => _updates.TryGetValue(version, out var seen) ? seen : _schedule.UpdatesAt(version);

    private double Conclude(PolicyBundle last, ImmutableArray<ResultPoint> curve, CancellationToken cancellationToken)
    {
        var final = OfflineCurve.Evaluate(parameters, task, last, parameters.FinalEpisodes, FinalSeed, cancellationToken);
        SavePolicy(last);
        SaveResult(curve, ResultPoint.From(task.Spec, parameters.Updates, final));
        terminal.WriteLine($"seed {parameters.Seed}: return {final.Return.Estimate:#,0.0} [{final.Return.Low:#,0.0}, {final.Return.High:#,0.0}] over {parameters.FinalEpisodes} fresh episodes");
        return final.Return.Estimate;
    }

    // A run without its last policy's evaluation is one that has not come to its end.
    private void SaveResult(ImmutableArray<ResultPoint> curve, ResultPoint? final) => new RunResult
    {
        Task = parameters.Task,
        Algorithm = parameters.Algorithm,
        Method = parameters.Method,
        Dataset = Path.GetFileNameWithoutExtension(parameters.Dataset),
        Seed = parameters.Seed,
        Updates = final?.At ?? curve.LastOrDefault()?.At ?? 0,
        Steps = 0,
        ProgressUnit = "updates",
        IsComplete = final is not null,
        Final = final,
        Best = RunResult.BestOf(curve),
        Curve = curve,
    }.Save(folder);

    private void SavePolicy(PolicyBundle bundle) => PolicyFile.Save(Path.Combine(folder, TrainingFiles.Policy), bundle.Weights.Data, parameters.Task);
}
