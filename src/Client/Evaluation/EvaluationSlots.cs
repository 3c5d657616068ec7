using MemoryRL.Core;
using MemoryRL.Environments;

namespace MemoryRL.Client;

/// <summary>One thread's environments in an evaluation; those at work stand in front.</summary>
internal sealed class EvaluationSlots
{
    private readonly EvaluationPlan _plan;
    private readonly IEnvironment[] _environments;
    private readonly RandomStream[] _randoms;
    private readonly int[] _numbers;
    private readonly int[] _lengths;
    private readonly double[] _returns;
    private readonly byte[] _observations;
    private readonly ActionBatch _actions;
    private readonly EnvironmentSpec _spec;
    private int _active;

    /// <summary>Makes the environments.</summary>
    /// <param name="createEnvironment">Makes an environment; its task has a limit of steps.</param>
    /// <param name="plan">The episodes.</param>
    /// <param name="count">The number of environments, at least 1.</param>
    /// <exception cref="InvalidExperienceException">The task has no limit, so that an episode may never end.</exception>
    public EvaluationSlots(Func<IEnvironment> createEnvironment, EvaluationPlan plan, int count)
    {
        _plan = plan;
        _environments = new IEnvironment[count];
        for (var i = 0; i < count; i++)
        {
            _environments[i] = createEnvironment();
        }

        _spec = _environments[0].Spec;
        InvalidExperienceException.ThrowUnless(_spec.MaxEpisodeSteps is not null, "environment.max_episode_steps", "a limit, so that every episode ends", "none");
        _randoms = new RandomStream[count];
        _numbers = new int[count];
        _lengths = new int[count];
        _returns = new double[count];
        _observations = new byte[count * _spec.Experience.Observation.ByteCount];
        _actions = new ActionBatch(count, _spec.Experience.Action);
    }

    /// <summary>Plays until no episode is left.</summary>
    /// <param name="policy">The policy; the calling thread owns it meanwhile.</param>
    /// <param name="cancellationToken">Ends it between two steps.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public void Play(IPolicy policy, CancellationToken cancellationToken)
    {
        for (; _active < _environments.Length && _plan.TryTake(out var number); _active++)
        {
            Start(_active, number);
        }

        while (_active > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Step(policy);
        }
    }

    private void Step(IPolicy policy)
    {
        var (observationBytes, actionBytes) = (_spec.Experience.Observation.ByteCount, _spec.Experience.Action.ByteCount);
        policy.Act(_observations.AsSpan(0, _active * observationBytes), _plan.Mode, _randoms.AsSpan(0, _active), _actions);
        for (var i = _active - 1; i >= 0; i--)
        {
            var result = _environments[i].Step(_actions.Actions.AsSpan(i * actionBytes, actionBytes), _observations.AsSpan(i * observationBytes, observationBytes));
            _returns[i] += result.Reward;
            _lengths[i]++;
            if (result.Terminated || result.Truncated)
            {
                var end = result.Terminated ? EpisodeEnd.Terminated : EpisodeEnd.Truncated;
                _plan.Record(_numbers[i], new EvaluatedEpisode(_returns[i], _lengths[i], end, _spec.IsSuccess(_returns[i])));
                Next(i);
            }
        }
    }

    private void Next(int slot)
    {
        if (_plan.TryTake(out var number))
        {
            Start(slot, number);
            return;
        }

        // The last active slot moves into the gap; it was stepped already, since slots are stepped from the back.
        _active--;
        var bytes = _spec.Experience.Observation.ByteCount;
        (_environments[slot], _environments[_active]) = (_environments[_active], _environments[slot]);
        _randoms[slot] = _randoms[_active];
        _numbers[slot] = _numbers[_active];
        _lengths[slot] = _lengths[_active];
        _returns[slot] = _returns[_active];
        _observations.AsSpan(_active * bytes, bytes).CopyTo(_observations.AsSpan(slot * bytes));
    }

    private void Start(int slot, int number)
    {
        _numbers[slot] = number;
        _lengths[slot] = 0;
        _returns[slot] = 0;
        _randoms[slot] = _plan.PolicyStream(number);
        _environments[slot].Seed(_plan.EnvironmentStream(number));
        var bytes = _spec.Experience.Observation.ByteCount;
        _environments[slot].Reset(_observations.AsSpan(slot * bytes, bytes));
    }
}
