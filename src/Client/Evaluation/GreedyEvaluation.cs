using MemoryRL.Core;
using MemoryRL.Environments;

namespace MemoryRL.Client;

/// <summary>Replays a policy for a number of episodes over many environments, and says how it did with intervals.</summary>
/// <remarks>
/// The episodes are numbered before the first step, and each has random streams of its own: short episodes are not favoured, and the result does
/// not depend on how many environments share the work.
/// </remarks>
public static class GreedyEvaluation
{
    /// <summary>Runs the episodes on the calling thread.</summary>
    /// <param name="createEnvironment">Makes an environment; its task has a limit of steps.</param>
    /// <param name="policy">The policy; the calling thread owns it meanwhile.</param>
    /// <param name="options">How many episodes and the seed; null for the defaults.</param>
    /// <param name="cancellationToken">Ends the run between two steps.</param>
    /// <returns>How the policy did.</returns>
    /// <exception cref="InvalidExperienceException">An option is not allowed, or the task has no limit, so that an episode may never end.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static EvaluationResult Run(Func<IEnvironment> createEnvironment, IPolicy policy, EvaluationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(createEnvironment);
        ArgumentNullException.ThrowIfNull(policy);
        options ??= new EvaluationOptions();
        options.Validate();
        var slots = new Slots(createEnvironment, options);
        while (slots.Active > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            slots.Step(policy, options.Mode);
        }

        return Summarize(policy.Version, slots.Results);
    }

    private static EvaluationResult Summarize(long version, EvaluatedEpisode[] episodes)
    {
        var returns = Array.ConvertAll(episodes, episode => episode.Return);
        return new EvaluationResult(
            version,
            Interval.OfShare(episodes.Count(episode => episode.IsSuccess), episodes.Length),
            Interval.OfMean(returns),
            episodes.Average(episode => (double)episode.Length),
            [.. episodes]);
    }

    /// <summary>The environments at work, those with an episode in front.</summary>
    private sealed class Slots
    {
        private readonly IEnvironment[] _environments;
        private readonly RandomStream[] _randoms;
        private readonly int[] _numbers;
        private readonly int[] _lengths;
        private readonly double[] _returns;
        private readonly byte[] _observations;
        private readonly ActionBatch _actions;
        private readonly EnvironmentSpec _spec;
        private readonly ulong _seed;
        private int _nextEpisode;

        public Slots(Func<IEnvironment> createEnvironment, EvaluationOptions options)
        {
            var count = Math.Min(options.EnvironmentCount, options.Episodes);
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
            _seed = options.Seed;
            Results = new EvaluatedEpisode[options.Episodes];
            for (; Active < count; Active++)
            {
                Start(Active);
            }
        }

        public EvaluatedEpisode[] Results { get; }

        public int Active { get; private set; }

        public void Step(IPolicy policy, ActMode mode)
        {
            var (observationBytes, actionBytes) = (_spec.Experience.Observation.ByteCount, _spec.Experience.Action.ByteCount);
            policy.Act(_observations.AsSpan(0, Active * observationBytes), mode, _randoms.AsSpan(0, Active), _actions);
            for (var i = Active - 1; i >= 0; i--)
            {
                var result = _environments[i].Step(_actions.Actions.AsSpan(i * actionBytes, actionBytes), _observations.AsSpan(i * observationBytes, observationBytes));
                _returns[i] += result.Reward;
                _lengths[i]++;
                if (result.Terminated || result.Truncated)
                {
                    var end = result.Terminated ? EpisodeEnd.Terminated : EpisodeEnd.Truncated;
                    Results[_numbers[i]] = new EvaluatedEpisode(_returns[i], _lengths[i], end, _spec.IsSuccess(_returns[i]));
                    Next(i);
                }
            }
        }

        private void Next(int slot)
        {
            if (_nextEpisode < Results.Length)
            {
                Start(slot);
                return;
            }

            // The last active slot moves into the gap; it was stepped already, since slots are stepped from the back.
            Active--;
            var bytes = _spec.Experience.Observation.ByteCount;
            (_environments[slot], _environments[Active]) = (_environments[Active], _environments[slot]);
            _randoms[slot] = _randoms[Active];
            _numbers[slot] = _numbers[Active];
            _lengths[slot] = _lengths[Active];
            _returns[slot] = _returns[Active];
            _observations.AsSpan(Active * bytes, bytes).CopyTo(_observations.AsSpan(slot * bytes));
        }

        private void Start(int slot)
        {
            var number = _nextEpisode++;
            _numbers[slot] = number;
            _lengths[slot] = 0;
            _returns[slot] = 0;
            _randoms[slot] = new RandomStream(_seed, ((ulong)number * 2) + 1);
            _environments[slot].Seed(new RandomStream(_seed, (ulong)number * 2));
            var bytes = _spec.Experience.Observation.ByteCount;
            _environments[slot].Reset(_observations.AsSpan(slot * bytes, bytes));
        }
    }
}
