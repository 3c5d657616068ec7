using System.Collections.Immutable;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using MemoryRL.Core;
using MemoryRL.Grains.Interfaces;
using Microsoft.Extensions.Logging;

namespace MemoryRL.Grains;

/// <summary>
/// One learner. A run trains it between the grain's turns; the grain starts and stops the run, keeps its checkpoint, and goes on with it when
/// it is activated again. While it trains it is not collected.
/// </summary>
[GrainType("memoryrl.learner")]
internal sealed partial class LearnerGrain(
    [PersistentState("learner", GrainStorageNames.Provider)] IPersistentState<GrainDocument> state,
    IEnumerable<ILearnerFactory> factories,
    LearnerThreadBudget budget,
    TimeProvider time,
    MemoryRLTelemetry telemetry,
    ILogger<LearnerGrain> logger) : Grain, ILearnerGrain
{
    private const string Schema = "memoryrl.learner/1";

    // Keeps a training learner's activation alive; any period below the collection age does.
    private static readonly TimeSpan KeepAlivePeriod = TimeSpan.FromSeconds(30);

    private DocumentState _document = null!;
    private LearnerCheckpoint? _checkpoint;
    private LearnerRun? _run;
    private IGrainTimer? _keepAlive;
    private ImmutableDictionary<string, double> _metrics = ImmutableDictionary<string, double>.Empty;
    private string? _failure;

    private string Name => this.GetPrimaryKeyString();

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _document = new DocumentState(state, Schema, Name);
        if (_document.Take() is { } content)
        {
            _checkpoint = LearnerCheckpoint.Load(content);
            if (_checkpoint.IsTraining)
            {
                await ResumeAsync(_checkpoint, content, cancellationToken);
            }
        }
    }

    /// <inheritdoc/>
    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => await RestAsync(isTraining: true);

    /// <inheritdoc/>
    public async Task<LearnerProgress> StartAsync(LearnerSpecMessage spec, CancellationToken cancellationToken)
    {
        LearnerSpecChecks.Check(spec);
        if (_checkpoint?.FindDifference(spec) is { } difference)
        {
            throw difference;
        }

        if (_run is { IsTraining: true })
        {
            return Progress();
        }

        await DropRunAsync();
        var content = _checkpoint is null ? null : await _document.ReadAsync();
        var run = await CreateRunAsync(spec, _checkpoint?.Position, content);
        await BeginAsync(run);
        return Progress();
    }

    /// <inheritdoc/>
    public async Task<LearnerProgress> StopAsync(CancellationToken cancellationToken)
    {
        await RestAsync(isTraining: false);
        if (_checkpoint is { IsTraining: true } && await _document.ReadAsync() is { } content)
        {
            // It failed, so there is no state to save, but it must not start again by itself.
            _checkpoint = _checkpoint with { IsTraining = false };
            _ = await _document.WriteAsync(() => _checkpoint.Rewrite(content));
        }

        // It has stopped, whoever still waits for the answer.
        await GrainFactory.GetLearnerRegistry().RemoveAsync(Name, CancellationToken.None);
        return Progress();
    }

    /// <inheritdoc/>
    public Task<LearnerCopy> CopyAsync(CancellationToken cancellationToken) =>
        (_run ?? throw new InvalidInputException("learner", "one that trains", "one that rests")).CopyAsync().WaitAsync(cancellationToken);

    /// <inheritdoc/>
    public async Task<LearnerProgress> RestoreAsync(LearnerCopy copy, CancellationToken cancellationToken)
    {
        if (_checkpoint is not null)
        {
            throw new InvalidInputException("learner.name", "a learner that was never started", $"'{Name}'");
        }

        var (content, checkpoint) = ReadCopy(copy);
        var run = await CreateRunAsync(checkpoint.Spec, checkpoint.Position, content, isCopy: true);
        try
        {
            await run.RestorePlanAsync(content, cancellationToken);
        }
        catch
        {
            await run.DisposeAsync();
            throw;
        }

        await BeginAsync(run);
        return Progress();
    }

    /// <inheritdoc/>
    public Task<LearnerProgress> GetProgressAsync(CancellationToken cancellationToken) => Task.FromResult(Progress());

    private LearnerProgress Progress()
    {
        var position = _run?.Position ?? _checkpoint?.Position ?? LearnerPosition.Start(0);
        return new LearnerProgress(
            _run is { IsTraining: true },
            position.UpdateCount,
            position.FeedCount,
            position.StepsRead,
            position.PolicyVersion,
            _run?.Metrics ?? _metrics,
            _run?.WaitReason,
            (_run?.Failure ?? _run?.CheckpointFault) is { } fault ? Describe(fault) : _failure);
    }

    private async Task<LearnerRun> CreateRunAsync(LearnerSpecMessage spec, LearnerPosition? position, SafetensorsDocument? content, bool isCopy = false)
    {
        var factory = factories.FirstOrDefault(candidate => candidate.Algorithm == spec.Algorithm)
            ?? throw new InvalidInputException("learner.algorithm", $"one of {string.Join(", ", factories.Select(known => known.Algorithm).Order(StringComparer.Ordinal))}", spec.Algorithm);
        var memory = MemorySpec.FromJson((await GrainFactory.GetMemory(spec.MemoryName).DescribeAsync()).SpecJson);
        LearnerSpecChecks.CheckColumns(factory, memory.Experience);
        var policy = GrainFactory.GetPolicy(spec.PolicyName);
        var versions = await policy.ListVersionsAsync();
        var published = versions.IsEmpty ? 0 : versions[^1];
        var start = position ?? LearnerPosition.Start(memory.ShardCount);
        var settings = new LearnerRunSettings
        {
            Name = Name,
            Spec = spec,
            Factory = factory,
            LearnerSettings = new LearnerSettings(memory.Experience, spec.Seed, spec.Device, spec.Options.ToImmutableSortedDictionary(StringComparer.Ordinal)),
            Feed = new LearnerFeed(GrainFactory, Name, spec.MemoryName, memory, spec.Seed, time, logger),
            Position = start with { PolicyVersion = Math.Max(start.PolicyVersion, published) },
            PublishFirst = position is null || (published == 0 && !isCopy) || start.LacksPublish(spec.PublishPeriod),
            Policy = policy,
            PolicyValues = GrainFactory.GetPolicyValues(spec.PolicyName),
            Checkpoint = run => CheckpointAsync(run, isTraining: true),
            Time = time,
            Telemetry = telemetry,
            Logger = logger,
        };
        return await LearnerRun.CreateAsync(settings, budget, content);
    }

    private static (SafetensorsDocument Content, LearnerCheckpoint Checkpoint) ReadCopy(LearnerCopy copy)
    {
        try
        {
            var content = SafetensorsDocument.Parse(copy.Content.Data, "copy");
            var checkpoint = LearnerCheckpoint.Load(content);
            LearnerSpecChecks.Check(checkpoint.Spec);
            return (content, checkpoint);
        }
        catch (Exception fault) when (fault is SafetensorsFormatException or JsonException)
        {
            throw new InvalidInputException("copy.content", "the copy of a learner", fault.Message);
        }
    }

    private async Task BeginAsync(LearnerRun run)
    {
        try
        {
            // First the name: one too many in the registry means nothing, a missing one would leave the learner asleep after a restart.
            await GrainFactory.GetLearnerRegistry().AddAsync(Name);
            await CheckpointAsync(run, isTraining: true);
        }
        catch
        {
            await run.DisposeAsync();
            throw;
        }

        Attach(run);
    }

    private void Attach(LearnerRun run)
    {
        _run = run;
        _failure = null;
        _keepAlive = this.RegisterGrainTimer(_ => Task.CompletedTask, new GrainTimerCreationOptions(KeepAlivePeriod, KeepAlivePeriod) { KeepAlive = true, Interleave = true });
        run.Begin();
    }

    // An error that passes ends the activation, and the next call, or the wake-up within a minute, tries again.
    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "A learner that cannot resume says so in its progress; its grain must still answer.")]
    private async Task ResumeAsync(LearnerCheckpoint checkpoint, SafetensorsDocument content, CancellationToken cancellationToken)
    {
        try
        {
            var run = await CreateRunAsync(checkpoint.Spec, checkpoint.Position, content);
            if (cancellationToken.IsCancellationRequested)
            {
                // Nobody waits for this activation any more, and another may have taken its place: two must not train.
                await run.DisposeAsync();
                cancellationToken.ThrowIfCancellationRequested();
            }

            Attach(run);
        }
        catch (Exception fault) when (!LearnerRun.IsTransient(fault) && !cancellationToken.IsCancellationRequested)
        {
            _failure = Describe(fault);
            LogNotResumed(logger, fault, Name);
        }
    }

    // A learner that failed keeps its last checkpoint: the update that failed may have left it half-changed.
    private async Task RestAsync(bool isTraining)
    {
        if (_run is not { } run)
        {
            return;
        }

        await run.StopAsync();
        try
        {
            if (run.Failure is null)
            {
                await CheckpointAsync(run, isTraining);
            }
        }
        finally
        {
            await DropRunAsync();
        }
    }

    private async Task DropRunAsync()
    {
        _keepAlive?.Dispose();
        _keepAlive = null;
        if (_run is { } run)
        {
            _run = null;
            _metrics = run.Metrics;
            _failure = run.Failure is { } fault ? Describe(fault) : null;
            await run.DisposeAsync();
        }
    }

    private async Task CheckpointAsync(LearnerRun run, bool isTraining)
    {
        var startedAt = Stopwatch.GetTimestamp();
        using var activity = MemoryRLTelemetry.Source.StartActivity("write checkpoint");
        var content = await run.SaveAsync();
        var checkpoint = new LearnerCheckpoint(run.Spec, isTraining, run.Position);
        checkpoint.Save(content);
        var byteCount = await _document.WriteAsync(() => content);
        _checkpoint = checkpoint;
        telemetry.CheckpointWritten(startedAt);
        LogCheckpointWritten(logger, Name, run.Position.UpdateCount, byteCount);
    }

    private static string Describe(Exception fault) => $"{fault.GetType().Name}: {fault.Message}";

    [LoggerMessage(EventId = 5201, EventName = "CheckpointWritten", Level = LogLevel.Debug,
        Message = "Checkpoint of learner {LearnerName} at update {UpdateCount} was written: {ByteCount} bytes.")]
    private static partial void LogCheckpointWritten(ILogger logger, string learnerName, long updateCount, int byteCount);

    [LoggerMessage(EventId = 5202, EventName = "LearnerNotResumed", Level = LogLevel.Error, Message = "Learner {LearnerName} could not resume from its checkpoint.")]
    private static partial void LogNotResumed(ILogger logger, Exception fault, string learnerName);
}
