using System.Collections.Immutable;
using MemoryRL.Client;
using MemoryRL.Environments;
using MemoryRL.Grains.Interfaces;
using MemoryRL.Learning;

namespace MemoryRL.Cli;

/// <summary>Evaluates the policies of an offline learner while it trains: one at a time, in their order, beside the training.</summary>
/// <param name="parameters">The run.</param>
/// <param name="task">The task.</param>
/// <param name="terminal">Where a line is written for each.</param>
/// <param name="metrics">Where the figures go.</param>
/// <param name="cancellationToken">Ends the evaluations.</param>
internal sealed class OfflineCurve(OfflineParameters parameters, EnvironmentEntry task, Terminal terminal, OfflineMetrics metrics, CancellationToken cancellationToken)
{
    // The same episodes judge every policy of every seed.
    private const ulong Seed = 0x6EED_4243_0000;

    private readonly Lock _gate = new();
    private readonly List<(OfflineVersion Version, PolicyBundle? Bundle)> _versions = [];
    private Task _evaluations = Task.CompletedTask;

    /// <summary>Gets the evaluations so far, in order.</summary>
    public ImmutableArray<ResultPoint> Points
    {
        get
        {
            lock (_gate)
            {
                return [.. _versions.Select(entry => entry.Version.Point).OfType<ResultPoint>()];
            }
        }
    }

    /// <summary>Evaluates one policy.</summary>
    /// <param name="parameters">The run.</param>
    /// <param name="task">The task.</param>
    /// <param name="bundle">The policy.</param>
    /// <param name="episodes">The number of episodes.</param>
    /// <param name="seed">The seed of the episodes.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>How it did.</returns>
    public static EvaluationResult Evaluate(OfflineParameters parameters, EnvironmentEntry task, PolicyBundle bundle, int episodes, ulong seed, CancellationToken cancellationToken)
    {
        var factory = AlgorithmCatalog.FindPolicies(parameters.Algorithm).PolicyOf(PolicyView.Ensemble);
        var options = new EvaluationOptions { Episodes = episodes, Seed = seed, ThreadCount = parameters.Threads };
        return ParallelEvaluation.Run(task.Create, () => factory.Create(bundle.Weights.Data), options, cancellationToken);
    }

    /// <summary>Has a policy evaluated, after those before it.</summary>
    /// <param name="bundle">The policy.</param>
    public void Add(PolicyBundle bundle)
    {
        int index;
        lock (_gate)
        {
            index = _versions.Count;
            _versions.Add((new OfflineVersion(bundle.Version, bundle.UpdateCount, Point: null), bundle));
            Release(index - 1);
        }

        _evaluations = EvaluateAsync(_evaluations, index, bundle);
    }

    /// <summary>Takes the policies of an earlier sitting in: those that it has evaluated, and those that are evaluated now.</summary>
    /// <param name="state">What it has left.</param>
    /// <returns>The points that it has left.</returns>
    public ImmutableArray<ResultPoint> Restore(OfflineState state)
    {
        foreach (var version in state.Versions)
        {
            var bundle = state.Bundles.FirstOrDefault(bundle => bundle.Version == version.Version);
            if (version.Point is null)
            {
                Add(bundle!);
            }
            else
            {
                lock (_gate)
                {
                    _versions.Add((version, bundle));
                    Release(_versions.Count - 2);
                }
            }
        }

        return [.. state.Versions.Select(version => version.Point).OfType<ResultPoint>()];
    }

    /// <summary>Copies what a later sitting needs.</summary>
    /// <returns>All policies so far, and the bundles of those that are still needed.</returns>
    public (ImmutableArray<OfflineVersion> Versions, ImmutableArray<PolicyBundle> Bundles) Copy()
    {
        lock (_gate)
        {
            return ([.. _versions.Select(entry => entry.Version)], [.. _versions.Select(entry => entry.Bundle).OfType<PolicyBundle>()]);
        }
    }

    /// <summary>Throws what an evaluation has thrown, so that nobody trains for nothing.</summary>
    /// <returns>Completes at once.</returns>
    public Task CheckAsync() => _evaluations.IsFaulted ? _evaluations : Task.CompletedTask;

    /// <summary>Waits for the evaluations that are under way.</summary>
    /// <returns>Completes when all are done.</returns>
    public Task FinishAsync() => _evaluations;

    /// <summary>Waits until nothing is under way, whatever became of it.</summary>
    /// <returns>Completes when no evaluation runs.</returns>
    public async Task EndAsync() => await _evaluations.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private async Task EvaluateAsync(Task before, int index, PolicyBundle bundle)
    {
        await before;
        var result = await Task.Run(() => Evaluate(parameters, task, bundle, parameters.EvaluationEpisodes, Seed, cancellationToken), cancellationToken);
        var point = ResultPoint.From(task.Spec, bundle.UpdateCount, result);
        lock (_gate)
        {
            _versions[index] = (_versions[index].Version with { Point = point }, bundle);
            Release(index);
        }

        metrics.Add(point);
        terminal.WriteLine($"seed {parameters.Seed}: {bundle.UpdateCount,9:#,0} of {parameters.Updates:#,0} updates  {Describe(point)} over {point.Episodes} episodes");
    }

    // A policy that was evaluated is needed no more, unless it is the last so far.
    private void Release(int index)
    {
        if (index >= 0 && index < _versions.Count - 1 && _versions[index].Version.Point is not null)
        {
            _versions[index] = (_versions[index].Version, null);
        }
    }

    // A line of figures has those that the task has.
    private static string Describe(ResultPoint point)
    {
        var score = point.Score is { } points ? $"  score {points:0.0}" : "";
        var success = point.Success is { } share ? $"  success {ReportText.Percent(share)}" : "";
        return $"return {point.Return:#,0.0}{score}{success}";
    }
}
