using System.Collections.Immutable;
using System.Globalization;
using MemoryRL.Grains.Interfaces;

namespace MemoryRL.Cli;

/// <summary>Follows the learner of one seed from its start, or from where it stopped, to the version that has all updates; keeps what it goes on from.</summary>
/// <param name="parameters">The run.</param>
/// <param name="folder">The seed's folder.</param>
/// <param name="grains">Where the grains are.</param>
/// <param name="terminal">Where to write.</param>
/// <param name="metrics">Where the learner's metrics go.</param>
/// <param name="curve">What evaluates the versions; those of the state are in it.</param>
/// <param name="state">What to go on from; null for a new training.</param>
internal sealed class OfflineTraining(OfflineParameters parameters, string folder, IGrainFactory grains, Terminal terminal, OfflineMetrics metrics, OfflineCurve curve, OfflineState? state)
{
    // The grain's own checkpoints lie in this process, and nobody reads them.
    private static readonly TimeSpan CheckpointPeriod = TimeSpan.FromHours(1);

    // How often metrics are looked at while no policy comes.
    private static readonly TimeSpan LookPeriod = TimeSpan.FromSeconds(1);

    // How long nothing may be said of how it goes.
    private static readonly TimeSpan ReportPeriod = TimeSpan.FromSeconds(10);

    private readonly Queue<(long Version, long Updates)> _withoutValues = [];
    private readonly OfflineSchedule _schedule = new(parameters.Updates, parameters.Evaluations, parameters.LearnerOptions);
    private readonly string _name = $"{parameters.Algorithm}-{parameters.Seed}";
    private readonly long _startedAt = TimeProvider.System.GetTimestamp();
    private long _reportedAt = TimeProvider.System.GetTimestamp();
    private long _version = state is null ? OfflineSchedule.FirstVersion : Math.Max(OfflineSchedule.FirstVersion, state.PolicyVersion);
    private long _updatesSeen = state?.Updates ?? 0;
    private PolicyBundle? _last = state is { IsTrained: true } ? state.Bundles[^1] : null;

    private ILearnerGrain Learner => grains.GetLearner(_name);

    /// <summary>Trains.</summary>
    /// <param name="memoryName">The memory that holds the data.</param>
    /// <param name="cancellationToken">Stops in order: what the training goes on from is kept.</param>
    /// <returns>The last policy.</returns>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public async Task<PolicyBundle> RunAsync(string memoryName, CancellationToken cancellationToken)
    {
        if (_last is not null)
        {
            return _last;
        }

        var spec = new LearnerSpecMessage(parameters.Algorithm, memoryName, _name, parameters.Seed, "auto", _schedule.PublishPeriod, CheckpointPeriod, parameters.LearnerOptions.ToImmutableDictionary());
        _ = state?.Learner is { } copy ? await Learner.RestoreAsync(copy, cancellationToken) : await Learner.StartAsync(spec, cancellationToken);
        try
        {
            return await FollowAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested && _last is null)
        {
            await KeepAsync(CancellationToken.None);
            throw;
        }
        finally
        {
            await EndAsync();
        }
    }

    private async Task<PolicyBundle> FollowAsync(CancellationToken cancellationToken)
    {
        while (_last is null)
        {
            var newer = await grains.GetPolicy(_name).GetNewerAsync(_version, LookPeriod, cancellationToken);
            var progress = await LookAsync(cancellationToken);
            if (newer is not null && await TakeAsync(newer.Version, progress, cancellationToken) && _last is null)
            {
                await KeepAsync(cancellationToken);
            }

            if (_last is null && TimeProvider.System.GetElapsedTime(_reportedAt) >= ReportPeriod)
            {
                Report(progress.UpdateCount, progress);
            }

            await SaveValuesAsync(cancellationToken);
            await curve.CheckAsync();
        }

        return _last;
    }

    private async Task<LearnerProgress> LookAsync(CancellationToken cancellationToken)
    {
        var progress = await Learner.GetProgressAsync(cancellationToken);
        if (progress is { IsTraining: false, Failure: { } failure })
        {
            throw new InvalidOperationException($"The learner failed: {failure}");
        }

        if (progress.UpdateCount > _updatesSeen)
        {
            metrics.Add(progress.UpdateCount, progress.Metrics);
            _updatesSeen = progress.UpdateCount;
        }

        return progress;
    }

