using System.Runtime.InteropServices;
using MemoryRL.Core;
using MemoryRL.Environments;

namespace MemoryRL.Client;

/// <summary>Plays many episodes together on one thread: one evaluation of the policy for all of them, then one step of each. A step allocates nothing.</summary>
internal sealed class PolicyPieceWorker : IPieceWorker
{
    private readonly Slot[] _slots;
    private readonly RandomStream[] _randoms;
    private readonly byte[] _observations;
    private readonly ActionBatch _actions;
    private readonly IPolicy _policy;
    private readonly PolicyPieceOptions _options;
    private readonly PieceStreams _streams;
    private readonly ActionNoise? _noise;
    private readonly int _observationBytes;
    private readonly int _actionBytes;
    private readonly int _logProbabilityColumn;
    private int _active;

    public PolicyPieceWorker(ExperienceSpec spec, Func<IEnvironment> createEnvironment, IPolicy policy, PolicyPieceOptions options)
    {
        _policy = policy;
        _options = options;
        _streams = options.Streams;
        _noise = options.Noise > 0 ? new ActionNoise((BoxSpace)spec.Action, options.Noise) : null;
        _observationBytes = spec.Observation.ByteCount;
        _actionBytes = spec.Action.ByteCount;
        _logProbabilityColumn = options.KeepsLogProbabilities ? spec.ExtraColumns.Length - 1 : -1;
        _slots = new Slot[options.EnvironmentsPerThread];
        for (var i = 0; i < _slots.Length; i++)
        {
            _slots[i] = new Slot(createEnvironment(), spec);
        }

        _randoms = new RandomStream[_slots.Length];
        _observations = new byte[_slots.Length * _observationBytes];
        _actions = new ActionBatch(_slots.Length, spec.Action);
    }

    public void Work(PieceQueue queue)
    {
        while (!queue.IsClosed)
        {
            while (_active < _slots.Length && queue.TryTake(out var number))
            {
                Start(_active++, number);
            }

            if (_active == 0)
            {
                if (!queue.WaitAndTake(out var number))
                {
                    return;
                }

                Start(_active++, number);
            }

            Tick(queue);
        }
    }

    public void Dispose()
    {
        _policy.Dispose();
        foreach (var slot in _slots)
        {
            slot.Dispose();
        }
    }

    private void Start(int index, long number)
    {
        var slot = _slots[index];
        slot.Number = number;
        slot.Noise = _streams.Noise(number);
        _randoms[index] = _streams.Policy(number);
        slot.Environment.Seed(_streams.Environment(number));
        var observation = _observations.AsSpan(index * _observationBytes, _observationBytes);
        slot.Environment.Reset(observation);
        slot.Builder.Reset(observation);
    }

    private void Tick(PieceQueue queue)
    {
        var active = _active;
        _policy.Act(_observations.AsSpan(0, active * _observationBytes), _options.Mode, _randoms.AsSpan(0, active), _actions);

        // From the back, so that the slot that fills a gap was stepped already.
        for (var i = active - 1; i >= 0; i--)
        {
            Step(i, queue);
        }

        queue.CountSteps(active);
    }

    private void Step(int index, PieceQueue queue)
    {
        var slot = _slots[index];
        var action = _actions.Actions.AsSpan(index * _actionBytes, _actionBytes);
        var observation = _observations.AsSpan(index * _observationBytes, _observationBytes);
        _noise?.AddTo(action, ref slot.Noise);
        slot.Columns.Capture();
        var result = slot.Environment.Step(action, observation);
        slot.Builder.Add(action, result.Reward, observation, _policy.Version);
        slot.Columns.Write(slot.Builder);
        if (_logProbabilityColumn >= 0)
        {
            slot.Builder.SetExtra(_logProbabilityColumn, MemoryMarshal.AsBytes(_actions.LogProbabilities.AsSpan(index, 1)));
        }

        if (result.Terminated || result.Truncated)
        {
            var end = result.Terminated ? EpisodeEnd.Terminated : EpisodeEnd.Truncated;
            queue.Finish(slot.Number, [slot.Builder.Build(_streams.Id(slot.Number, 0), end)]);
            Retire(index);
        }
    }

    private void Retire(int index)
    {
        _active--;
        (_slots[index], _slots[_active]) = (_slots[_active], _slots[index]);
        _randoms[index] = _randoms[_active];
        _observations.AsSpan(_active * _observationBytes, _observationBytes).CopyTo(_observations.AsSpan(index * _observationBytes));
    }

    /// <summary>An environment with its episode.</summary>
    private sealed class Slot(IEnvironment environment, ExperienceSpec spec) : IDisposable
    {
        public IEnvironment Environment { get; } = environment;

        public EpisodeBuilder Builder { get; } = new(spec);

        public PhysicalColumns Columns { get; } = new(environment);

        public long Number { get; set; }

        public RandomStream Noise;

        public void Dispose()
        {
            Builder.Dispose();
            (Environment as IDisposable)?.Dispose();
            (Environment.Unwrapped as IDisposable)?.Dispose();
        }
    }
}
