using System.Collections.Immutable;
using MemoryRL.Client;
using MemoryRL.Core;
using MemoryRL.Environments;
using MemoryRL.Grains.Interfaces;
using MemoryRL.Learning;

namespace MemoryRL.Cli;

/// <summary>Evaluates the policies of an offline learner while it trains: one at a time, in their order, beside the training.</summary>
/// <param name="parameters">The run.</param>
/// <param name="task">The task.</param>
/// <param name="terminal">Where a line is written for each.</param>
/// <param name="metrics">Where the figures go.</param>
internal sealed class OfflineCurve(OfflineParameters parameters, EnvironmentEntry task, Terminal terminal, OfflineMetrics metrics)
{
    // The same episodes judge every policy of every seed.
    private const ulong Seed = 0x6EED_4243_0000;

    private ImmutableArray<ResultPoint> _points = [];
    private Task _evaluations = Task.CompletedTask;

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
    /// <param name="updates">Its number of updates.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public void Add(PolicyBundle bundle, long updates, CancellationToken cancellationToken) => _evaluations = EvaluateAsync(_evaluations, bundle, updates, cancellationToken);

    /// <summary>Throws what an evaluation has thrown, so that nobody trains for nothing.</summary>
    /// <returns>Completes at once.</returns>
    public Task CheckAsync() => _evaluations.IsFaulted ? _evaluations : Task.CompletedTask;

    /// <summary>Waits for the evaluations that are under way.</summary>
    /// <returns>The points of all, in order.</returns>
    public async Task<ImmutableArray<ResultPoint>> FinishAsync()
    {
        await _evaluations;
        return _points;
    }

    /// <summary>Waits until nothing is under way, whatever became of it.</summary>
    /// <returns>Completes when no evaluation runs.</returns>
    public async Task EndAsync() => await _evaluations.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private async Task EvaluateAsync(Task before, PolicyBundle bundle, long updates, CancellationToken cancellationToken)
    {
        await before;
        var result = await Task.Run(() => Evaluate(parameters, task, bundle, parameters.EvaluationEpisodes, Seed, cancellationToken), cancellationToken);
        var point = ResultPoint.From(task.Spec, updates, result);
        _points = _points.Add(point);
        metrics.Add(point);
        terminal.WriteLine($"seed {parameters.Seed}: {updates,9:#,0} of {parameters.Updates:#,0} updates  {Describe(point)} over {point.Episodes} episodes");
    }

    // A line of figures has those that the task has.
    private static string Describe(ResultPoint point)
    {
        var score = point.Score is { } points ? $"  score {points:0.0}" : "";
        var success = point.Success is { } share ? $"  success {ReportText.Percent(share)}" : "";
        return $"return {point.Return:#,0.0}{score}{success}";
    }
}