    // A quick learner may have published several since the last look. Says whether one of them is evaluated.
    private async Task<bool> TakeAsync(long through, LearnerProgress progress, CancellationToken cancellationToken)
    {
        var isAny = false;
        while (_version < through && _last is null)
        {
            var next = _version + 1;
            if (await grains.GetPolicy(_name).GetAsync(next, cancellationToken) is { } bundle)
            {
                _last = bundle.UpdateCount >= parameters.Updates ? bundle : null;
                if (_last is not null || _schedule.KeepsValues(next))
                {
                    _withoutValues.Enqueue((next, bundle.UpdateCount));
                }

                if (_last is not null || _schedule.IsEvaluated(next))
                {
                    Report(bundle.UpdateCount, progress);
                    curve.Add(bundle);
                    isAny = true;
                }
            }

            _version = next;
        }

        return isAny;
    }

    // A copy is of one moment between two updates: all versions up to it are in the curve before it is kept.
    private async Task KeepAsync(CancellationToken cancellationToken)
    {
        var copy = await Learner.CopyAsync(cancellationToken);
        _ = await TakeAsync(copy.PolicyVersion, await LookAsync(cancellationToken), cancellationToken);
        await SaveValuesAsync(cancellationToken);
        if (_last is null)
        {
            SaveState(copy);
        }
    }

    // Once the last values are published too, the learner is needed no more.
    private async Task EndAsync()
    {
        _ = await Learner.StopAsync(CancellationToken.None);
        await SaveValuesAsync(CancellationToken.None);
        if (_last is not null)
        {
            SaveState(copy: null);
        }
    }

    private void SaveState(LearnerCopy? copy)
    {
        var (versions, bundles) = curve.Copy();
        new OfflineState
        {
            Updates = copy?.UpdateCount ?? parameters.Updates,
            PolicyVersion = copy?.PolicyVersion ?? _version,
            IsTrained = copy is null,
            Versions = versions,
            Learner = copy,
            Bundles = bundles,
        }.Save(folder);
    }

    // Values are published just after their policy; learners without values publish none. Those that never came, while later ones did, are given up.
    private async Task SaveValuesAsync(CancellationToken cancellationToken)
    {
        var newest = await grains.GetPolicyValues(_name).GetNewerAsync(0, TimeSpan.Zero, cancellationToken);
        while (_withoutValues.TryPeek(out var lost) && newest?.Version > lost.Version && await grains.GetPolicyValues(_name).GetAsync(lost.Version, cancellationToken) is null)
        {
            _ = _withoutValues.Dequeue();
        }

        while (_withoutValues.TryPeek(out var next) && await grains.GetPolicyValues(_name).GetAsync(next.Version, cancellationToken) is { } values)
        {
            _ = Directory.CreateDirectory(Path.Combine(folder, ValueBundleFile.Folder));
            WholeFile.Replace(Path.Combine(folder, ValueBundleFile.Folder, string.Create(CultureInfo.InvariantCulture, $"values-{next.Updates:000000000}.safetensors")), stream => stream.Write(values.Weights.Data.Span));
            WholeFile.Replace(Path.Combine(folder, ValueBundleFile.Last), stream => stream.Write(values.Weights.Data.Span));
            _ = _withoutValues.Dequeue();
        }
    }

    private void Report(long updates, LearnerProgress progress)
    {
        _reportedAt = TimeProvider.System.GetTimestamp();
        var elapsed = TimeProvider.System.GetElapsedTime(_startedAt, _reportedAt).TotalSeconds;
        var losses = string.Join(", ", progress.Metrics.Where(metric => ReportText.IsLoss(metric.Key)).OrderBy(metric => metric.Key, StringComparer.Ordinal).Select(metric => $"{ReportText.LossName(metric.Key)} {metric.Value:g4}"));
        var planning = progress.Metrics.TryGetValue("planning/share", out var share) ? $"  planning {ReportText.Percent(share)}" : "";
        var done = updates - (state?.Updates ?? 0);
        var left = updates < parameters.Updates && done > 0 ? $", about {ReportText.Duration(elapsed * (parameters.Updates - updates) / done)} left" : "";
        terminal.WriteLine($"seed {parameters.Seed}: {updates,9:#,0} of {parameters.Updates:#,0} updates  loss {losses}{planning}  {ReportText.Duration(elapsed)}{left}");
    }
}
