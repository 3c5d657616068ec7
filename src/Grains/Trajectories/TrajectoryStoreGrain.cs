using System.Runtime.CompilerServices;
using MemoryRL.Core;
using MemoryRL.Grains.Interfaces;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace MemoryRL.Grains;

/// <summary>A memory's success or failure trajectories. Nothing in it waits, so every call is one turn once the store is loaded.</summary>
[Reentrant, KeepAlive, GrainType("memoryrl.trajectory-store")]
internal sealed partial class TrajectoryStoreGrain(
    [PersistentState("trajectories", GrainStorageNames.Provider)] IPersistentState<GrainDocument> state,
    IAppendDurability durability,
    MemoryRLTelemetry telemetry,
    ILogger<TrajectoryStoreGrain> logger) : Grain, ITrajectoryStoreGrain
{
    private const string Schema = "memoryrl.trajectories/1";
    private const string Prefix = "trajectories.";

    private TrajectoryStoreKey _key;
    private MemorySpec _spec = null!;
    private TrajectoryStore? _store;
    private SnapshotWriter? _snapshots;
    private SharedLoad<TrajectoryStore> _load = null!;

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _key = TrajectoryStoreKey.Parse(this.GetPrimaryKeyString());
        _load = new SharedLoad<TrajectoryStore>(LoadAsync);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (_snapshots is not null)
        {
            await _snapshots.WriteAsync();
        }
    }

    /// <inheritdoc/>
    public async Task<AppendResult> AppendAsync(AppendRequest request, CancellationToken cancellationToken)
    {
        var store = _store ?? await _load.GetAsync();
        var episodes = EpisodeMessages.Read(_spec, request);
        var appended = store.Append(episodes);
        telemetry.TrajectoriesOffered(_key.Outcome, episodes.Length);
        if (appended.Stored > 0)
        {
            _snapshots?.Change();
        }

        await durability.StoredAsync(episodes);
        return new AppendResult(appended.Stored, appended.Duplicates, null);
    }

    /// <inheritdoc/>
    public async Task<SampleResult> SampleAsync(SampleRequest request, CancellationToken cancellationToken)
    {
        var store = _store ?? await _load.GetAsync();
        SampleRequests.Check(request, mostLength: 1, hasTargets: false);
        var random = new RandomStream(request.Seed);
        var batch = new TransitionBatch(store.Spec, store.Steps == 0 ? 0 : request.Count);
        store.SampleTransitions(ref random, batch);
        return new SampleResult(new Columns(ColumnsKind.Transitions, store.Spec.Fingerprint, batch.Count, batch.Data), null);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<EpisodeMessage> EnumerateAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var store = _store ?? await _load.GetAsync();
        foreach (var trajectory in store.ListBestFirst())
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return EpisodeMessages.Write(trajectory.Trajectory);
        }
    }

    /// <inheritdoc/>
    public async Task<MemoryStatistics> GetStatisticsAsync(CancellationToken cancellationToken)
    {
        var store = _store ?? await _load.GetAsync();
        return StatisticsMessages.Write(store.Statistics);
    }

    /// <inheritdoc/>
    public async Task SnapshotAsync(CancellationToken cancellationToken)
    {
        _ = _store ?? await _load.GetAsync();
        if (_snapshots is not null)
        {
            await _snapshots.WriteAsync();
        }
    }

    /// <inheritdoc/>
    public async Task DeleteAsync(CancellationToken cancellationToken)
    {
        _ = _store ?? await _load.GetAsync();
        if (_snapshots is not null)
        {
            await _snapshots.DeleteAsync();
        }

        // What it holds goes with the activation.
        DeactivateOnIdle();
    }

    private async Task<TrajectoryStore> LoadAsync()
    {
        _spec = MemorySpec.FromJson((await GrainFactory.GetMemory(_key.MemoryName).DescribeAsync()).SpecJson);
        var store = new TrajectoryStore(_spec.Experience, _key.Outcome, _spec.TrajectoryCapacitySteps, _spec.FailureTailSteps);
        if (_spec.Durability == Durability.Snapshot)
        {
            var document = new DocumentState(state, Schema, _key.ToString());
            if (document.Restore(content => store.Restore(content, Prefix)))
            {
                LogRestored(logger, _key.ToString(), store.Trajectories, store.Steps);
            }

            _snapshots = new SnapshotWriter(document, () => Save(store), telemetry, logger, _key.ToString());
            _ = this.RegisterGrainTimer(_ => _snapshots.WriteAsync(), new GrainTimerCreationOptions(_spec.SnapshotPeriod, _spec.SnapshotPeriod) { Interleave = true });
        }

        _store = store;
        return store;
    }

    private static SafetensorsBuilder Save(TrajectoryStore store)
    {
        var content = new SafetensorsBuilder();
        store.Save(content, Prefix);
        return content;
    }

    [LoggerMessage(EventId = 2001, EventName = "TrajectoriesRestored", Level = LogLevel.Information,
        Message = "Trajectory store {StoreKey} was restored: {TrajectoryCount} trajectories of {StepCount} steps.")]
    private static partial void LogRestored(ILogger logger, string storeKey, int trajectoryCount, long stepCount);
}
