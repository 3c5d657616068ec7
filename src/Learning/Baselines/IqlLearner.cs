using MemoryRL.Core;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MemoryRL.Learning;

/// <summary>The baseline <c>iql</c>: implicit Q-learning (Kostrikov et al. 2021, arXiv:2110.06169), which never asks for the value of an action that the data lack.</summary>
/// <remarks>
/// One update, in the order of the official code (algorithms.md 4.4; https://github.com/ikostrikov/implicit_q_learning), where <c>Q'</c> is the
/// smaller of the two target critics:
/// <code>
/// u = Q'(s, a) - V(s),            L_V  = mean |expectile - 1(u &lt; 0)| u^2
/// w = min(exp(temperature (Q'(s, a) - V(s))), limit),  L_pi = -mean w log pi(a|s)      with the new V
/// y = r + discount m V(s'),       L_Q  = mean (Q_1(s, a) - y)^2 + mean (Q_2(s, a) - y)^2   with the new V, m = 0 behind a terminated step
/// Q' = (1 - rate) Q' + rate Q
/// </code>
/// The actor is a normal distribution around tanh of a network, with deviations that no observation changes; where the action space has no bounds
/// there is no tanh. Weights start as PyTorch's do, where the official code has orthogonal ones (our choice). A gradient that is not finite is
/// dropped and counted, each of the three by itself.
/// </remarks>
public sealed class IqlLearner : IValueLearner
{
    /// <summary>The algorithm's name.</summary>
    public const string Algorithm = "iql";

    // Actions are clipped to +-(1 - 1e-5): algorithms.md 4.4.
    private const float LargestAction = 1 - 1e-5f;

    private readonly ExperienceSpec _spec;
    private readonly IqlOptions _options;
    private readonly FeedingSize _feeding;
    private readonly TransitionEncoder _encoder;
    private readonly ValueNetwork _value;
    private readonly ValueNetwork[] _critics;
    private readonly ValueNetwork[] _targets;
    private readonly Parameter[] _targetWeights;
    private readonly ActorNetwork _actor;
    private readonly GradientStep _valueStep;
    private readonly GradientStep _criticStep;
    private readonly GradientStep _actorStep;

    /// <summary>Initializes a learner.</summary>
    /// <param name="settings">Spec, seed, device and options.</param>
    /// <exception cref="InvalidExperienceException">The actions are no float32 box, or an option cannot be used; the message names it.</exception>
    public IqlLearner(LearnerSettings settings)
    {
        _spec = settings.Spec;
        _options = IqlOptions.Parse(settings.Options);
        var device = TensorDevices.Resolve(settings.Device);
        _encoder = new TransitionEncoder(_spec, device, LargestAction);
        var (features, actions) = (_encoder.FeatureCount, _encoder.ActionWidth);
        _feeding = FeedingSize.Of(_spec, features, _options.BatchSize, _options.UpdatesPerFeeding);
        var random = new RandomStream((ulong)settings.Seed, LearnerStreams.Rivals);
        _value = new ValueNetwork("value", features, _options.HiddenSizes, ref random, device);
        _actor = new ActorNetwork("actor", features, _options.HiddenSizes, actions, _encoder.IsBounded, ActorDeviation.Clipped, ref random, device);

        // A copy of the stream draws the same weights: the targets start as the critics.
        var copy = random;
        _critics = Pair(ref random);
        _targets = Pair(ref copy);
        _targetWeights = Weights(_targets);
        _valueStep = new GradientStep([.. _value.parameters()], _options.ValueLearningRate);
        _criticStep = new GradientStep(Weights(_critics), _options.CriticLearningRate);
        _actorStep = new GradientStep([.. _actor.parameters()], _options.ActorLearningRate);

        ValueNetwork[] Pair(ref RandomStream stream) =>
            [new("critic1", features + actions, _options.HiddenSizes, ref stream, device), new("critic2", features + actions, _options.HiddenSizes, ref stream, device)];
    }

    /// <inheritdoc/>
    /// <remarks>An update whose gradients were dropped counts: the learning rate goes on.</remarks>
    public long UpdateCount { get; private set; }

    /// <inheritdoc/>
    public DataRequest NextRequest => new(Transitions: IsDone ? 1 : _feeding.Transitions);

    private bool IsDone => _options.MaxUpdates > 0 && UpdateCount >= _options.MaxUpdates;

    /// <inheritdoc/>
    /// <exception cref="InvalidExperienceException">The batch has no transitions, or such of another spec.</exception>
    public IReadOnlyList<Metric> Update(LearnerBatch batch)
    {
        var transitions = _encoder.Check(batch.Transitions, "batch.transitions");
        using var scope = NewDisposeScope();
        var observations = _encoder.Observations(transitions.Observations);
        var next = _encoder.Observations(transitions.NextObservations);
        var actions = _encoder.Actions(transitions.Actions);
        var both = cat([observations, actions], 1);
        var rewards = _encoder.Rewards(transitions.Rewards, _options.RewardScale, _options.RewardShift);
        var discounts = _encoder.Discounts(transitions.Terminated, _options.Discount);
        var (valueLoss, actorLoss, criticLoss) = (new LossMeans("value_loss"), new LossMeans("actor_loss"), new LossMeans("critic_loss"));
        var used = Math.Min(transitions.Count, _feeding.Transitions);
        for (var start = 0; start < used && !IsDone; start += _options.BatchSize)
        {
            using var step = NewDisposeScope();
            var count = Math.Min(_options.BatchSize, used - start);
            var (s, sa, nextS) = (observations.narrow(0, start, count), both.narrow(0, start, count), next.narrow(0, start, count));
            var target = Smaller(sa);
            _ = _valueStep.Descend(ExpectileLoss(target - _value.call(s).squeeze(1), _options.Expectile), valueLoss);
            var (weight, goal) = Goals(target, s, rewards.narrow(0, start, count), discounts.narrow(0, start, count), nextS);
            _actorStep.SetLearningRate(ActorLearningRate());
            _ = _actorStep.Descend(ActorLoss(weight, s, actions.narrow(0, start, count)), actorLoss);
            _ = _criticStep.Descend(CriticLoss(sa, goal), criticLoss);
            TargetWeights.Follow(_targetWeights, _criticStep.Weights, _options.TargetUpdateRate);
            UpdateCount++;
        }

        return [.. valueLoss.Metrics(), .. actorLoss.Metrics(), .. criticLoss.Metrics()];
    }

