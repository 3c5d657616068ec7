using System.Collections.Immutable;
using System.Diagnostics;
using System.Runtime.InteropServices;
using MemoryRL.Grains.Interfaces;

namespace MemoryRL.Client;

/// <content>What happens to an episode between its acceptance and its acknowledgement.</content>
public sealed partial class EpisodeWriter
{
    // Earlier writers that wait go first, even where a shorter episode would still fit.
    private bool HasCredit(EpisodeMessage message) => _creditWaiters.Count == 0 && Fits(message);

    private bool Fits(EpisodeMessage message) =>
        _statistics.OutstandingEpisodes < _options.CreditEpisodes
        && _statistics.OutstandingSteps + message.Steps.Count <= _options.CreditSteps;

    /// <summary>Takes credit for an episode and queues it; under the lock.</summary>
    private AgentQueue? Accept(string agentId, EpisodeMessage message)
    {
        if (!_agents.TryGetValue(agentId, out var agent))
        {
            agent = new AgentQueue(agentId, _memory.Grains.GetAgentMemory(new AgentMemoryKey(_memory.Name, agentId)));
            _agents.Add(agentId, agent);
        }

        agent.Pending.Enqueue(new PendingEpisode(message, _statistics.AcceptedEpisodes));
        agent.PendingSteps += message.Steps.Count;
        _statistics = _statistics with
        {
            AcceptedEpisodes = _statistics.AcceptedEpisodes + 1,
            AcceptedSteps = _statistics.AcceptedSteps + message.Steps.Count,
            OutstandingEpisodes = _statistics.OutstandingEpisodes + 1,
            OutstandingSteps = _statistics.OutstandingSteps + message.Steps.Count,
        };
        ClientTelemetry.OutstandingSteps.Add(message.Steps.Count);
        if (agent.IsSending)
        {
            return null;
        }

        if (IsBatchFull(agent))
        {
            agent.IsSending = true;
            return agent;
        }

        if (!agent.IsAwaitingFlush)
        {
            agent.IsAwaitingFlush = true;
            _awaitingFlush.Add(agent);
        }

        return null;
    }

