using System.Runtime.InteropServices;
using MemoryRL.Core;
using MemoryRL.Environments;
using MemoryRL.Learning;

namespace MemoryRL.Cli;

/// <summary>
/// Agents, memories and a learner in one loop on one thread, without grains: agents step side by side until enough fresh steps of whole
/// episodes are there, then the learner updates and its new policy acts. The same settings give the same run, bit for bit.
/// </summary>
public sealed class LockstepTraining : IDisposable
{
    private const ulong EnvironmentStreams = 0x41_0000_0000;
    private const ulong PolicyStreams = 0x42_0000_0000;
    private const ulong SamplerStream = 0x43_0000_0000;

    private readonly ExperienceSpec _spec;
    private readonly ILearner _learner;
    private readonly IPolicyFactory _policies;
    private readonly IEnvironment[] _environments;
    private readonly EpisodeBuilder[] _builders;
    private readonly RandomStream[] _randoms;
    private readonly byte[] _observations;
    private readonly ActionBatch _actions;
    private readonly OutcomeClassifier _classifier;
    private readonly TrajectoryStore _success;
    private readonly TrajectoryStore _failure;
    private readonly List<Episode> _fresh = [];
    private readonly int _logProbabilityColumn;
    private readonly int _sourceColumn;
    private RandomStream _sampler;
    private IPolicy _policy;
    private int _freshSteps;

    /// <summary>Initializes a run before its first step.</summary>
    /// <param name="settings">What it is made of.</param>
    /// <exception cref="InvalidExperienceException">The task, the algorithm or an option is not known.</exception>
    public LockstepTraining(LockstepSettings settings)
    {
        Task = EnvironmentRegistry.Find(settings.Task);
        var learners = LearningAlgorithms.LearnerFactories.FirstOrDefault(factory => factory.Algorithm == settings.Algorithm)
            ?? throw new InvalidExperienceException("algorithm", $"one of {string.Join(", ", LearningAlgorithms.LearnerFactories.Select(factory => factory.Algorithm))}", $"'{settings.Algorithm}'");
        _policies = LearningAlgorithms.PolicyFactories.First(factory => factory.Algorithm == settings.Algorithm);
        _spec = Task.Spec.Experience with { ExtraColumns = learners.RequiredColumns };
        _logProbabilityColumn = _spec.ExtraColumns.IndexOf(ColumnSpec.BehaviorLogProbability);
        _sourceColumn = _spec.ExtraColumns.IndexOf(ColumnSpec.ActionSource);
        _learner = learners.Create(new LearnerSettings(_spec, settings.Seed, "cpu", settings.Options));
        _classifier = new OutcomeClassifier(new ReturnThresholdRule(Task.Spec.SuccessReturn));
        _success = new TrajectoryStore(_spec, EpisodeOutcome.Success, settings.TrajectoryCapacitySteps);
        _failure = new TrajectoryStore(_spec, EpisodeOutcome.Failure, settings.TrajectoryCapacitySteps, settings.FailureTailSteps);
        _sampler = new RandomStream((ulong)settings.Seed, SamplerStream);

        var agents = settings.Agents;
        _environments = new IEnvironment[agents];
        _builders = new EpisodeBuilder[agents];
        _randoms = new RandomStream[agents];
        _observations = new byte[agents * _spec.Observation.ByteCount];
        _actions = new ActionBatch(agents, _spec.Action);
        for (var i = 0; i < agents; i++)
        {
            _environments[i] = Task.Create();
            _environments[i].Seed(new RandomStream((ulong)settings.Seed, EnvironmentStreams + (ulong)i));
            _builders[i] = new EpisodeBuilder(_spec);
            _randoms[i] = new RandomStream((ulong)settings.Seed, PolicyStreams + (ulong)i);
            Reset(i);
        }

        _policy = CreatePolicy();
    }

    /// <summary>Gets the task.</summary>
    public EnvironmentEntry Task { get; }

    /// <summary>Gets the number of steps in finished episodes.</summary>
    public long StepCount { get; private set; }

    /// <summary>Gets the number of finished episodes.</summary>
    public long EpisodeCount { get; private set; }

    /// <summary>Gets the number of feedings of the learner.</summary>
    public long FeedCount { get; private set; }