    /// <inheritdoc/>
    public void Save(SafetensorsBuilder checkpoint)
    {
        checkpoint.Metadata["algorithm"] = Algorithm;
        LearnerCheckpoint.SaveNumber(checkpoint, "iql.update_count", UpdateCount);
        foreach (var (name, network) in Networks())
        {
            LearnerCheckpoint.SaveModule(checkpoint, name, network);
        }

        foreach (var (name, step) in Steps())
        {
            LearnerCheckpoint.SaveAdam(checkpoint, name, step.Optimizer);
        }
    }

    /// <inheritdoc/>
    public void Load(SafetensorsDocument checkpoint)
    {
        LearnerCheckpoint.Expect(checkpoint, "algorithm", Algorithm);
        UpdateCount = LearnerCheckpoint.LoadNumber(checkpoint, "iql.update_count");
        foreach (var (name, network) in Networks())
        {
            LearnerCheckpoint.LoadModule(checkpoint, name, network);
        }

        foreach (var (name, step) in Steps())
        {
            LearnerCheckpoint.LoadAdam(checkpoint, name, step.Optimizer);
        }
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> CreatePolicyBundle(long version) => new GaussianActorWeights
    {
        Layers = _actor.CopyLayers(),
        IsTanhOutput = _encoder.IsBounded,
        LogDeviation = _actor.CopyLogDeviation(),
    }.ToBundle(Algorithm, version, _spec).ToArray();

    /// <inheritdoc/>
    /// <remarks>One head, in units of the scaled rewards.</remarks>
    public ReadOnlyMemory<byte> CreateValueBundle(long version) => ValueBundles.Create(Algorithm, version, _spec.Observation, _value);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (_, step) in Steps())
        {
            step.Dispose();
        }

        foreach (var (_, network) in Networks())
        {
            network.Dispose();
        }
    }

    /// <summary>The asymmetric squared error whose minimum is an expectile (arXiv:2110.06169, Eq. 5).</summary>
    /// <param name="difference">Targets minus values, <c>[B]</c>.</param>
    /// <param name="expectile">The expectile, in [0, 1].</param>
    /// <returns><c>mean |expectile - 1(u &lt; 0)| u^2</c>, a scalar.</returns>
    internal static Tensor ExpectileLoss(Tensor difference, double expectile) =>
        ((difference.detach() < 0).to_type(ScalarType.Float32).sub(expectile).abs() * difference.square()).mean();

    private static Parameter[] Weights(IEnumerable<ValueNetwork> networks) => [.. networks.SelectMany(static network => network.parameters())];

    // Q'(s, a): algorithms.md 4.4, "target Q, min of two".
    private Tensor Smaller(Tensor both)
    {
        using var frozen = no_grad();
        return minimum(_targets[0].call(both), _targets[1].call(both)).squeeze(1);
    }

    // The actor's weights and the critics' goals, both with the new V.
    private (Tensor Weight, Tensor Goal) Goals(Tensor target, Tensor observations, Tensor rewards, Tensor discounts, Tensor next)
    {
        using var frozen = no_grad();
        var advantage = target - _value.call(observations).squeeze(1);
        return ((advantage * _options.Temperature).exp().clamp(max: _options.WeightLimit), rewards + (discounts * _value.call(next).squeeze(1)));
    }

    private Tensor ActorLoss(Tensor weight, Tensor observations, Tensor actions) =>
        (weight * ActionDistributions.Normal(_actor.call(observations), _actor.BoundedLogDeviation()!, actions)).mean().neg();

    private Tensor CriticLoss(Tensor both, Tensor goal) =>
        nn.functional.mse_loss(_critics[0].call(both).squeeze(1), goal) + nn.functional.mse_loss(_critics[1].call(both).squeeze(1), goal);

    private double ActorLearningRate() => _options.MaxUpdates > 0
        ? CosineDecay.Rate(_options.ActorLearningRate, UpdateCount, _options.MaxUpdates)
        : _options.ActorLearningRate;

    private (string Name, nn.Module Network)[] Networks() =>
        [("iql.value", _value), ("iql.critic1", _critics[0]), ("iql.critic2", _critics[1]), ("iql.target1", _targets[0]), ("iql.target2", _targets[1]), ("iql.actor", _actor)];

    private (string Name, GradientStep Step)[] Steps() => [("iql.value.adam", _valueStep), ("iql.critic.adam", _criticStep), ("iql.actor.adam", _actorStep)];
}
