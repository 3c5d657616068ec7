using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using MemoryRL.Core;
using MemoryRL.Grains.Interfaces;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace MemoryRL.Grains;

/// <summary>
/// One part of a memory: arena, limiter, planned targets, snapshots. Calls interleave only where they wait; every change happens within one turn. What is
/// acknowledged is what the memory's durability says.
/// </summary>
[Reentrant, KeepAlive, GrainType("memoryrl.memory-shard")]
internal sealed partial class MemoryShardGrain(
    [PersistentState("shard", GrainStorageNames.Provider)] IPersistentState<GrainDocument> state,
    IAppendDurability durability,
    IEnumerable<IValueFunctionFactory> valueFunctions,
    LearnerThreadBudget budget,
    WaitLimit waits,
    TimeProvider time,
    MemoryRLTelemetry telemetry,
    ILogger<MemoryShardGrain> logger) : Grain, IMemoryShardGrain
{
    private const string Schema = "memoryrl.shard/1";
    private const int LongestSequence = 100_000;

    private readonly ChangeSignal _changed = new(time, waits.Stopping);
    private MemoryShardKey _key;
    private MemoryShard? _shard;
    private SnapshotWriter? _snapshots;
    private ShardPlanner? _planner;
    private SharedLoad<MemoryShard> _load = null!;

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _key = MemoryShardKey.Parse(this.GetPrimaryKeyString());
        _load = new SharedLoad<MemoryShard>(LoadAsync);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (_planner is not null)
        {
            await _planner.EndAsync();
        }

        if (_snapshots is not null)
        {
            await _snapshots.WriteAsync();
        }
    }

    /// <inheritdoc/>
    public async Task<AppendResult> AppendAsync(AppendRequest request, CancellationToken cancellationToken)
    {
        var shard = _shard ?? await _load.GetAsync();
        var startedAt = Stopwatch.GetTimestamp();
        var deadline = _changed.DeadlineAfter(waits.Bound(request.MaxWait));
        AgentEpisode[] episodes;
        try
        {
            episodes = EpisodeMessages.Read(shard.Spec, request);
        }
        catch (Exception fault)
        {
            telemetry.AppendFailed(startedAt, fault);
            throw;
        }

        while (shard.Limiter.WaitReason(shard.CountNewSteps(episodes)) is { } reason)
        {
            if (!await _changed.WaitAsync(deadline, cancellationToken))
            {
                return new AppendResult(0, 0, _changed.Explain(reason));
            }

            startedAt = Stopwatch.GetTimestamp();
        }

        var result = Append(shard, episodes, startedAt);
        await durability.StoredAsync(episodes);
        return result;
    }

    /// <inheritdoc/>
    public async Task<SampleResult> SampleAsync(SampleRequest request, CancellationToken cancellationToken)
    {
        var shard = _shard ?? await _load.GetAsync();
        SampleRequests.Check(request, LongestSequence, hasTargets: true);
        var deadline = _changed.DeadlineAfter(waits.Bound(request.MaxWait));
        while (shard.SampleWaitReason(request) is { } reason)
        {
            if (!await _changed.WaitAsync(deadline, cancellationToken))
            {
                telemetry.SampleWaited();
                return new SampleResult(null, _changed.Explain(reason));
            }
        }

        shard.RequireTargetsOf(request.TargetsOf);
        var startedAt = Stopwatch.GetTimestamp();
        var random = new RandomStream(request.Seed);
        var batch = request.TargetsOf is not null ? SamplePlanned(shard.Arena, ref random, request.Count)
            : request.SequenceLength == 1 ? SampleTransitions(shard.Arena, ref random, request.Count)
            : SampleSequences(shard.Arena, ref random, request);
        telemetry.Sampled(startedAt);
        return new SampleResult(batch, null);
    }

    /// <inheritdoc/>
    public async Task<ReadResult> ReadAsync(ReadRequest request, CancellationToken cancellationToken)
    {
        var shard = _shard ?? await _load.GetAsync();
        Check(request);
        var deadline = _changed.DeadlineAfter(waits.Bound(request.MaxWait));

        // A cursor of a time before the shard was emptied or restored from an older snapshot: go on with what arrives now.
        var cursor = Math.Min(request.Cursor, shard.Arena.LastArrival);
        if (shard.Limiter.Advance(cursor))
        {
            Changed();
        }

        if (!shard.CanRead(cursor, request.MinSteps) && !await WaitForStepsAsync(shard, cursor, request.MinSteps, deadline, cancellationToken))
        {
            return new ReadResult([], cursor, 0, _changed.Explain($"reading waits: {shard.Arena.StepsAfter(cursor)} of {request.MinSteps} fresh steps arrived"));
        }

        var read = shard.Arena.ReadAfter(cursor, request.MaxSteps);
        return new ReadResult(EpisodeMessages.Write(read.Episodes.AsSpan()), read.NextCursor, read.MissedEpisodes, null);
    }

    /// <inheritdoc/>
    public async Task<PlanResult> PlanAsync(PlanRequest request, CancellationToken cancellationToken)
    {
        _ = _shard ?? await _load.GetAsync();
        return await _planner!.PlanAsync(request, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<Columns> SaveTargetsAsync(string planner, long version, CancellationToken cancellationToken)
    {
        _ = _shard ?? await _load.GetAsync();
        return new Columns(ColumnsKind.Safetensors, 0, 1, _planner!.SaveTargets(planner, version));
    }

    /// <inheritdoc/>
    public async Task RestoreTargetsAsync(PlanRequest plan, Columns targets, CancellationToken cancellationToken)
    {
        _ = _shard ?? await _load.GetAsync();
        await _planner!.RestoreTargetsAsync(plan, targets.Data, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<MemoryStatistics> GetStatisticsAsync(CancellationToken cancellationToken)
    {
        var shard = _shard ?? await _load.GetAsync();
        return StatisticsMessages.Write(shard.Arena.Statistics);
    }

    /// <inheritdoc/>
    public async Task SnapshotAsync(CancellationToken cancellationToken)
    {
        _ = _shard ?? await _load.GetAsync();
        if (_snapshots is not null)
        {
            await _snapshots.WriteAsync();
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<EpisodeMessage> EnumerateAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var shard = _shard ?? await _load.GetAsync();
        for (var cursor = 0L; cursor < shard.Arena.LastArrival;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var read = shard.Arena.ReadAfter(cursor, maxSteps: 1);
            cursor = read.NextCursor;
            foreach (var message in EpisodeMessages.Write(read.Episodes.AsSpan()))
            {
                yield return message;
            }
        }
    }

    /// <inheritdoc/>
    public async Task DeleteAsync(CancellationToken cancellationToken)
    {
        _ = _shard ?? await _load.GetAsync();
        await _planner!.StopAsync();
        if (_snapshots is not null)
        {
            await _snapshots.DeleteAsync();
        }

        // What it holds goes with the activation.
        DeactivateOnIdle();
    }

    private static Columns SampleTransitions(StepArena arena, ref RandomStream random, int count)
    {
        var batch = new TransitionBatch(arena.Spec, count);
        arena.SampleTransitions(ref random, batch);
        return new Columns(ColumnsKind.Transitions, arena.Spec.Fingerprint, count, batch.Data);
    }

    private static Columns SamplePlanned(StepArena arena, ref RandomStream random, int count)
    {
        var batch = new PlannedBatch(arena.Spec, count);
        arena.SampleTransitions(ref random, batch);
        return new Columns(ColumnsKind.PlannedTransitions, arena.Spec.Fingerprint, count, batch.Data);
    }

    private static Columns SampleSequences(StepArena arena, ref RandomStream random, SampleRequest request)
    {
        var batch = new SequenceBatch(arena.Spec, request.Count, request.SequenceLength);
        arena.SampleSequences(ref random, batch);
        return new Columns(ColumnsKind.Sequences, arena.Spec.Fingerprint, request.Count, batch.Data);
    }

    private static void Check(ReadRequest request)
    {
        Require(request.Cursor >= 0, "request.cursor", "0 or more", request.Cursor);
        Require(request.MinSteps >= 0, "request.min_steps", "0 or more steps", request.MinSteps);
        Require(request.MaxSteps >= 1, "request.max_steps", "1 or more steps", request.MaxSteps);

        static void Require(bool condition, string field, string expected, long actual)
        {
            if (!condition)
            {
                throw new InvalidInputException(field, expected, actual.ToString(CultureInfo.InvariantCulture));
            }
        }
    }

    private AppendResult Append(MemoryShard shard, AgentEpisode[] episodes, long startedAt)
    {
        var before = shard.Arena.Statistics;
        var appended = shard.Arena.Append(episodes);
        if (appended.Stored > 0)
        {
            var after = shard.Arena.Statistics;
            telemetry.Appended(startedAt, after.AppendedSteps - before.AppendedSteps, after.EvictedEpisodes - before.EvictedEpisodes);
            Changed();
            _planner!.PlanArrivals();
        }

        return new AppendResult(appended.Stored, appended.Duplicates, null);
    }

    private void Changed()
    {
        _snapshots?.Change();
        _changed.Pulse();
    }

    private async ValueTask<bool> WaitForStepsAsync(MemoryShard shard, long cursor, int steps, long deadline, CancellationToken cancellationToken)
    {
        // Appends that the limiter holds back may come in as far as this reader needs them.
        shard.Limiter.BeginWait(steps);
        _changed.Pulse();
        try
        {
            do
            {
                if (!await _changed.WaitAsync(deadline, cancellationToken))
                {
                    return false;
                }
            }
            while (!shard.CanRead(cursor, steps));
            return true;
        }
        finally
        {
            shard.Limiter.EndWait(steps);
        }
    }

    private async Task<MemoryShard> LoadAsync()
    {
        var spec = MemorySpec.FromJson((await GrainFactory.GetMemory(_key.MemoryName).DescribeAsync()).SpecJson);
        if (_key.Shard >= spec.ShardCount)
        {
            throw new InvalidInputException("memory.shard", $"0 to {spec.ShardCount - 1}", _key.Shard.ToString(CultureInfo.InvariantCulture));
        }

        var shard = new MemoryShard(spec);
        if (spec.Durability == Durability.Snapshot)
        {
            var document = new DocumentState(state, Schema, _key.ToString());
            if (document.Restore(shard.Restore))
            {
                LogRestored(logger, _key.ToString(), shard.Arena.Episodes, shard.Arena.Steps);
            }

            _snapshots = new SnapshotWriter(document, shard.Save, telemetry, logger, _key.ToString());
            _ = this.RegisterGrainTimer(_ => _snapshots.WriteAsync(), new GrainTimerCreationOptions(spec.SnapshotPeriod, spec.SnapshotPeriod) { Interleave = true });
        }

        _planner = new ShardPlanner(shard, valueFunctions, budget, Changed, telemetry, logger, _key.ToString(), waits.Stopping);
        _shard = shard;
        return shard;
    }

    [LoggerMessage(EventId = 1101, EventName = "ShardRestored", Level = LogLevel.Information, Message = "Shard {ShardKey} was restored: {EpisodeCount} episodes of {StepCount} steps.")]
    private static partial void LogRestored(ILogger logger, string shardKey, int episodeCount, long stepCount);
}
