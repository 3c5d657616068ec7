using System.Collections.Immutable;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using MemoryRL.Core;
using MemoryRL.Grains.Interfaces;
using Microsoft.Extensions.Logging;
using Orleans.Storage;

namespace MemoryRL.Grains;

/// <summary>
/// One run of a learner from its start to its stop: feeds it batch after batch on its own thread, fetches the next batch while it trains, has
/// the memory planned whenever the learner has a new plan, and publishes and checkpoints between updates. All but the learner's own code runs in the turns of the learner's grain.
/// </summary>
internal sealed partial class LearnerRun : IAsyncDisposable
{
    private static readonly TimeSpan RetryPeriod = TimeSpan.FromSeconds(1);

    // How long a learner that has nothing left to learn is not fed.
    private static readonly TimeSpan RestPeriod = TimeSpan.FromSeconds(1);

    private readonly LearnerRunSettings _settings;
    private readonly LearnerThread _thread;
    private readonly ILearner _learner;
    private readonly CancellationTokenSource _stop = new();
    private CancellationTokenSource _fetchStop = new();
    private DataRequest _request;
    private ValuePlan? _plan;
    private Task _loop = Task.CompletedTask;
    private TaskCompletionSource<LearnerCopy>? _copy;
    private TaskCompletionSource _rest = new();
    private string? _retryReason;
    private bool _isFetching;

    private LearnerRun(LearnerRunSettings settings, LearnerThread thread, ILearner learner, Wishes wishes)
    {
        _settings = settings;
        _thread = thread;
        _learner = learner;
        _request = wishes.Request;
        _plan = wishes.Plan;
        Position = settings.Position with { UpdateCount = wishes.UpdateCount };
    }

    /// <summary>Gets what the learner is.</summary>
    public LearnerSpecMessage Spec => _settings.Spec;

    /// <summary>Gets how far the learner has come.</summary>
    public LearnerPosition Position { get; private set; }

    /// <summary>Gets the last metrics by name.</summary>
    public ImmutableDictionary<string, double> Metrics { get; private set; } = ImmutableDictionary<string, double>.Empty;

    /// <summary>Gets what stopped the run before it was asked to stop, or null.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Gets why the last checkpoint of the run could not be written, or null.</summary>
    public Exception? CheckpointFault { get; private set; }

    /// <summary>Gets whether the run goes on.</summary>
    public bool IsTraining => !_loop.IsCompleted;

    /// <summary>Gets what the run waits for, or null while the learner trains.</summary>
    public string? WaitReason => !IsTraining ? null : _retryReason ?? _settings.Feed.Planning.WaitReason ?? (_isFetching ? _settings.Feed.WaitReason : null);

    private ILogger Log => _settings.Logger;

    /// <summary>Makes the learner on its thread, from its checkpoint if there is one. It rests until <see cref="Begin"/>.</summary>
    /// <param name="settings">What the run is made from.</param>
    /// <param name="budget">The process-wide budget.</param>
    /// <param name="checkpoint">The file that holds the learner's state, or null for a new learner.</param>
    /// <returns>The run.</returns>
    public static async Task<LearnerRun> CreateAsync(LearnerRunSettings settings, LearnerThreadBudget budget, SafetensorsDocument? checkpoint)
    {
        var thread = new LearnerThread(settings.Name, budget);
        try
        {
            var (learner, wishes) = await thread.RunAsync(() => Create(settings, checkpoint));
            return new LearnerRun(settings, thread, learner, wishes);
        }
        catch
        {
            await thread.EndAsync();
            throw;
        }
    }

    /// <summary>Starts to feed the learner.</summary>
    public void Begin() => _loop = RunAsync();

