using System.Runtime.InteropServices;
using MemoryRL.Core;
using MemoryRL.Environments;

namespace MemoryRL.Client;

/// <summary>Steps some of a worker's agents: one policy evaluation for all of them, then one step of each. A step allocates nothing.</summary>
internal sealed class RolloutThread : IDisposable
{
    private readonly RolloutRun _run;
    private readonly int _thread;
    private readonly RolloutAgent[] _agents;
    private readonly RandomStream[] _randoms;
    private readonly byte[] _observations;
    private readonly ActionBatch _actions;
    private readonly int _observationBytes;
    private readonly int _actionBytes;
    private readonly int _logProbabilityColumn;
    private readonly int _sourceColumn;
    private readonly RandomPolicy _random;
    private IPolicy? _policy;
    private int _active;

    /// <summary>Initializes the thread's work.</summary>
    /// <param name="run">What it shares with the others.</param>
    /// <param name="thread">Its number.</param>
    /// <param name="agents">Its agents.</param>
    public RolloutThread(RolloutRun run, int thread, RolloutAgent[] agents)
    {
        _run = run;
        _thread = thread;
        _agents = agents;
        _observationBytes = run.Spec.Observation.ByteCount;
        _actionBytes = run.Spec.Action.ByteCount;
        _observations = new byte[agents.Length * _observationBytes];
        _actions = new ActionBatch(agents.Length, run.Spec.Action);
        _randoms = new RandomStream[agents.Length];
        _logProbabilityColumn = run.Spec.ExtraColumns.IndexOf(ColumnSpec.BehaviorLogProbability);
        _sourceColumn = run.Spec.ExtraColumns.IndexOf(ColumnSpec.ActionSource);
        _random = new RandomPolicy(run.Spec.Action);
        _active = agents.Length;
        run.Counters.SetActive(thread, _active);
    }

    /// <summary>Works until every agent has stopped.</summary>
    public void Run()
    {
        for (var i = 0; i < _active; i++)
        {
            var agent = _agents[i];
            _randoms[i] = new RandomStream(_run.Options.Seed, ((ulong)agent.Number * 2) + 1);
            agent.Environment.Seed(new RandomStream(_run.Options.Seed, (ulong)agent.Number * 2));
            Reset(i);
        }

        while (_active > 0)
        {
            if (_run.Stop.IsCancellationRequested)
            {
                StopAgents();
            }

            Tick();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _policy?.Dispose();
        _random.Dispose();
        foreach (var agent in _agents)
        {
            agent.Builder.Dispose();
        }
    }

    private void Tick()
    {
        var active = _active;
        if (active == 0)
        {
            return;
        }

        _policy = _run.Policies?.Refresh(_policy);
        var policy = _policy ?? _random;
        policy.Act(_observations.AsSpan(0, active * _observationBytes), _run.Options.Mode, _randoms.AsSpan(0, active), _actions);
        _run.Counters.AddTick(_thread, _actions.Sources.AsSpan(0, active));
        var version = policy.Version;

        // From the back, so that the agent that fills a gap was stepped already.
        for (var i = active - 1; i >= 0; i--)
        {
            Step(i, version);
        }
    }

    private void Step(int index, long version)
    {
        var agent = _agents[index];
        var action = _actions.Actions.AsSpan(index * _actionBytes, _actionBytes);
        var observation = _observations.AsSpan(index * _observationBytes, _observationBytes);
        var result = agent.Environment.Step(action, observation);
        agent.Builder.Add(action, result.Reward, observation, version);
        if (_logProbabilityColumn >= 0)
        {
            agent.Builder.SetExtra(_logProbabilityColumn, MemoryMarshal.AsBytes(_actions.LogProbabilities.AsSpan(index, 1)));
        }

        if (_sourceColumn >= 0)
        {
            var source = (byte)_actions.Sources[index];
            agent.Builder.SetExtra(_sourceColumn, new ReadOnlySpan<byte>(in source));
        }

        agent.Return += result.Reward;
        agent.StepsLeft--;
        if (result.Terminated || result.Truncated)
        {
            Finish(agent, result);
            if (agent.StepsLeft <= 0 || _run.Stop.IsCancellationRequested)
            {
                Retire(index);
            }
            else
            {
                Reset(index);
            }
        }
        else if (agent.StepsLeft <= 0 && (_run.Options.PartialEpisodes == PartialEpisodes.Drop || _run.Abort.IsCancellationRequested))
        {
            Drop(index);
        }
    }

    private void Finish(RolloutAgent agent, StepResult result)
    {
        var end = result.Terminated ? EpisodeEnd.Terminated : EpisodeEnd.Truncated;
        var episode = agent.Builder.Build(EpisodeIds.Create(_run.RunBits, agent.Number, agent.EpisodeNumber++), end);
        _run.Counters.AddEpisode(agent.Return, episode.Length, agent.Environment.Spec.IsSuccess(agent.Return));
        ClientTelemetry.RolloutEpisodes.Add(1);
        ClientTelemetry.RolloutSteps.Add(episode.Length);
        try
        {
            _run.Sink.Write(agent.Id, episode, _run.Abort);
        }
        catch (OperationCanceledException) when (_run.Abort.IsCancellationRequested)
        {
            _run.Unwritten.Enqueue(new UnwrittenEpisode(agent.Id, episode.Id, episode.Length));
        }
    }

    private void StopAgents()
    {
        var finish = _run.Options.PartialEpisodes == PartialEpisodes.Finish && !_run.Abort.IsCancellationRequested;
        for (var i = _active - 1; i >= 0; i--)
        {
            if (!finish || _agents[i].Builder.Length == 0)
            {
                Drop(i);
            }
        }
    }

    private void Drop(int index)
    {
        var agent = _agents[index];
        if (agent.Builder.Length > 0)
        {
            _run.Dropped.Enqueue(new DroppedEpisode(agent.Id, agent.Builder.Length));
        }

        Retire(index);
    }

    private void Retire(int index)
    {
        _active--;
        (_agents[index], _agents[_active]) = (_agents[_active], _agents[index]);
        _randoms[index] = _randoms[_active];
        _observations.AsSpan(_active * _observationBytes, _observationBytes).CopyTo(_observations.AsSpan(index * _observationBytes));
        _run.Counters.SetActive(_thread, _active);
    }

    private void Reset(int index)
    {
        var agent = _agents[index];
        var observation = _observations.AsSpan(index * _observationBytes, _observationBytes);
        agent.Environment.Reset(observation);
        agent.Builder.Reset(observation);
        agent.Return = 0;
    }
}
