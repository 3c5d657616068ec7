using System.Collections.Immutable;
using MemoryRL.Core;
using MemoryRL.Grains.Interfaces;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace MemoryRL.Client;

/// <summary>
/// Carries finished episodes from rollout threads to a memory: batches each agent's episodes, holds bounded credit so that a slow memory
/// slows the writers instead of filling this process, tries again until the memory acknowledges, and knows at the end which episodes it did
/// not. Safe for many threads; each agent's episodes arrive in the order in which they were accepted.
/// </summary>
/// <remarks>
/// Credit is taken when an episode is accepted and given back when it is acknowledged or given up. Appends are idempotent by episode id, so a
/// lost acknowledgement is met by sending the same episodes again. An append that is refused, or not acknowledged by its deadline, makes the
/// writer fail: every write after it throws <see cref="EpisodeWriteException"/>.
/// </remarks>
public sealed partial class EpisodeWriter : IEpisodeSink, IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly ExperienceMemory _memory;
    private readonly EpisodeWriterOptions _options;
    private readonly int _maxEpisodeSteps;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Dictionary<string, AgentQueue> _agents = new(StringComparer.Ordinal);
    private readonly List<AgentQueue> _awaitingFlush = [];
    private readonly LinkedList<CreditWaiter> _creditWaiters = [];
    private readonly List<FlushWaiter> _flushWaiters = [];
    private readonly List<UnacknowledgedEpisode> _unacknowledged = [];
    private readonly AcknowledgedLedger _ledger;
    private readonly CancellationTokenSource _abandoned = new();
    private readonly ITimer _flushTimer;
    private EpisodeWriterStatistics _statistics;
    private Exception? _failure;
    private bool _isCompleted;

    /// <summary>Initializes a writer.</summary>
    /// <param name="memory">The memory.</param>
    /// <param name="options">How it batches and waits; null for the defaults.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <param name="logger">Where it logs; null for nowhere.</param>
    /// <exception cref="InvalidExperienceException">An option is not allowed; the message names its key.</exception>
    public EpisodeWriter(ExperienceMemory memory, EpisodeWriterOptions? options = null, TimeProvider? time = null, ILogger<EpisodeWriter>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(memory);
        _memory = memory;
        _options = options ?? new EpisodeWriterOptions();
        _options.Validate();
        _maxEpisodeSteps = ShardLimits.MaxEpisodeSteps(memory.Spec);
        _time = time ?? TimeProvider.System;
        _logger = logger ?? NullLogger<EpisodeWriter>.Instance;
        _ledger = new AcknowledgedLedger(_options.LedgerCapacity);
        _flushTimer = _time.CreateTimer(static writer => ((EpisodeWriter)writer!).SendPending(), this, _options.FlushPeriod, _options.FlushPeriod);
    }

    /// <summary>Gets what the writer has done so far.</summary>
    public EpisodeWriterStatistics Statistics
    {
        get
        {
            lock (_gate)
            {
                return _statistics with { BlockedWrites = _creditWaiters.Count };
            }
        }
    }

    /// <summary>Gets the newest ids that the memory acknowledged, the oldest first; how many are kept is an option.</summary>
    public ImmutableArray<Guid> AcknowledgedIds
    {
        get
        {
            lock (_gate)
            {
                return _ledger.ToImmutable();
            }
        }
    }

    /// <summary>Accepts an episode if there is credit for it now.</summary>
    /// <param name="agentId">The agent that acted, 1 to 200 characters.</param>
    /// <param name="episode">The episode.</param>
    /// <returns>Whether it was accepted.</returns>
    /// <exception cref="InvalidExperienceException">The episode is of another spec, or longer than the memory takes or than the whole credit.</exception>
    /// <exception cref="EpisodeWriteException">The writer has failed.</exception>
    /// <exception cref="InvalidOperationException">The writer was completed.</exception>
    public bool TryWrite(string agentId, Episode episode)
    {
        var message = Check(agentId, episode);
        AgentQueue? start;
        lock (_gate)
        {
            ThrowIfClosed();
            if (!HasCredit(message))
            {
                return false;
            }

            start = Accept(agentId, message);
        }

        Start(start);
        return true;
    }

    /// <summary>Accepts an episode, blocking the calling thread until there is credit for it. Earlier writes go first.</summary>
    /// <param name="agentId">The agent that acted, 1 to 200 characters.</param>
    /// <param name="episode">The episode.</param>
    /// <param name="cancellationToken">Ends the wait; the episode was not accepted then.</param>
    /// <exception cref="InvalidExperienceException">The episode is of another spec, or longer than the memory takes or than the whole credit.</exception>
    /// <exception cref="EpisodeWriteException">The writer has failed.</exception>
    /// <exception cref="InvalidOperationException">The writer was completed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    public void Write(string agentId, Episode episode, CancellationToken cancellationToken = default)
    {
        if (Enqueue(agentId, episode) is not { } waiter)
        {
            return;
        }

        var started = _time.GetTimestamp();
        try
        {
            waiter.Granted.Task.Wait(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            if (Withdraw(waiter))
            {
                throw;
            }
        }
        catch (AggregateException)
        {
            // The task's own error follows.
        }
        finally
        {
            CountCreditWait(started);
        }

        waiter.Granted.Task.GetAwaiter().GetResult();
    }

    /// <summary>Accepts an episode as soon as there is credit for it. Earlier writes go first.</summary>
    /// <param name="agentId">The agent that acted, 1 to 200 characters.</param>
    /// <param name="episode">The episode.</param>
    /// <param name="cancellationToken">Ends the wait; the episode was not accepted then.</param>
    /// <returns>Completes when the episode is accepted, not when it is acknowledged: see <see cref="FlushAsync"/>.</returns>
    /// <exception cref="InvalidExperienceException">The episode is of another spec, or longer than the memory takes or than the whole credit.</exception>
    /// <exception cref="EpisodeWriteException">The writer has failed.</exception>
    /// <exception cref="InvalidOperationException">The writer was completed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    public async Task WriteAsync(string agentId, Episode episode, CancellationToken cancellationToken = default)
    {
        if (Enqueue(agentId, episode) is not { } waiter)
        {
            return;
        }

        var started = _time.GetTimestamp();
        try
        {
            await waiter.Granted.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (!Withdraw(waiter))
        {
            await waiter.Granted.Task;
        }
        finally
        {
            CountCreditWait(started);
        }
    }

    /// <summary>Sends everything accepted so far and waits until each episode is acknowledged or given up.</summary>
    /// <param name="cancellationToken">Ends the wait; the writer goes on.</param>
    /// <returns>What became of all episodes given to the writer so far.</returns>
    public async Task<WriteReport> FlushAsync(CancellationToken cancellationToken = default)
    {
        var flush = RequestFlush();
        await flush.WaitAsync(cancellationToken);
        return Report();
    }

    /// <summary>Takes no more episodes, sends everything accepted and waits for the acknowledgements.</summary>
    /// <param name="cancellationToken">Ends the wait: what is not acknowledged by then is given up, and reported.</param>
    /// <returns>What became of all episodes given to the writer.</returns>
    public async Task<WriteReport> CompleteAsync(CancellationToken cancellationToken = default)
    {
        Close(new InvalidOperationException($"Expected no more episodes for memory '{_memory.Name}': its writer was completed."));
        try
        {
            await RequestFlush().WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // First, so that no answer to come changes what is reported.
            GiveUpEverything("The writer was closed before the memory acknowledged it.");
            await _abandoned.CancelAsync();
        }

        await _flushTimer.DisposeAsync();
        return Report();
    }

    /// <summary>Completes the writer within its deadline; episodes that were not acknowledged are logged by number.</summary>
    /// <returns>Completes when the writer is closed.</returns>
    public async ValueTask DisposeAsync()
    {
        using (var deadline = new CancellationTokenSource(_options.DisposeDeadline, _time))
        {
            var report = await CompleteAsync(deadline.Token);
            if (!report.IsComplete)
            {
                LogUnacknowledged(report.Unacknowledged.Length, _memory.Name, report.Unacknowledged[0].Reason);
            }
        }

        _abandoned.Dispose();
    }

    private EpisodeMessage Check(string agentId, Episode episode)
    {
        ArgumentNullException.ThrowIfNull(episode);
        var fits = ReferenceEquals(episode.Spec, _memory.Spec.Experience) || episode.Spec.Fingerprint == _memory.Spec.Experience.Fingerprint;
        if (!fits)
        {
            throw new InvalidExperienceException("episode.spec", _memory.Spec.Experience.ToString(), episode.Spec.ToString());
        }

        if (episode.Length > _maxEpisodeSteps)
        {
            throw new InvalidExperienceException("episode.length", $"at most {_maxEpisodeSteps} steps, what the memory takes", episode.Length.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        if (episode.Length > _options.CreditSteps)
        {
            throw new InvalidExperienceException("episode.length", $"at most writer.credit_steps, {_options.CreditSteps}", episode.Length.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        return episode.ToMessage(agentId);
    }

    private CreditWaiter? Enqueue(string agentId, Episode episode)
    {
        var message = Check(agentId, episode);
        CreditWaiter? waiter = null;
        AgentQueue? start = null;
        lock (_gate)
        {
            ThrowIfClosed();
            if (HasCredit(message))
            {
                start = Accept(agentId, message);
            }
            else
            {
                waiter = new CreditWaiter(agentId, message);
                _creditWaiters.AddLast(waiter);
            }
        }

        Start(start);
        if (waiter is not null)
        {
            // What waits for its flush holds credit that this write needs.
            SendPending();
        }

        return waiter;
    }

    private bool Withdraw(CreditWaiter waiter)
    {
        lock (_gate)
        {
            return _creditWaiters.Remove(waiter);
        }
    }

    private void CountCreditWait(long started)
    {
        var waited = _time.GetElapsedTime(started);
        ClientTelemetry.CreditWaitDuration.Record(waited.TotalSeconds);
        lock (_gate)
        {
            _statistics = _statistics with { CreditWait = _statistics.CreditWait + waited };
        }
    }

    private void ThrowIfClosed()
    {
        if (_failure is { } failure)
        {
            throw new EpisodeWriteException(_memory.Name, failure);
        }

        if (_isCompleted)
        {
            throw new InvalidOperationException($"Expected no more episodes for memory '{_memory.Name}': its writer was completed.");
        }
    }

    private void Close(Exception reason)
    {
        List<CreditWaiter> refused;
        lock (_gate)
        {
            _isCompleted = true;
            refused = [.. _creditWaiters];
            _creditWaiters.Clear();
        }

        foreach (var waiter in refused)
        {
            waiter.Granted.TrySetException(reason);
        }
    }

    private WriteReport Report()
    {
        lock (_gate)
        {
            return new WriteReport(_statistics.AcknowledgedEpisodes, [.. _unacknowledged]);
        }
    }

    [LoggerMessage(EventId = 6001, Level = LogLevel.Error, Message = "{Count} episodes for memory {Memory} were not acknowledged. The first: {Reason}")]
    private partial void LogUnacknowledged(int count, string memory, string reason);

    [LoggerMessage(EventId = 6002, Level = LogLevel.Debug, Message = "Append to memory {Memory} waits: {Reason}")]
    private partial void LogWaiting(string memory, string reason);

    [LoggerMessage(EventId = 6004, Level = LogLevel.Warning, Message = "Append to memory {Memory} was not answered and is tried again: {Reason}")]
    private partial void LogRetried(string memory, string reason);

    [LoggerMessage(EventId = 6003, Level = LogLevel.Error, Message = "Writer of memory {Memory} failed")]
    private partial void LogFailed(Exception error, string memory);
}