    /// <summary>Lets the update that is under way end, and no other begin.</summary>
    /// <returns>Completes when the learner rests.</returns>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _loop;
    }

    /// <summary>Adds the learner's state to a file. The run must have stopped, or be between two updates.</summary>
    /// <returns>The file.</returns>
    public Task<SafetensorsBuilder> SaveAsync() => _thread.RunAsync(() =>
    {
        var content = new SafetensorsBuilder();
        _learner.Save(content);
        return content;
    });

    /// <summary>Copies the learner between two updates, with the targets that its memory has planned for it.</summary>
    /// <returns>The copy, once an update has ended; an error where the run ends before.</returns>
    public Task<LearnerCopy> CopyAsync()
    {
        if (!IsTraining)
        {
            throw Failure is null ? new InvalidInputException("learner", "one that trains", "one that rests") : NotCopied();
        }

        _copy ??= new TaskCompletionSource<LearnerCopy>(TaskCreationOptions.RunContinuationsAsynchronously);
        _ = _rest.TrySetResult();
        return _copy.Task;
    }

    /// <summary>Gives the memory the targets back that a copy holds, before <see cref="Begin"/>.</summary>
    /// <param name="content">The copy, which the learner was made from.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>Completes when the memory has them.</returns>
    public Task RestorePlanAsync(SafetensorsDocument content, CancellationToken cancellationToken) =>
        _plan is null ? Task.CompletedTask : _settings.Feed.Planning.RestoreAsync(_plan, content, cancellationToken);

    /// <summary>Gives the learner and its thread back, after <see cref="StopAsync"/>.</summary>
    /// <returns>Completes when the thread has ended.</returns>
    public async ValueTask DisposeAsync()
    {
        _ = await _thread.RunAsync(() =>
        {
            _learner.Dispose();
            return true;
        });
        await _thread.EndAsync();
        _fetchStop.Dispose();
        _stop.Dispose();
    }

    private static (ILearner Learner, Wishes Wishes) Create(LearnerRunSettings settings, SafetensorsDocument? checkpoint)
    {
        var learner = settings.Factory.Create(settings.LearnerSettings);
        try
        {
            if (checkpoint is not null)
            {
                learner.Load(checkpoint);
            }

            return (learner, Wishes.Of(learner));
        }
        catch
        {
            learner.Dispose();
            throw;
        }
    }

    private MemoryRLException NotCopied() => new($"Learner '{_settings.Name}' stopped before it could be copied{(Failure is { } fault ? $": {fault.Message}" : ".")}");

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "The boundary of the loop: the failure is logged and reported as progress.")]
    private async Task RunAsync()
    {
        LogStarted(Log, _settings.Name, Spec.Algorithm, Position.UpdateCount, Position.FeedCount);
        try
        {
            if (_settings.PublishFirst)
            {
                // Agents act with the learner's own policy from the first step on, so that the first fresh data are on-policy too.
                await PublishAsync();
            }

            await FeedAsync();
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The stop that was asked for.
        }
        catch (Exception fault)
        {
            Failure = fault;
            LogFailed(Log, fault, _settings.Name, Position.FeedCount);
        }

        _copy?.SetException(NotCopied());
        LogStopped(Log, _settings.Name, Position.UpdateCount, Position.FeedCount);
    }

    private async Task FeedAsync()
    {
        var checkpointed = _settings.Time.GetTimestamp();
        await PlanAsync();
        var fetch = Fetch(Position);
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                _isFetching = true;
                var fetched = await fetch;
                _isFetching = false;
                var training = _thread.RunAsync(() => Train(fetched.Batch));
                var after = Position with { FeedCount = Position.FeedCount + 1, StepsRead = Position.StepsRead + fetched.FreshSteps, Cursors = fetched.Cursors };
                fetch = Fetch(after);
                var trained = await training;
                Take(trained, fetched);
                var hasNewWishes = trained.Next.Request != _request || trained.Next.Plan?.Version != _plan?.Version;
                var isIdle = trained.Next.UpdateCount == Position.UpdateCount && fetched.FreshSteps == 0 && !hasNewWishes;
                Position = after with { UpdateCount = trained.Next.UpdateCount };
                if (hasNewWishes)
                {
                    fetch = await RefetchAsync(fetch, trained.Next);
                }

                if (isIdle || Position.FeedCount % Spec.PublishPeriod == 0)
                {
                    await PublishNewsAsync();
                }

                if (_settings.Time.GetElapsedTime(checkpointed) >= Spec.CheckpointPeriod)
                {
                    await CheckpointAsync();
                    checkpointed = _settings.Time.GetTimestamp();
                }

                await GiveCopyAsync();
                if (isIdle)
                {
                    await RestAsync();
                }
            }
        }
        finally
        {
            _isFetching = false;
            await CancelFetchAsync(fetch);
        }
    }

    // Until a while has passed, somebody asks for a copy, or the run is stopped: a learner whose updates are all done must not keep a core busy.
    private async Task RestAsync()
    {
        _rest = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (_copy is null)
        {
            _ = await Task.WhenAny(_rest.Task, Task.Delay(RestPeriod, _settings.Time, _stop.Token));
        }
    }

    private Training Train(LearnerBatch batch)
    {
        var startedAt = Stopwatch.GetTimestamp();
        try
        {
            var metrics = _learner.Update(batch);
            return new Training(metrics, Wishes.Of(_learner), Stopwatch.GetElapsedTime(startedAt));
        }
        catch (Exception fault)
        {
            _settings.Telemetry.UpdateFailed(Spec.Algorithm, Stopwatch.GetElapsedTime(startedAt), fault);
            throw;
        }
    }

    private void Take(Training trained, FetchedBatch fetched)
    {
        _settings.Telemetry.Updated(Spec.Algorithm, trained.Next.UpdateCount - Position.UpdateCount, trained.Duration);

        // A feeding's metrics replace those of the one before, so that none outlives what it tells of; a feeding that changed nothing leaves them.
        var metrics = trained.Next.UpdateCount == Position.UpdateCount ? Metrics.ToBuilder() : ImmutableDictionary.CreateBuilder<string, double>();
        foreach (var metric in trained.Metrics.Concat(_settings.Feed.Planning.Metrics))
        {
            metrics[metric.Name] = metric.Value;
        }

        Metrics = metrics.ToImmutable();
        if (fetched.MissedEpisodes > 0)
        {
            LogMissed(Log, _settings.Name, fetched.MissedEpisodes);
        }
    }

    // Nothing that was fetched for the old request or plan is lost: cursors move when a batch is trained on.
    private async Task<Task<FetchedBatch>> RefetchAsync(Task<FetchedBatch> outdated, Wishes next)
    {
        await CancelFetchAsync(outdated);
        var isPlanned = next.Plan?.Version == _plan?.Version;
        (_request, _plan) = (next.Request, next.Plan);
        if (!isPlanned)
        {
            await PlanAsync();
        }

        return Fetch(Position);
    }

    private Task PlanAsync() => _plan is null ? Task.CompletedTask : _settings.Feed.Planning.PlanAsync(_plan, _stop.Token);

    private Task<FetchedBatch> Fetch(LearnerPosition position)
    {
        _fetchStop.Dispose();
        _fetchStop = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        return FetchWithRetryAsync(_request, position, _fetchStop.Token);
    }

    private async Task<FetchedBatch> FetchWithRetryAsync(DataRequest request, LearnerPosition position, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await _settings.Feed.FetchAsync(request, position.FeedCount, position.Cursors, cancellationToken);
            }
            catch (Exception fault) when (IsTransient(fault) && !cancellationToken.IsCancellationRequested)
            {
                _retryReason = $"the memory to answer again: {fault.Message}";
                LogRetry(Log, fault, _settings.Name);
                await Task.Delay(RetryPeriod, _settings.Time, cancellationToken);
            }
            finally
            {
                _retryReason = null;
            }
        }
    }

    private async Task CancelFetchAsync(Task<FetchedBatch> fetch)
    {
        await _fetchStop.CancelAsync();
        await ((Task)fetch).ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
    }

    // A silo that is leaving or overloaded answers again later; everything else is a fault of the learner or its memory.
    internal static bool IsTransient(Exception fault) => fault is TimeoutException or OrleansMessageRejectionException;

    // A learner that rests, all its updates done, would publish the same weights for ever.
    private Task PublishNewsAsync()
    {
        if (Position.UpdateCount > Position.PublishedUpdateCount)
        {
            return PublishAsync();
        }

        Position = Position with { PublishedFeedCount = Position.FeedCount };
        return Task.CompletedTask;
    }

    private async Task PublishAsync()
    {
        var version = Position.PolicyVersion + 1;
        var (bundle, values) = await _thread.RunAsync(() => (_learner.CreatePolicyBundle(version), (_learner as IValueLearner)?.CreateValueBundle(version)));

        // A version is given out once: where only the acknowledgement is lost, the policy has it, and would refuse it a second time.
        Position = Position with { PolicyVersion = version };
        try
        {
            await PublishAsync(_settings.Policy, version, bundle);
            if (values is { } weights)
            {
                await PublishAsync(_settings.PolicyValues, version, weights);
            }

            Position = Position with { PublishedFeedCount = Position.FeedCount, PublishedUpdateCount = Position.UpdateCount };
        }
        catch (Exception fault) when (IsTransient(fault))
        {
            // The next period publishes what was learned until then; training need not wait for it.
            LogRetry(Log, fault, _settings.Name);
        }
    }

    private Task PublishAsync(IPolicyGrain grain, long version, ReadOnlyMemory<byte> weights) =>
        grain.PublishAsync(new PolicyBundle(version, Spec.Algorithm, _settings.Time.GetUtcNow(), new Columns(ColumnsKind.Safetensors, 0, 1, weights), Position.UpdateCount));

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "A checkpoint that cannot be written must not end the training; it is logged and reported as progress.")]
    private async Task CheckpointAsync()
    {
        try
        {
            await _settings.Checkpoint(this);
            CheckpointFault = null;
        }
        catch (Exception fault) when (fault is not InconsistentStateException)
        {
            // The last checkpoint stands, and the next period writes another. Only a state that somebody else wrote ends the run.
            CheckpointFault = fault;
            LogNotCheckpointed(Log, fault, _settings.Name);
        }
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "A copy that cannot be made must not end the training; whoever asked for it hears why.")]
    private async Task GiveCopyAsync()
    {
        if (_copy is not { } copy)
        {
            return;
        }

        _copy = null;
        try
        {
            var content = await SaveAsync();
            await _settings.Feed.Planning.SaveAsync(content, _stop.Token);
            new LearnerCheckpoint(Spec, IsTraining: true, Position).Save(content);
            copy.SetResult(new LearnerCopy(new Columns(ColumnsKind.Safetensors, 0, 1, content.ToArray()), Position.UpdateCount, Position.PolicyVersion));
        }
        catch (Exception fault)
        {
            copy.SetException(fault);
        }
    }

    private sealed record Training(IReadOnlyList<Metric> Metrics, Wishes Next, TimeSpan Duration);

    // What the learner wants next, read on its thread.
    private sealed record Wishes(DataRequest Request, ValuePlan? Plan, long UpdateCount)
    {
        public static Wishes Of(ILearner learner) => new(learner.NextRequest, (learner as IPlanningLearner)?.Plan, learner.UpdateCount);
    }
}
