using System.Globalization;
using System.Runtime.ExceptionServices;
using MemoryRL.Core;
using MemoryRL.Environments;

namespace MemoryRL.Client;

/// <summary>
/// Rolls out many agents over a few threads of its own: each tick one policy evaluation for all agents of a thread, then one step of each; random
/// actions before the first policy; finished episodes go to a sink.
/// </summary>
/// <remarks>
/// Every agent has its own environment, random streams and share of the budget, so that with a fixed policy the episodes are the same
/// however many threads there are. The columns <see cref="ColumnSpec.BehaviorLogProbability"/> and <see cref="ColumnSpec.ActionSource"/> are
/// filled where the spec has them. A worker runs once.
/// </remarks>
public sealed class RolloutWorker
{
    private readonly RolloutOptions _options;
    private readonly ExperienceSpec _spec;
    private readonly IPolicySource? _policies;
    private readonly IEpisodeSink _sink;
    private readonly TimeProvider _time;
    private readonly RolloutCounters _counters;
    private readonly RolloutAgent[] _agents;
    private readonly Lock _gate = new();
    private long _started;
    private long _ended;
    private int _hasRun;
    private volatile bool _isStarted;
    private volatile bool _isEnded;

    /// <summary>Initializes a worker and its environments.</summary>
    /// <param name="spec">What a step is made of; its spaces are the environments'.</param>
    /// <param name="createEnvironment">Makes an agent's environment from the agent's number.</param>
    /// <param name="sink">Where finished episodes go, such as an <see cref="EpisodeWriter"/>.</param>
    /// <param name="policies">Where the policy comes from; null for random actions throughout.</param>
    /// <param name="options">How many agents, threads and steps; null for the defaults.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <exception cref="InvalidExperienceException">
    /// An option is not allowed, an environment's spaces are not the spec's, or an extra column is one that nobody here can fill; the message names it.
    /// </exception>
    public RolloutWorker(
        ExperienceSpec spec,
        Func<int, IEnvironment> createEnvironment,
        IEpisodeSink sink,
        IPolicySource? policies = null,
        RolloutOptions? options = null,
        TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(createEnvironment);
        ArgumentNullException.ThrowIfNull(sink);
        _options = options ?? new RolloutOptions();
        _options.Validate();
        foreach (var column in spec.ExtraColumns)
        {
            var isKnown = column.Equals(ColumnSpec.BehaviorLogProbability) || column.Equals(ColumnSpec.ActionSource);
            InvalidExperienceException.ThrowUnless(
                isKnown, "spec.extra_columns", $"only {ColumnSpec.BehaviorLogProbability.Name} and {ColumnSpec.ActionSource.Name}, which rollouts fill", column.Name);
        }

        _spec = spec;
        _policies = policies;
        _sink = sink;
        _time = time ?? TimeProvider.System;
        _counters = new RolloutCounters(_options.ThreadCount, _options.WindowEpisodes);
        _agents = new RolloutAgent[_options.AgentCount];
        for (var number = 0; number < _agents.Length; number++)
        {
            var environment = createEnvironment(number);
            InvalidExperienceException.ThrowUnless(environment.Spec.Experience.Observation.Equals(spec.Observation), "spec.observation", environment.Spec.Experience.Observation.ToString(), spec.Observation);
            InvalidExperienceException.ThrowUnless(environment.Spec.Experience.Action.Equals(spec.Action), "spec.action", environment.Spec.Experience.Action.ToString(), spec.Action);
            var id = string.Create(CultureInfo.InvariantCulture, $"{_options.AgentIdPrefix}{number}");
            _agents[number] = new RolloutAgent(number, id, environment, new EpisodeBuilder(spec), Budget(number));
        }
    }

    /// <summary>Gets where the worker stands.</summary>
    public RolloutProgress Progress
    {
        get
        {
            var elapsed = !_isStarted ? TimeSpan.Zero : _isEnded ? _time.GetElapsedTime(_started, _ended) : _time.GetElapsedTime(_started);
            return _counters.Read(elapsed, _policies?.Version ?? 0);
        }
    }

    /// <summary>Runs until the budget or the time is used up, the caller asks to stop, or something fails.</summary>
    /// <param name="stop">Asks the agents to stop in order; no error is thrown for it.</param>
    /// <returns>How the run ended.</returns>
    /// <exception cref="InvalidOperationException">The worker has run already.</exception>
    /// <exception cref="Exception">The first error of a thread: an environment's, a policy's or the sink's; the other threads were stopped.</exception>
    public async Task<RolloutResult> RunAsync(CancellationToken stop = default)
    {
        if (Interlocked.Exchange(ref _hasRun, 1) != 0)
        {
            throw new InvalidOperationException("Expected a worker that has not run yet: make a new one.");
        }

        using var duration = _options.MaxDuration is { } limit ? new CancellationTokenSource(limit, _time) : new CancellationTokenSource();
        using var failed = new CancellationTokenSource();
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(stop, duration.Token, failed.Token);
        using var abort = new CancellationTokenSource();
        using var abortOnFailure = failed.Token.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), abort);

        // CancelAfter knows only the system's clock, so the deadline is a timer of the worker's own.
        await using var deadline = _time.CreateTimer(static source => ((CancellationTokenSource)source!).Cancel(), abort, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        using var armDeadline = stopping.Token.UnsafeRegister(_ => deadline.Change(_options.StopDeadline, Timeout.InfiniteTimeSpan), null);

        var runId = _options.RunId == Guid.Empty ? Guid.NewGuid() : _options.RunId;
        var run = new RolloutRun(_options, _spec, _policies, _sink, _counters, EpisodeIds.RunBits(runId), stopping.Token, abort.Token);
        ExceptionDispatchInfo? failure = null;
        var threads = new Task[_options.ThreadCount];
        _started = _time.GetTimestamp();
        _isStarted = true;
        for (var thread = 0; thread < threads.Length; thread++)
        {
            threads[thread] = StartThread(new RolloutThread(run, thread, AgentsOf(thread)), thread, error =>
            {
                lock (_gate)
                {
                    failure ??= ExceptionDispatchInfo.Capture(error);
                }

                failed.Cancel();
            });
        }

        await Task.WhenAll(threads);
        _ended = _time.GetTimestamp();
        _isEnded = true;
        failure?.Throw();
        var reason = stop.IsCancellationRequested ? RolloutStopReason.Requested : duration.IsCancellationRequested ? RolloutStopReason.Duration : RolloutStopReason.Budget;
        return new RolloutResult(reason, Progress, [.. run.Dropped], [.. run.Unwritten]);
    }

    private static Task StartThread(RolloutThread work, int number, Action<Exception> failed)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                using (work)
                {
                    work.Run();
                }
            }
#pragma warning disable CA1031 // Whatever a thread meets is thrown by RunAsync.
            catch (Exception error)
#pragma warning restore CA1031
            {
                failed(error);
            }
            finally
            {
                ended.SetResult();
            }
        })
        {
            IsBackground = true,
            Name = string.Create(CultureInfo.InvariantCulture, $"rollout-{number}"),
        };
        thread.Start();
        return ended.Task;
    }

    // Shares differ by one step at most, and depend on the agent alone.
    private long Budget(int number)
    {
        var (share, rest) = Math.DivRem(_options.MaxSteps ?? long.MaxValue, _options.AgentCount);
        return number < rest ? share + 1 : share;
    }

    private RolloutAgent[] AgentsOf(int thread)
    {
        var first = (int)((long)_agents.Length * thread / _options.ThreadCount);
        var end = (int)((long)_agents.Length * (thread + 1) / _options.ThreadCount);
        return _agents[first..end];
    }
}
