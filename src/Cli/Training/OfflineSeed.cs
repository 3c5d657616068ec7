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
    // The same episodes judge every policy of every seed on the way, and others the last one.
    private const ulong CurveSeed = 0x6EED_4243_0000;
    private const ulong FinalSeed = 0x6EED_4243_0001;

    private static readonly TimeSpan CheckpointPeriod = TimeSpan.FromHours(1);
    private static readonly TimeSpan PolicyWait = TimeSpan.FromSeconds(5);

    private readonly OfflineSchedule _schedule = new(parameters.Updates, parameters.Evaluations, parameters.LearnerOptions);
    private readonly Dictionary<long, long> _updates = [];
    private readonly string _name = $"{parameters.Algorithm}-{parameters.Seed}";

    /// <summary>Runs it.</summary>
    /// <param name="memoryName">The memory that holds the data.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The mean return of the last policy over fresh episodes.</returns>
    public async Task<double> RunAsync(string memoryName, CancellationToken cancellationToken)
    {
        _ = Directory.CreateDirectory(folder);
        parameters.Save(folder);
        var bundles = await TrainAsync(memoryName, cancellationToken);
        return await Task.Run(() => Conclude(bundles, cancellationToken), cancellationToken);
    }

    private async Task<List<PolicyBundle>> TrainAsync(string memoryName, CancellationToken cancellationToken)
    {
        var learner = grains.GetLearner(_name);
        var policy = grains.GetPolicy(_name);
        _ = await learner.StartAsync(new LearnerSpecMessage(parameters.Algorithm, memoryName, _name, parameters.Seed, "auto", _schedule.PublishPeriod, CheckpointPeriod, parameters.LearnerOptions.ToImmutableDictionary()), cancellationToken);
        var last = 1L;
        try
        {
            last = await FollowAsync(learner, policy, cancellationToken);
        }
        finally
        {
            _ = await learner.StopAsync(CancellationToken.None);
        }

        var bundles = new List<PolicyBundle>();
        for (var version = 2L; version <= last; version++)
        {
            if (await policy.GetAsync(version, cancellationToken) is { } bundle)
            {
                bundles.Add(bundle);
                await SaveValuesAsync(version, version == last, cancellationToken);
            }
        }

        return bundles;
    }

    // Learners without values publish none.
    private async Task SaveValuesAsync(long version, bool isLast, CancellationToken cancellationToken)
    {
        if (await grains.GetPolicyValues(_name).GetAsync(version, cancellationToken) is { } values)
        {
            _ = Directory.CreateDirectory(Path.Combine(folder, ValueBundleFile.Folder));
            WholeFile.Replace(Path.Combine(folder, ValueBundleFile.Folder, string.Create(CultureInfo.InvariantCulture, $"values-{UpdatesAt(version):000000000}.safetensors")), stream => stream.Write(values.Weights.Data.Span));
            if (isLast)
            {
                WholeFile.Replace(Path.Combine(folder, ValueBundleFile.Last), stream => stream.Write(values.Weights.Data.Span));
            }
        }
    }

    // Up to the version that has all updates: the one foreseen, or, where feedings were cut short, the first that came after the last update was seen.
    private async Task<long> FollowAsync(ILearnerGrain learner, IPolicyGrain policy, CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        var (version, isLast, isAsForeseen, isDone) = (1L, false, true, false);
        while (!isLast)
        {
            var newer = await policy.GetNewerAsync(version, PolicyWait, cancellationToken);
            var progress = await learner.GetProgressAsync(cancellationToken);
            if (progress.Failure is { } failure)
            {
                throw new InvalidOperationException($"The learner failed: {failure}");
            }

            if (newer is not null)
            {
                version = newer.Version;
                isAsForeseen &= progress.UpdateCount >= _schedule.UpdatesAt(version);
                isLast = version >= _schedule.LastVersion && (isAsForeseen || isDone);
                _updates[version] = Math.Min(progress.UpdateCount, _schedule.UpdatesAt(version));
                Report(version, progress, TimeProvider.System.GetElapsedTime(started));
            }

            isDone = progress.UpdateCount >= parameters.Updates;
        }

        return version;
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

    private double Conclude(List<PolicyBundle> bundles, CancellationToken cancellationToken)
    {
        var curve = new List<ResultPoint>();
        foreach (var bundle in bundles)
        {
            var result = Evaluate(bundle, parameters.EvaluationEpisodes, CurveSeed, cancellationToken);
            curve.Add(ResultPoint.From(task.Spec, UpdatesAt(bundle.Version), result));
        }

        var final = Evaluate(bundles[^1], parameters.FinalEpisodes, FinalSeed, cancellationToken);
        SavePolicy(bundles[^1]);
        new RunResult
        {
            Task = parameters.Task,
            Algorithm = parameters.Algorithm,
            Method = parameters.Method,
            Dataset = Path.GetFileNameWithoutExtension(parameters.Dataset),
            Seed = parameters.Seed,
            Updates = parameters.Updates,
            Steps = 0,
            ProgressUnit = "updates",
            IsComplete = true,
            Final = ResultPoint.From(task.Spec, parameters.Updates, final),
            Best = RunResult.BestOf(curve),
            Curve = [.. curve],
        }.Save(folder);
        terminal.WriteLine($"seed {parameters.Seed}: return {final.Return.Estimate:#,0.0} [{final.Return.Low:#,0.0}, {final.Return.High:#,0.0}] over {parameters.FinalEpisodes} fresh episodes");
        return final.Return.Estimate;
    }

    private EvaluationResult Evaluate(PolicyBundle bundle, int episodes, ulong seed, CancellationToken cancellationToken)
    {
        var factory = AlgorithmCatalog.FindPolicies(parameters.Algorithm).PolicyOf(PolicyView.Ensemble);
        var options = new EvaluationOptions { Episodes = episodes, Seed = seed, ThreadCount = parameters.Threads };
        return ParallelEvaluation.Run(task.Create, () => factory.Create(bundle.Weights.Data), options, cancellationToken);
    }

    private void SavePolicy(PolicyBundle bundle) => PolicyFile.Save(Path.Combine(folder, TrainingFiles.Policy), bundle.Weights.Data, parameters.Task);
}
