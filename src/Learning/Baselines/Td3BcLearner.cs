using MemoryRL.Core;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MemoryRL.Learning;

/// <summary>The baseline <c>td3-bc</c>: the actor-critic TD3 held to the data by cloning (Fujimoto and Gu 2021, arXiv:2106.06860).</summary>
/// <remarks>
/// One update, as the official code has it (algorithms.md 4.4; https://github.com/sfujim/TD3_BC), where <c>'</c> marks the targets:
/// <code>
/// a' = clip(pi'(s') + clip(noise, -limit, limit), -1, 1)
/// y  = r + discount m min(Q_1'(s', a'), Q_2'(s', a')),   L_Q = mean (Q_1(s, a) - y)^2 + mean (Q_2(s, a) - y)^2
/// every policy-delay updates:   L_pi = -alpha / mean |Q_1(s, pi(s))| mean Q_1(s, pi(s)) + mean (pi(s) - a)^2,   and all targets follow
/// </code>
/// Observations are normalised by the data's moments; the actor is deterministic. A gradient that is not finite is dropped and counted, each of
/// the two by itself.
/// </remarks>
public sealed class Td3BcLearner : ILearner
{
    /// <summary>The algorithm's name.</summary>
    public const string Algorithm = "td3-bc";

    private readonly ExperienceSpec _spec;
    private readonly Td3BcOptions _options;
    private readonly FeedingSize _feeding;
    private readonly TransitionEncoder _encoder;
    private readonly FeatureMoments _moments;
    private readonly Device _device;
    private readonly ActorNetwork _actor;
    private readonly ActorNetwork _targetActor;
    private readonly ValueNetwork[] _critics;
    private readonly ValueNetwork[] _targetCritics;
    private readonly Parameter[] _weights;
    private readonly Parameter[] _targetWeights;
    private readonly GradientStep _criticStep;
    private readonly GradientStep _actorStep;
    private RandomStream _noise;
    private float[] _noises = [];

    /// <summary>Initializes a learner.</summary>
    /// <param name="settings">Spec, seed, device and options.</param>
    /// <exception cref="InvalidExperienceException">The actions are no float32 box with bounds, or an option cannot be used; the message names it.</exception>
    public Td3BcLearner(LearnerSettings settings)
    {
        _spec = settings.Spec;
        _options = Td3BcOptions.Parse(settings.Options);
        _device = TensorDevices.Resolve(settings.Device);
        _encoder = new TransitionEncoder(_spec, _device);
        InvalidExperienceException.ThrowUnless(_encoder.IsBounded, "settings.spec.action", "a float32 box with bounds, inside which the noise is clipped", _spec.Action);
        _moments = new FeatureMoments(_encoder.FeatureCount);
        _feeding = FeedingSize.Of(_spec, _encoder.FeatureCount, _options.BatchSize, _options.UpdatesPerFeeding, _options.Normalize ? _options.StatisticsSteps : 0);
        _noise = new RandomStream((ulong)settings.Seed, LearnerStreams.TargetNoise);

        // A copy of the stream draws the same weights: the targets start as what they follow.
        var random = new RandomStream((ulong)settings.Seed, LearnerStreams.Rivals);
        var copy = random;
        (_actor, _critics) = Networks(ref random);
        (_targetActor, _targetCritics) = Networks(ref copy);
        _criticStep = new GradientStep([.. _critics.SelectMany(static critic => critic.parameters())], _options.CriticLearningRate);
        _actorStep = new GradientStep([.. _actor.parameters()], _options.ActorLearningRate);
        _weights = [.. _criticStep.Weights, .. _actorStep.Weights];
        _targetWeights = [.. _targetCritics.SelectMany(static critic => critic.parameters()), .. _targetActor.parameters()];
    }

    /// <inheritdoc/>
    /// <remarks>An update whose gradients were dropped counts: the delay goes on.</remarks>
    public long UpdateCount { get; private set; }

    /// <inheritdoc/>
    public DataRequest NextRequest => new(Transitions: IsDone ? 1 : _moments.IsKnown ? _feeding.Transitions : _feeding.First);

    private bool IsDone => _options.MaxUpdates > 0 && UpdateCount >= _options.MaxUpdates;

    /// <inheritdoc/>
    /// <exception cref="InvalidExperienceException">The batch has no transitions, or such of another spec.</exception>
    public IReadOnlyList<Metric> Update(LearnerBatch batch)
    {
        var transitions = _encoder.Check(batch.Transitions, "batch.transitions");
        using var scope = NewDisposeScope();
        var moments = _options.Normalize ? _moments : null;
        var observations = _encoder.Observations(transitions.Observations, moments);
        var next = _encoder.Observations(transitions.NextObservations, moments);
        var actions = _encoder.Actions(transitions.Actions);
        var rewards = _encoder.Rewards(transitions.Rewards, _options.RewardScale, _options.RewardShift);
        var discounts = _encoder.Discounts(transitions.Terminated, _options.Discount);
        var (criticLoss, actorLoss) = (new LossMeans("critic_loss"), new LossMeans("actor_loss"));

        // The first feeding is larger for the moments' sake alone: every feeding is the same number of updates.
        var used = Math.Min(transitions.Count, _feeding.Transitions);
        for (var start = 0; start < used && !IsDone; start += _options.BatchSize)
        {
            using var step = NewDisposeScope();
            var count = Math.Min(_options.BatchSize, used - start);
            var (s, a) = (observations.narrow(0, start, count), actions.narrow(0, start, count));
            var goal = Goal(rewards.narrow(0, start, count), discounts.narrow(0, start, count), next.narrow(0, start, count));
            _ = _criticStep.Descend(CriticLoss(s, a, goal), criticLoss);
            UpdateCount++;
            if (UpdateCount % _options.PolicyDelay == 0)
            {
                UpdateActor(s, a, actorLoss);
                TargetWeights.Follow(_targetWeights, _weights, _options.TargetUpdateRate);
            }
        }

        return [.. criticLoss.Metrics(), .. actorLoss.Metrics()];
    }