    /// <summary>Gets the policy that acts.</summary>
    public IPolicy Policy => _policy;

    /// <summary>Gets the bundle of the policy that acts.</summary>
    public ReadOnlyMemory<byte> Bundle { get; private set; }

    /// <summary>Gets the metrics of the last update.</summary>
    public IReadOnlyList<Metric> Metrics { get; private set; } = [];

    /// <summary>Gets the share of successes among the episodes of the last feeding, in [0, 1].</summary>
    public double SuccessShare { get; private set; }

    /// <summary>Rolls out until the learner has what it asks for, and updates it once.</summary>
    /// <param name="onEpisode">Sees every finished episode with its outcome, in order.</param>
    public void Advance(Action<Episode, EpisodeOutcome>? onEpisode = null)
    {
        var request = _learner.NextRequest;
        var successes = 0;
        while (_freshSteps < Math.Max(request.FreshSteps, 1))
        {
            successes += StepAll(onEpisode);
        }

        SuccessShare = (double)successes / _fresh.Count;
        Metrics = _learner.Update(new LearnerBatch
        {
            Fresh = _fresh,
            Success = Sample(_success, request.SuccessSteps),
            Failure = Sample(_failure, request.FailureSteps),
        });
        FeedCount++;
        _fresh.Clear();
        _freshSteps = 0;
        _policy.Dispose();
        _policy = CreatePolicy();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _policy.Dispose();
        _learner.Dispose();
        foreach (var builder in _builders)
        {
            builder.Dispose();
        }
    }

    private int StepAll(Action<Episode, EpisodeOutcome>? onEpisode)
    {
        _policy.Act(_observations, ActMode.Explore, _randoms, _actions);
        var successes = 0;
        for (var i = 0; i < _environments.Length; i++)
        {
            var action = _actions.Actions.AsSpan(i * _spec.Action.ByteCount, _spec.Action.ByteCount);
            var step = _environments[i].Step(action, Observation(i));
            var builder = _builders[i];
            builder.Add(action, step.Reward, Observation(i), _policy.Version);
            builder.SetExtra(_logProbabilityColumn, _actions.LogProbabilities[i]);
            builder.SetExtra(_sourceColumn, (byte)_actions.Sources[i]);
            if (step.Terminated || step.Truncated)
            {
                var episode = builder.Build(NextId(), step.Terminated ? EpisodeEnd.Terminated : EpisodeEnd.Truncated);
                var outcome = Store(episode, i);
                successes += outcome == EpisodeOutcome.Success ? 1 : 0;
                onEpisode?.Invoke(episode, outcome);
                Reset(i);
            }
        }

        return successes;
    }

    private EpisodeOutcome Store(Episode episode, int agent)
    {
        var outcome = _classifier.Classify(episode.Return);
        var stored = new AgentEpisode(episode, $"agent-{agent}", outcome);
        if (outcome == EpisodeOutcome.Success)
        {
            _ = _success.Append(stored);
        }
        else if (outcome == EpisodeOutcome.Failure)
        {
            _ = _failure.Append(stored);
        }

        _fresh.Add(episode);
        _freshSteps += episode.Length;
        StepCount += episode.Length;
        EpisodeCount++;
        return outcome;
    }

    private TransitionBatch? Sample(TrajectoryStore store, int steps)
    {
        if (steps == 0 || store.Steps == 0)
        {
            return null;
        }

        var batch = new TransitionBatch(_spec, steps);
        store.SampleTransitions(ref _sampler, batch);
        return batch;
    }

    private Span<byte> Observation(int agent) => _observations.AsSpan(agent * _spec.Observation.ByteCount, _spec.Observation.ByteCount);

    private void Reset(int agent)
    {
        _environments[agent].Reset(Observation(agent));
        _builders[agent].Reset(Observation(agent));
    }

    private IPolicy CreatePolicy()
    {
        Bundle = _learner.CreatePolicyBundle(FeedCount + 1);
        return _policies.Create(Bundle);
    }

    // Ids need only differ within the run, and be the same in a run repeated.
    private Guid NextId()
    {
        Span<long> words = [EpisodeCount + 1, 0];
        return new Guid(MemoryMarshal.AsBytes(words));
    }
}