    // A rollout thread only queues; calls are made, and their answers met, on pool threads.
    private void Start(AgentQueue? agent)
    {
        if (agent is not null)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static work => _ = work.Writer.SendAsync(work.Agent), (Writer: this, Agent: agent), preferLocal: false);
        }
    }

    private void SendPending()
    {
        List<AgentQueue>? start = null;
        lock (_gate)
        {
            foreach (var agent in _awaitingFlush)
            {
                agent.IsAwaitingFlush = false;
                if (agent.Pending.Count == 0)
                {
                    continue;
                }

                agent.IsFlushRequested = true;
                if (!agent.IsSending)
                {
                    agent.IsSending = true;
                    (start ??= []).Add(agent);
                }
            }

            _awaitingFlush.Clear();
        }

        start?.ForEach(Start);
    }

    private Task RequestFlush()
    {
        Task settled;
        lock (_gate)
        {
            if (_statistics.OutstandingEpisodes == 0)
            {
                return Task.CompletedTask;
            }

            var waiter = new FlushWaiter(_statistics.AcceptedEpisodes - 1, _statistics.OutstandingEpisodes);
            _flushWaiters.Add(waiter);
            settled = waiter.Settled.Task;
            foreach (var agent in _agents.Values)
            {
                agent.IsFlushRequested = agent.Pending.Count > 0;
            }
        }

        SendPending();
        return settled;
    }

    private async Task SendAsync(AgentQueue agent)
    {
        while (TakeBatch(agent) is { IsEmpty: false } batch)
        {
            var started = Stopwatch.GetTimestamp();
            var (result, error) = await AppendAsync(agent, batch);
            ClientTelemetry.AppendDuration.Record(Stopwatch.GetElapsedTime(started).TotalSeconds, ClientTelemetry.ErrorTags(error));
            if (error is null)
            {
                Acknowledge(agent, result!);
            }
            else
            {
                Fail(agent, error);
            }
        }
    }

    /// <summary>Takes what the next call carries; nothing where there is nothing left to send now.</summary>
    private ImmutableArray<EpisodeMessage> TakeBatch(AgentQueue agent)
    {
        lock (_gate)
        {
            agent.InFlight.Clear();
            if (!IsBatchFull(agent) && !(agent.IsFlushRequested && agent.Pending.Count > 0))
            {
                agent.IsSending = false;
                agent.IsFlushRequested = false;
                if (agent.Pending.Count > 0 && !agent.IsAwaitingFlush)
                {
                    agent.IsAwaitingFlush = true;
                    _awaitingFlush.Add(agent);
                }

                return [];
            }

            var steps = 0L;
            while (agent.Pending.TryPeek(out var episode) && (steps == 0 || steps + episode.Steps <= _options.BatchSteps) && agent.InFlight.Count < _options.BatchEpisodes)
            {
                agent.InFlight.Add(agent.Pending.Dequeue());
                steps += episode.Steps;
            }

            agent.PendingSteps -= steps;
            agent.IsFlushRequested &= agent.Pending.Count > 0;
            var batch = new EpisodeMessage[agent.InFlight.Count];
            for (var i = 0; i < batch.Length; i++)
            {
                batch[i] = agent.InFlight[i].Message;
            }

            return ImmutableCollectionsMarshal.AsImmutableArray(batch);
        }
    }

    private bool IsBatchFull(AgentQueue agent) => agent.Pending.Count >= _options.BatchEpisodes || agent.PendingSteps >= _options.BatchSteps;

    private async Task<(AppendResult? Result, Exception? Error)> AppendAsync(AgentQueue agent, ImmutableArray<EpisodeMessage> batch)
    {
        using var activity = ClientTelemetry.Activities.StartActivity("memoryrl.append", ActivityKind.Client);
        try
        {
            var waiting = new Waiting("appending", _memory.Name, _options.AppendDeadline, _options.MaxCallWait, _time);
            var result = await waiting.UntilAnsweredAsync(
                (wait, token) => agent.Grain.AppendAsync(new AppendRequest(batch, wait), token), static result => result.WaitReason, CountRetry, _abandoned.Token);
            return (result, null);
        }
#pragma warning disable CA1031 // Whatever went wrong makes the writer fail, and every write after it says so.
        catch (Exception error)
#pragma warning restore CA1031
        {
            activity?.SetStatus(ActivityStatusCode.Error, error.Message);
            return (null, error);
        }
    }

    private void CountRetry(string reason, Exception? failure)
    {
        ClientTelemetry.AppendRetries.Add(1);
        var isNew = false;
        lock (_gate)
        {
            isNew = failure is null ? _statistics.WaitReason is null : _statistics.WaitReason != reason;
            _statistics = _statistics with { Retries = _statistics.Retries + 1, WaitReason = reason };
        }

        if (!isNew)
        {
            return;
        }

        // A memory that makes its writers wait works as it should; a lost answer does not.
        if (failure is null)
        {
            LogWaiting(_memory.Name, reason);
        }
        else
        {
            LogRetried(_memory.Name, reason);
        }
    }

    private void Acknowledge(AgentQueue agent, AppendResult result)
    {
        List<AgentQueue>? start;
        lock (_gate)
        {
            foreach (var episode in agent.InFlight)
            {
                if (!Settle(episode))
                {
                    continue;
                }

                _ledger.Add(episode.Message.EpisodeId);
                _statistics = _statistics with
                {
                    AcknowledgedEpisodes = _statistics.AcknowledgedEpisodes + 1,
                    AcknowledgedSteps = _statistics.AcknowledgedSteps + episode.Steps,
                };
                ClientTelemetry.AppendedSteps.Add(episode.Steps);
            }

            _statistics = _statistics with { Calls = _statistics.Calls + 1, DuplicateEpisodes = _statistics.DuplicateEpisodes + result.Duplicates, WaitReason = null };
            start = GrantCredit();
        }

        start?.ForEach(Start);
    }

    private void Fail(AgentQueue agent, Exception error)
    {
        // Once the writer gave up, everything is reported already.
        if (_abandoned.IsCancellationRequested)
        {
            return;
        }

        var isFirst = false;
        List<CreditWaiter> refused;
        lock (_gate)
        {
            isFirst = _failure is null;
            _failure ??= error;
            refused = [.. _creditWaiters];
            _creditWaiters.Clear();
            GiveUp(agent, agent.InFlight, error.Message);
            foreach (var other in _agents.Values)
            {
                // Other agents' calls under way may still go through; what was not sent yet never is.
                GiveUp(other, other.Pending, error.Message);
                other.Pending.Clear();
                other.PendingSteps = 0;
            }
        }

        if (isFirst)
        {
            LogFailed(error, _memory.Name);
        }

        foreach (var waiter in refused)
        {
            waiter.Granted.TrySetException(new EpisodeWriteException(_memory.Name, error));
        }
    }

    private void GiveUpEverything(string reason)
    {
        lock (_gate)
        {
            foreach (var agent in _agents.Values)
            {
                GiveUp(agent, agent.InFlight, reason);
                GiveUp(agent, agent.Pending, reason);
                agent.Pending.Clear();
                agent.PendingSteps = 0;
            }
        }
    }

    private void GiveUp(AgentQueue agent, IEnumerable<PendingEpisode> episodes, string reason)
    {
        foreach (var episode in episodes)
        {
            if (Settle(episode))
            {
                _unacknowledged.Add(new UnacknowledgedEpisode(episode.Message.EpisodeId, agent.AgentId, reason));
                _statistics = _statistics with { UnacknowledgedEpisodes = _statistics.UnacknowledgedEpisodes + 1 };
            }
        }
    }

    /// <summary>Gives an episode's credit back and counts it for the flushes that wait for it; under the lock.</summary>
    private bool Settle(PendingEpisode episode)
    {
        if (episode.IsSettled)
        {
            return false;
        }

        episode.IsSettled = true;
        _statistics = _statistics with
        {
            OutstandingEpisodes = _statistics.OutstandingEpisodes - 1,
            OutstandingSteps = _statistics.OutstandingSteps - episode.Steps,
        };
        ClientTelemetry.OutstandingSteps.Add(-episode.Steps);
        for (var i = _flushWaiters.Count - 1; i >= 0; i--)
        {
            var flush = _flushWaiters[i];
            if (episode.Number <= flush.Through && --flush.Remaining == 0)
            {
                _flushWaiters.RemoveAt(i);
                flush.Settled.TrySetResult();
            }
        }

        return true;
    }

    /// <summary>Accepts the writes that waited, the earliest first, as far as the credit goes; under the lock.</summary>
    private List<AgentQueue>? GrantCredit()
    {
        List<AgentQueue>? start = null;
        while (_creditWaiters.First is { Value: var waiter } && Fits(waiter.Message))
        {
            _creditWaiters.RemoveFirst();
            if (Accept(waiter.AgentId, waiter.Message) is { } agent)
            {
                (start ??= []).Add(agent);
            }

            waiter.Granted.TrySetResult();
        }

        return start;
    }
}
