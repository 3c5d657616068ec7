using System.Globalization;
using MemoryRL.Core;
using MemoryRL.Grains.Interfaces;
using Microsoft.Extensions.Logging;

namespace MemoryRL.Grains;

/// <summary>
/// Has every shard of a memory planned for one run of a learner, trying again what passes, and counts what it took. Used from the learner
/// grain's turns.
/// </summary>
/// <param name="shards">The shards.</param>
/// <param name="learnerName">The learner's name.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The log.</param>
internal sealed partial class LearnerPlanning(IMemoryShardGrain[] shards, string learnerName, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan RetryPeriod = TimeSpan.FromSeconds(1);

    private readonly long _startedAt = time.GetTimestamp();
    private ValuePlan? _plan;
    private TimeSpan _duration;
    private long _steps;
    private (double Target, double Value)? _means;

    /// <summary>Gets the run: samples that name it wait where a shard has another plan than the run asked for last.</summary>
    public Guid Run { get; } = Guid.NewGuid();

    /// <summary>Gets what the planning waits for, or null while nothing is planned.</summary>
    public string? WaitReason { get; private set; }

    /// <summary>
    /// Gets what planning took since the run began: seconds, their share of all time, steps planned; and the means of the targets and values
    /// of the last plan that planned a step, once the run had one. None before the first plan.
    /// </summary>
    public IEnumerable<Metric> Metrics => _plan is null ? [] :
    [
        new Metric("planning/seconds", _duration.TotalSeconds),
        new Metric("planning/share", _duration / time.GetElapsedTime(_startedAt)),
        new Metric("planning/steps", _steps),
        .. _means is { } means ? (Metric[])[new("planning/mean_target", means.Target), new("planning/mean_value", means.Value)] : [],
    ];

    /// <summary>Plans the memory.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="cancellationToken">Ends the planning; planning the same again goes on where it ended.</param>
    /// <returns>Completes when every shard has the plan.</returns>
    public async Task PlanAsync(ValuePlan plan, CancellationToken cancellationToken)
    {
        _plan = plan;
        var startedAt = time.GetTimestamp();
        try
        {
            WaitReason = $"version {plan.Version} of the plan in every shard";
            var requests = await RequestsOfAsync(plan, cancellationToken);
            var planned = await Task.WhenAll(shards.Select((shard, i) => PlanAsync(shard, requests[i], cancellationToken)));
            var steps = planned.Sum(shard => shard.Steps);
            if (steps > 0)
            {
                _steps += steps;
                _means = (planned.Sum(shard => shard.MeanTarget * shard.Steps) / steps, planned.Sum(shard => shard.MeanValue * shard.Steps) / steps);
            }

            LogPlanned(logger, learnerName, plan.Version, steps, time.GetElapsedTime(startedAt).TotalSeconds);
        }
        finally
        {
            WaitReason = null;
            _duration += time.GetElapsedTime(startedAt);
        }
    }

    /// <summary>Plans again what a shard may have lost with its process.</summary>
    /// <param name="cancellationToken">Ends the planning.</param>
    /// <returns>Completes when every shard has the last plan.</returns>
    public Task EnsureAsync(CancellationToken cancellationToken) => _plan is null ? Task.CompletedTask : PlanAsync(_plan, cancellationToken);

    /// <summary>Adds the targets of the last plan, which every shard has, to a file.</summary>
    /// <param name="content">The file.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>Completes when they are there.</returns>
    public async Task SaveAsync(SafetensorsBuilder content, CancellationToken cancellationToken)
    {
        for (var i = 0; _plan is not null && i < shards.Length; i++)
        {
            var targets = (await shards[i].SaveTargetsAsync(learnerName, _plan.Version, cancellationToken)).Data;
            content.Add(TargetsKey(i), ElementType.UInt8, [targets.Length], targets);
        }
    }

    /// <summary>Gives every shard the targets back that it had in another process.</summary>
    /// <param name="plan">The plan that it had.</param>
    /// <param name="content">What <see cref="SaveAsync"/> wrote into.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>Completes when every shard has them.</returns>
    public async Task RestoreAsync(ValuePlan plan, SafetensorsDocument content, CancellationToken cancellationToken)
    {
        _plan = plan;
        var requests = await RequestsOfAsync(plan, cancellationToken);
        await Task.WhenAll(shards.Select((shard, i) =>
            shard.RestoreTargetsAsync(requests[i], new Columns(ColumnsKind.Safetensors, 0, 1, content.Require(TargetsKey(i), ElementType.UInt8, -1).Data), cancellationToken)));
    }

    private static string TargetsKey(int shard) => string.Create(CultureInfo.InvariantCulture, $"memoryrl.targets.{shard}");

    // Each shard plans its part of the steps by what it holds, rounded up, so that targets grow equally old everywhere.
    private async Task<PlanRequest[]> RequestsOfAsync(ValuePlan plan, CancellationToken cancellationToken)
    {
        if (plan.Steps is not { } steps || shards.Length == 1)
        {
            var whole = PlanMessages.Write(learnerName, Run, plan);
            return [.. shards.Select(_ => whole)];
        }

        var held = await Task.WhenAll(shards.Select(shard => AskAsync(() => shard.GetStatisticsAsync(cancellationToken), cancellationToken)));
        var all = Math.Max(1, held.Sum(shard => shard.Steps));
        return [.. held.Select(shard => PlanMessages.Write(learnerName, Run, plan with { Steps = Part(shard.Steps) }))];

        // A number that is not allowed stays so, for the shards to refuse.
        long Part(long shardSteps) => steps < 1 ? steps : Math.Max(1, (long)Math.Ceiling((double)steps * shardSteps / all));
    }

    // What a call planned before it had to end counts too.
    private async Task<PlanResult> PlanAsync(IMemoryShardGrain shard, PlanRequest request, CancellationToken cancellationToken)
    {
        var total = new PlanResult(0, 0, 0, 0, 0, null);
        while (true)
        {
            var result = await AskAsync(() => shard.PlanAsync(request, cancellationToken), cancellationToken);
            total = Add(total, result);
            if (result.WaitReason is null)
            {
                return total;
            }

            WaitReason = result.WaitReason;
            await Task.Delay(RetryPeriod, time, cancellationToken);
        }
    }

    private async Task<T> AskAsync<T>(Func<Task<T>> ask, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await ask();
            }
            catch (Exception fault) when (LearnerRun.IsTransient(fault) && !cancellationToken.IsCancellationRequested)
            {
                WaitReason = $"the memory to answer again: {fault.Message}";
                LogRetry(logger, fault, learnerName);
            }

            await Task.Delay(RetryPeriod, time, cancellationToken);
        }
    }

    private static PlanResult Add(PlanResult total, PlanResult result)
    {
        var steps = total.Steps + result.Steps;
        return steps == 0 ? result : new PlanResult(
            total.Episodes + result.Episodes,
            steps,
            ((total.MeanTarget * total.Steps) + (result.MeanTarget * result.Steps)) / steps,
            ((total.MeanValue * total.Steps) + (result.MeanValue * result.Steps)) / steps,
            total.EvaluationSeconds + result.EvaluationSeconds,
            result.WaitReason);
    }

    [LoggerMessage(EventId = 4007, EventName = "MemoryPlanned", Level = LogLevel.Debug, Message = "Learner {LearnerName} had {StepCount} steps planned with version {PlanVersion} in {Seconds} s.")]
    private static partial void LogPlanned(ILogger logger, string learnerName, long planVersion, long stepCount, double seconds);

    [LoggerMessage(EventId = 4008, EventName = "PlanRetried", Level = LogLevel.Warning, Message = "Learner {LearnerName} will plan again after an error that passes.")]
    private static partial void LogRetry(ILogger logger, Exception fault, string learnerName);
}