    /// <inheritdoc/>
    public void Save(SafetensorsBuilder checkpoint)
    {
        checkpoint.Metadata["algorithm"] = Algorithm;
        LearnerCheckpoint.SaveNumber(checkpoint, "td3_bc.update_count", UpdateCount);
        LearnerCheckpoint.SaveRandom(checkpoint, "td3_bc.noise", _noise);
        _moments.Save(checkpoint);
        foreach (var (name, network) in Networks())
        {
            LearnerCheckpoint.SaveModule(checkpoint, name, network);
        }

        LearnerCheckpoint.SaveAdam(checkpoint, "td3_bc.critic.adam", _criticStep.Optimizer);
        LearnerCheckpoint.SaveAdam(checkpoint, "td3_bc.actor.adam", _actorStep.Optimizer);
    }

    /// <inheritdoc/>
    public void Load(SafetensorsDocument checkpoint)
    {
        LearnerCheckpoint.Expect(checkpoint, "algorithm", Algorithm);
        UpdateCount = LearnerCheckpoint.LoadNumber(checkpoint, "td3_bc.update_count");
        _noise = LearnerCheckpoint.LoadRandom(checkpoint, "td3_bc.noise");
        _moments.Load(checkpoint);
        foreach (var (name, network) in Networks())
        {
            LearnerCheckpoint.LoadModule(checkpoint, name, network);
        }

        LearnerCheckpoint.LoadAdam(checkpoint, "td3_bc.critic.adam", _criticStep.Optimizer);
        LearnerCheckpoint.LoadAdam(checkpoint, "td3_bc.actor.adam", _actorStep.Optimizer);
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> CreatePolicyBundle(long version) => new GaussianActorWeights
    {
        Layers = _actor.CopyLayers(),
        IsTanhOutput = true,
        ObservationMean = _options.Normalize ? _moments.Mean : default,
        ObservationDeviation = _options.Normalize ? _moments.Deviation : default,
    }.ToBundle(Algorithm, version, _spec).ToArray();

    /// <inheritdoc/>
    public void Dispose()
    {
        _criticStep.Dispose();
        _actorStep.Dispose();
        foreach (var (_, network) in Networks())
        {
            network.Dispose();
        }
    }

    private static void SetTrainable(IReadOnlyList<Parameter> weights, bool isTrainable)
    {
        foreach (var weight in weights)
        {
            _ = weight.requires_grad_(isTrainable);
        }
    }

    private (ActorNetwork Actor, ValueNetwork[] Critics) Networks(ref RandomStream random)
    {
        var (features, actions) = (_encoder.FeatureCount, _encoder.ActionWidth);
        var actor = new ActorNetwork("actor", features, _options.HiddenSizes, actions, isTanhOutput: true, ActorDeviation.None, ref random, _device);
        return (actor, [new("critic1", features + actions, _options.HiddenSizes, ref random, _device), new("critic2", features + actions, _options.HiddenSizes, ref random, _device)]);
    }

    private Tensor Goal(Tensor rewards, Tensor discounts, Tensor next)
    {
        using var frozen = no_grad();
        var action = (_targetActor.call(next) + Noise(next.shape[0])).clamp(-1, 1);
        var both = cat([next, action], 1);
        return rewards + (discounts * minimum(_targetCritics[0].call(both), _targetCritics[1].call(both)).squeeze(1));
    }

    private Tensor Noise(long count)
    {
        var length = checked((int)count * _encoder.ActionWidth);
        if (_noises.Length != length)
        {
            _noises = new float[length];
        }

        foreach (ref var noise in _noises.AsSpan())
        {
            noise = (float)Math.Clamp(_options.PolicyNoise * _noise.NextNormal(), -_options.NoiseLimit, _options.NoiseLimit);
        }

        return tensor(_noises, [count, _encoder.ActionWidth], device: _device);
    }

    private Tensor CriticLoss(Tensor observations, Tensor actions, Tensor goal)
    {
        var both = cat([observations, actions], 1);
        return nn.functional.mse_loss(_critics[0].call(both).squeeze(1), goal) + nn.functional.mse_loss(_critics[1].call(both).squeeze(1), goal);
    }

    // The critic only leads the gradient to the actor here: its own weights' gradients would be computed for nothing.
    private void UpdateActor(Tensor observations, Tensor actions, LossMeans means)
    {
        SetTrainable(_criticStep.Weights, isTrainable: false);
        var chosen = _actor.call(observations);
        var value = _critics[0].call(cat([observations, chosen], 1));
        var scale = value.detach().abs().mean().pow(-1) * _options.Alpha;
        _ = _actorStep.Descend(nn.functional.mse_loss(chosen, actions) - (scale * value.mean()), means);
        SetTrainable(_criticStep.Weights, isTrainable: true);
    }

    private (string Name, nn.Module Network)[] Networks() =>
    [
        ("td3_bc.actor", _actor),
        ("td3_bc.critic1", _critics[0]),
        ("td3_bc.critic2", _critics[1]),
        ("td3_bc.target_actor", _targetActor),
        ("td3_bc.target1", _targetCritics[0]),
        ("td3_bc.target2", _targetCritics[1]),
    ];
}
