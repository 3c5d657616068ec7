using MemoryRL.Core;
using static TorchSharp.torch;

namespace MemoryRL.Learning;

/// <summary>The baseline <c>awr</c>: advantage-weighted regression (Peng et al. 2019, arXiv:1910.00177) with Monte-Carlo returns.</summary>
/// <remarks>
/// One update, where <c>R</c> is the discounted return from the transition to the end of its episode:
/// <code>
/// L_V  = mean (R - V(s))^2
/// A    = R - V(s)   with the new V, by default less its mean and over its deviation in the batch (plus 1e-5, as the authors' code)
/// w    = min(exp(A / temperature), limit),   L_pi = -mean w log pi(a|s)
/// </code>
/// The returns come out of the memory, as the targets of a <see cref="ValuePlan"/> without a value function. Nothing is added behind a truncated end: its rest counts as 0 (our
/// choice; the authors' code bootstraps there, and mixes in values on the way, TD(0.95)). The deviations of the actor are learned as IQL's are,
/// where the authors' code has fixed ones. A gradient that is not finite is dropped and counted, each of the two by itself.
/// </remarks>
public sealed class AwrLearner : IPlanningLearner
{
    /// <summary>The algorithm's name.</summary>
    public const string Algorithm = "awr";

    // ADV_EPS of the authors' code.
    private const double AddedDeviation = 1e-5;

    private readonly ExperienceSpec _spec;
    private readonly AwrOptions _options;
    private readonly FeedingSize _feeding;
    private readonly TransitionEncoder _encoder;
    private readonly ValueNetwork _value;
    private readonly ActorNetwork _actor;
    private readonly GradientStep _valueStep;
    private readonly GradientStep _actorStep;

    /// <summary>Initializes a learner.</summary>
    /// <param name="settings">Spec, seed, device and options.</param>
    /// <exception cref="InvalidExperienceException">The actions are no float32 box, or an option cannot be used; the message names it.</exception>
    public AwrLearner(LearnerSettings settings)
    {
        _spec = settings.Spec;
        _options = AwrOptions.Parse(settings.Options);
        var device = TensorDevices.Resolve(settings.Device);
        _encoder = new TransitionEncoder(_spec, device);
        _feeding = FeedingSize.Of(_spec, _encoder.FeatureCount, _options.BatchSize, _options.UpdatesPerFeeding);
        var random = new RandomStream((ulong)settings.Seed, LearnerStreams.Rivals);
        _value = new ValueNetwork("value", _encoder.FeatureCount, _options.HiddenSizes, ref random, device);
        _actor = new ActorNetwork("actor", _encoder.FeatureCount, _options.HiddenSizes, _encoder.ActionWidth, _encoder.IsBounded, ActorDeviation.Clipped, ref random, device);
        _valueStep = new GradientStep([.. _value.parameters()], _options.ValueLearningRate);
        _actorStep = new GradientStep([.. _actor.parameters()], _options.ActorLearningRate);
        Plan = new ValuePlan(1, "", default, new PlanSettings
        {
            Discount = _options.Discount,
            RewardScale = _options.RewardScale,
            RewardShift = _options.RewardShift,
        });
    }

    /// <inheritdoc/>
    /// <remarks>The returns of an episode never change, so neither does the plan.</remarks>
    public ValuePlan Plan { get; }

    /// <inheritdoc/>
    public long UpdateCount { get; private set; }

    /// <inheritdoc/>
    public DataRequest NextRequest => new(Planned: IsDone ? 1 : _feeding.Transitions);

    private bool IsDone => _options.MaxUpdates > 0 && UpdateCount >= _options.MaxUpdates;

    /// <inheritdoc/>
    /// <exception cref="InvalidExperienceException">The batch has no planned transitions, or such of another spec.</exception>
    public IReadOnlyList<Metric> Update(LearnerBatch batch)
    {
        var transitions = _encoder.Check(batch.Planned?.Transitions, "batch.planned");
        using var scope = NewDisposeScope();
        var observations = _encoder.Observations(transitions.Observations);
        var actions = _encoder.Actions(transitions.Actions);

        // A return has no value to choose or bootstrap with, so both of a transition's targets are the same.
        var returns = _encoder.Targets(batch.Planned!.Targets).select(1, 0);
        var (valueLoss, actorLoss) = (new LossMeans("value_loss"), new LossMeans("actor_loss"));
        var used = Math.Min(transitions.Count, _feeding.Transitions);
        for (var start = 0; start < used && !IsDone; start += _options.BatchSize)
        {
            using var step = NewDisposeScope();
            var count = Math.Min(_options.BatchSize, used - start);
            var (s, a, goal) = (observations.narrow(0, start, count), actions.narrow(0, start, count), returns.narrow(0, start, count));
            _ = _valueStep.Descend(nn.functional.mse_loss(_value.call(s).squeeze(1), goal), valueLoss);
            var weight = Weights(goal, s);
            _ = _actorStep.Descend((weight * ActionDistributions.Normal(_actor.call(s), _actor.BoundedLogDeviation()!, a)).mean().neg(), actorLoss);
            UpdateCount++;
        }

        return [.. valueLoss.Metrics(), .. actorLoss.Metrics()];
    }

    /// <inheritdoc/>
    public void Save(SafetensorsBuilder checkpoint)
    {
        checkpoint.Metadata["algorithm"] = Algorithm;
        LearnerCheckpoint.SaveNumber(checkpoint, "awr.update_count", UpdateCount);
        LearnerCheckpoint.SaveModule(checkpoint, "awr.value", _value);
        LearnerCheckpoint.SaveModule(checkpoint, "awr.actor", _actor);
        LearnerCheckpoint.SaveAdam(checkpoint, "awr.value.adam", _valueStep.Optimizer);
        LearnerCheckpoint.SaveAdam(checkpoint, "awr.actor.adam", _actorStep.Optimizer);
    }

    /// <inheritdoc/>
    public void Load(SafetensorsDocument checkpoint)
    {
        LearnerCheckpoint.Expect(checkpoint, "algorithm", Algorithm);
        UpdateCount = LearnerCheckpoint.LoadNumber(checkpoint, "awr.update_count");
        LearnerCheckpoint.LoadModule(checkpoint, "awr.value", _value);
        LearnerCheckpoint.LoadModule(checkpoint, "awr.actor", _actor);
        LearnerCheckpoint.LoadAdam(checkpoint, "awr.value.adam", _valueStep.Optimizer);
        LearnerCheckpoint.LoadAdam(checkpoint, "awr.actor.adam", _actorStep.Optimizer);
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> CreatePolicyBundle(long version) => new GaussianActorWeights
    {
        Layers = _actor.CopyLayers(),
        IsTanhOutput = _encoder.IsBounded,
        LogDeviation = _actor.CopyLogDeviation(),
    }.ToBundle(Algorithm, version, _spec).ToArray();

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> CreateValueBundle(long version) => ValueBundles.Create(Algorithm, version, _spec.Observation, _value);

    /// <inheritdoc/>
    public void Dispose()
    {
        _valueStep.Dispose();
        _actorStep.Dispose();
        _value.Dispose();
        _actor.Dispose();
    }

    private Tensor Weights(Tensor returns, Tensor observations)
    {
        using var frozen = no_grad();
        var advantage = returns - _value.call(observations).squeeze(1);
        if (_options.NormalizeAdvantages)
        {
            var centered = advantage - advantage.mean();
            advantage = centered / (centered.square().mean().sqrt() + AddedDeviation);
        }

        return (advantage / _options.Temperature).exp().clamp(max: _options.WeightLimit);
    }
}
