using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using MemoryRL.Core;
using MemoryRL.Grains.Interfaces;
using Microsoft.Extensions.Logging;

namespace MemoryRL.Grains;

/// <summary>
/// Plans a shard's targets in pieces of whole episodes: reads a piece in one turn, evaluates it on the thread pool, and writes it back in
/// another turn, as far as its episodes are still held and no other plan has come. One piece of work on a plan at a time. Used from the shard
/// grain's turns only.
/// </summary>
/// <param name="shard">The shard.</param>
/// <param name="factories">The value functions that the program has.</param>
/// <param name="budget">The process-wide budget of computing threads.</param>
/// <param name="changed">Told when targets were written.</param>
/// <param name="telemetry">The instruments.</param>
/// <param name="logger">The log.</param>
/// <param name="name">The shard's key.</param>
/// <param name="stopping">Ends the work when the host stops.</param>
internal sealed partial class ShardPlanner(
    MemoryShard shard,
    IEnumerable<IValueFunctionFactory> factories,
    LearnerThreadBudget budget,
    Action changed,
    MemoryRLTelemetry telemetry,
    ILogger logger,
    string name,
    CancellationToken stopping)
{
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(stopping);

    /// <summary>Plans what a request asks for.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Ends the work between two pieces.</param>
    /// <returns>What was planned.</returns>
    /// <exception cref="InvalidInputException">The plan is not allowed; nothing was changed.</exception>
    /// <exception cref="MemoryRLException">The value function failed, or a later plan came.</exception>
    public async Task<PlanResult> PlanAsync(PlanRequest request, CancellationToken cancellationToken)
    {
        var asked = PlanMessages.Read(request);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stop.Token);
        var report = new PlanReport();
        try
        {
            var plan = await AdoptAsync(request, asked, ended.Token);
            while (!plan.Work.IsCompleted)
            {
                await EndOfWorkAsync(plan, ended.Token);
            }

            RequireCurrent(plan);
            var through = shard.Arena.LastArrival;

            // A whole plan that was cut short stays whole, however much arrived meanwhile and was planned in place of what was left.
            var arrivals = shard.Arena.SelectForPlanning(plan.Value.Version, asked.Steps is null ? shard.Arena.Steps : plan.StepsLeft);
            var work = WorkAsync(plan, arrivals, report, ended.Token);
            plan.Work = work;
            await work;
            (plan.StepsLeft, plan.PlannedThrough, plan.HasFailed) = (0, through, false);
            changed();
            PlanArrivals();
            return report.ToResult(waitReason: null);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return report.ToResult($"planning waits: {report.Steps} steps planned; {(stopping.IsCancellationRequested ? "the silo stops" : "the shard ends")}");
        }
    }

    /// <summary>Plans the episodes that arrived since the last piece of work, in the background.</summary>
    public void PlanArrivals()
    {
        if (shard.Plan is { HasFailed: false, Work.IsCompleted: true } plan && plan.PlannedThrough < shard.Arena.LastArrival && !_stop.IsCancellationRequested)
        {
            plan.Work = PlanArrivalsAsync(plan);
        }
    }

    /// <summary>Copies the targets of a plan that is done.</summary>
    /// <param name="planner">Who planned.</param>
    /// <param name="version">The plan's version.</param>
    /// <returns>The targets in Safetensors form.</returns>
    /// <exception cref="InvalidInputException">The shard has another plan, or has not done it yet.</exception>
    public byte[] SaveTargets(string planner, long version)
    {
        if (shard.Plan is not { StepsLeft: 0 } plan || plan.Planner != planner || plan.Value.Version != version)
        {
            var has = shard.Plan is { } other ? $"'{other.Planner}', version {other.Value.Version}, with {other.StepsLeft} steps left" : "nobody";
            throw new InvalidInputException("request.planner", $"a plan that the shard has whole (it has that of {has})", $"'{planner}', version {version}");
        }

        var targets = new SafetensorsBuilder();
        shard.Arena.SaveTargets(targets);
        return targets.ToArray();
    }

    /// <summary>Takes targets back, and the plan that the shard had with them.</summary>
    /// <param name="request">The plan.</param>
    /// <param name="targets">What <see cref="SaveTargets"/> gave.</param>
    /// <param name="cancellationToken">Ends the call before anything is changed.</param>
    /// <returns>Completes when samples have them.</returns>
    /// <exception cref="InvalidInputException">The plan is not allowed, or the targets are damaged or of other episodes; nothing was changed.</exception>
    public async Task RestoreTargetsAsync(PlanRequest request, ReadOnlyMemory<byte> targets, CancellationToken cancellationToken)
    {
        var plan = PlanMessages.Read(request);
        (await CreateAsync(plan, cancellationToken))?.Dispose();
        try
        {
            shard.Arena.RestoreTargets(SafetensorsDocument.Parse(targets, "targets"));
        }
        catch (SafetensorsFormatException fault)
        {
            throw new InvalidInputException("request.targets", "the targets of the episodes that the shard holds", fault.Message);
        }

        shard.Plan = new ShardPlan(request.Planner, plan, stepsLeft: 0) { Run = request.Run, PlannedThrough = shard.Arena.LastArrival };
        changed();
    }

    /// <summary>Lets the piece that is under way end, and no other begin.</summary>
    /// <returns>Completes when nothing is under way.</returns>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        if (shard.Plan is { } plan)
        {
            await plan.Work.ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Stops for good, and lets go of the host's stop.</summary>
    /// <returns>Completes when nothing is under way.</returns>
    public async Task EndAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    private static MemoryRLException Superseded(string planner, long version) =>
        new($"Version {version} of the plan of '{planner}' was superseded by another one: a shard has one plan at a time.");

    // Of one run, a version that is not later than the shard's arrives late, and must not undo it.
    private void RequireNotLate(PlanRequest request)
    {
        if (shard.Plan is { } current && current.Planner == request.Planner && current.Run == request.Run && current.Value.Version >= request.Version)
        {
            throw request.Version == current.Value.Version
                ? new InvalidInputException("plan.version", $"a version above {current.Value.Version}, which this run has planned with another value function or other settings,", $"{request.Version}")
                : Superseded(request.Planner, request.Version);
        }
    }

    // A bundle that cannot be read changes nothing: the plan becomes the shard's after it was.
    private async Task<ShardPlan> AdoptAsync(PlanRequest request, ValuePlan asked, CancellationToken cancellationToken)
    {
        if (shard.Plan is not { } same || !same.Is(request.Planner, asked))
        {
            RequireNotLate(request);
            (await CreateAsync(asked, cancellationToken))?.Dispose();
        }

        // Another call may have come meanwhile.
        if (shard.Plan is { } current && current.Is(request.Planner, asked))
        {
            current.Run = request.Run;
            return current;
        }

        RequireNotLate(request);
        var previous = shard.Plan;
        if (previous is null || previous.Planner != request.Planner || previous.Value.Settings != asked.Settings)
        {
            shard.Arena.StartPlanning(asked.Settings);
        }
        else if (previous.Value.Version >= asked.Version)
        {
            // A planner that was taken back to an earlier checkpoint: what it had planned after it never happened.
            shard.Arena.ForgetTargets(asked.Version);
        }

        var adopted = new ShardPlan(request.Planner, asked, asked.Steps ?? shard.Arena.Steps) { Run = request.Run };
        shard.Plan = adopted;
        changed();
        return adopted;
    }

    // A call that comes again, and the background, go on where the other ends.
    private static async Task EndOfWorkAsync(ShardPlan plan, CancellationToken cancellationToken)
    {
        plan.WaitingCalls++;
        await plan.Work.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        plan.WaitingCalls--;
        cancellationToken.ThrowIfCancellationRequested();
    }

    private void RequireCurrent(ShardPlan plan)
    {
        if (!ReferenceEquals(shard.Plan, plan))
        {
            throw Superseded(plan.Planner, plan.Value.Version);
        }
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "The boundary of the background: the fault is logged, and the steps keep the targets that they have.")]
    private async Task PlanArrivalsAsync(ShardPlan plan)
    {
        try
        {
            while (plan.PlannedThrough < shard.Arena.LastArrival && plan.WaitingCalls == 0)
            {
                var through = shard.Arena.LastArrival;
                await WorkAsync(plan, shard.Arena.SelectForPlanning(plan.Value.Version, steps: 0, plan.PlannedThrough), new PlanReport(), _stop.Token);
                plan.PlannedThrough = through;
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The shard ends.
        }
        catch (Exception fault)
        {
            // Said once a plan; a later plan that took its place says nothing.
            if (ReferenceEquals(shard.Plan, plan))
            {
                plan.HasFailed = true;
                LogNotPlanned(logger, fault, name, plan.Value.Version);
            }
        }
    }

    private async Task WorkAsync(ShardPlan plan, IReadOnlyList<long> arrivals, PlanReport report, CancellationToken cancellationToken)
    {
        if (arrivals.Count == 0)
        {
            return;
        }

        using var values = await CreateAsync(plan.Value, cancellationToken);
        var piece = new PlanningPiece();
        for (var next = 0; next < arrivals.Count;)
        {
            ThrowIfStopped();
            cancellationToken.ThrowIfCancellationRequested();
            RequireCurrent(plan);
            next = piece.Read(shard.Arena, arrivals, next);
            var duration = await budget.RunOnPoolAsync(() => Evaluate(piece, plan.Value, values), cancellationToken);
            RequireCurrent(plan);
            var steps = piece.Write(shard.Arena, plan.Value.Version);
            plan.StepsLeft = Math.Max(0, plan.StepsLeft - steps);
            report.Take(piece, duration);
            telemetry.Planned(duration, steps);
            changed();
        }
    }

    // A token that is linked to the stop hears of it later than the stop begins, when another piece may be under way.
    private void ThrowIfStopped()
    {
        if (_stop.IsCancellationRequested)
        {
            throw new OperationCanceledException();
        }
    }

    // Whatever a value function throws, its caller hears as an error that travels.
    private static TimeSpan Evaluate(PlanningPiece piece, ValuePlan plan, IValueFunction? values)
    {
        var startedAt = Stopwatch.GetTimestamp();
        try
        {
            piece.Plan(values, plan.Settings);
            return Stopwatch.GetElapsedTime(startedAt);
        }
        catch (Exception fault)
        {
            throw new MemoryRLException($"The value function of '{plan.Algorithm}' could not plan version {plan.Version}: {fault.GetType().Name}: {fault.Message}");
        }
    }

    private async Task<IValueFunction?> CreateAsync(ValuePlan plan, CancellationToken cancellationToken)
    {
        if (plan.Bundle.IsEmpty)
        {
            return null;
        }

        var factory = factories.FirstOrDefault(candidate => candidate.Algorithm == plan.Algorithm)
            ?? throw new InvalidInputException("plan.algorithm", $"one of {string.Join(", ", factories.Select(known => known.Algorithm).Order(StringComparer.Ordinal))}", $"'{plan.Algorithm}'");
        return await budget.RunOnPoolAsync(() => Create(factory, plan), cancellationToken);
    }

    private static IValueFunction Create(IValueFunctionFactory factory, ValuePlan plan)
    {
        try
        {
            var values = factory.Create(plan.Bundle);
            if (values.HeadCount == 1 || (values.HeadCount > 0 && values.HeadCount % 2 == 0))
            {
                return values;
            }

            values.Dispose();
            throw new InvalidInputException("plan.bundle", "1 or an even number of values of an observation", $"{values.HeadCount}");
        }
        catch (SafetensorsFormatException fault)
        {
            throw new InvalidInputException("plan.bundle", $"a value function of '{plan.Algorithm}'", fault.Message);
        }
    }

    [LoggerMessage(EventId = 1102, EventName = "ArrivalsNotPlanned", Level = LogLevel.Error,
        Message = "Episodes that arrived at shard {ShardKey} could not be planned with version {PlanVersion}; they keep their returns as targets.")]
    private static partial void LogNotPlanned(ILogger logger, Exception fault, string shardKey, long planVersion);
}
