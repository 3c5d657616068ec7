using MemoryRL.Core;
using static TorchSharp.torch;

namespace MemoryRL.Learning;

/// <summary>The baseline <c>bc</c>: behaviour cloning, which acts as the data do.</summary>
/// <remarks>
/// As CORL's <c>any_percent_bc</c> (https://github.com/corl-team/CORL): the squared error between <c>tanh</c> of a 256-256 ReLU network and the
/// actions, Adam, observations normalised by the data's moments; <c>10 % BC</c> is the same learner over the best tenth of the episodes, chosen
/// where the data enter the memory. The likelihood of a normal distribution in place of the error is our addition. Where the action space has
/// no bounds there is no tanh. A gradient that is not finite is dropped and counted.
/// </remarks>
public sealed class BehaviorCloningLearner : ILearner
{
    /// <summary>The algorithm's name.</summary>
    public const string Algorithm = GaussianActorPolicyFactory.BehaviorCloning;

    private readonly ExperienceSpec _spec;
    private readonly BehaviorCloningOptions _options;
    private readonly FeedingSize _feeding;
    private readonly TransitionEncoder _encoder;
    private readonly FeatureMoments _moments;
    private readonly ActorNetwork _network;
    private readonly GradientStep _step;

    /// <summary>Initializes a learner.</summary>
    /// <param name="settings">Spec, seed, device and options.</param>
    /// <exception cref="InvalidExperienceException">The actions are no float32 box, or an option cannot be used; the message names it.</exception>
    public BehaviorCloningLearner(LearnerSettings settings)
    {
        _spec = settings.Spec;
        _options = BehaviorCloningOptions.Parse(settings.Options);
        var device = TensorDevices.Resolve(settings.Device);
        _encoder = new TransitionEncoder(_spec, device);
        _moments = new FeatureMoments(_encoder.FeatureCount);
        _feeding = FeedingSize.Of(_spec, _encoder.FeatureCount, _options.BatchSize, _options.UpdatesPerFeeding, _options.Normalize ? _options.StatisticsSteps : 0);
        var random = new RandomStream((ulong)settings.Seed, LearnerStreams.Cloner);
        var deviation = _options.Loss == BehaviorCloningLoss.NegativeLogLikelihood ? ActorDeviation.Clipped : ActorDeviation.None;
        _network = new ActorNetwork("cloner", _encoder.FeatureCount, [_options.HiddenSize, _options.HiddenSize], _encoder.ActionWidth, _encoder.IsBounded, deviation, ref random, device);
        _step = new GradientStep([.. _network.parameters()], _options.LearningRate);
    }

    /// <inheritdoc/>
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
        var observations = _encoder.Observations(transitions.Observations, _options.Normalize ? _moments : null);
        var actions = _encoder.Actions(transitions.Actions);
        var losses = new LossMeans("cloning_loss");

        // The first feeding is larger for the moments' sake alone: every feeding is the same number of gradient steps.
        var used = Math.Min(transitions.Count, _feeding.Transitions);
        for (var start = 0; start < used && !IsDone; start += _options.BatchSize)
        {
            var count = Math.Min(_options.BatchSize, used - start);
            UpdateMinibatch(observations.narrow(0, start, count), actions.narrow(0, start, count), losses);
        }

        return [.. losses.Metrics()];
    }

    /// <inheritdoc/>
    public void Save(SafetensorsBuilder checkpoint)
    {
        checkpoint.Metadata["algorithm"] = Algorithm;
        LearnerCheckpoint.SaveModule(checkpoint, "cloner", _network);
        LearnerCheckpoint.SaveAdam(checkpoint, "cloner.adam", _step.Optimizer);
        LearnerCheckpoint.SaveNumber(checkpoint, "cloner.update_count", UpdateCount);
        _moments.Save(checkpoint);
    }

    /// <inheritdoc/>
    public void Load(SafetensorsDocument checkpoint)
    {
        LearnerCheckpoint.Expect(checkpoint, "algorithm", Algorithm);
        LearnerCheckpoint.LoadModule(checkpoint, "cloner", _network);
        LearnerCheckpoint.LoadAdam(checkpoint, "cloner.adam", _step.Optimizer);
        UpdateCount = LearnerCheckpoint.LoadNumber(checkpoint, "cloner.update_count");
        _moments.Load(checkpoint);
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> CreatePolicyBundle(long version) => new GaussianActorWeights
    {
        Layers = _network.CopyLayers(),
        Hidden = DenseActivation.Relu,
        IsTanhOutput = _encoder.IsBounded,
        ObservationMean = _options.Normalize ? _moments.Mean : default,
        ObservationDeviation = _options.Normalize ? _moments.Deviation : default,
        LogDeviation = _network.CopyLogDeviation(),
    }.ToBundle(Algorithm, version, _spec).ToArray();

    /// <inheritdoc/>
    public void Dispose()
    {
        _step.Dispose();
        _network.Dispose();
    }

    private void UpdateMinibatch(Tensor observations, Tensor actions, LossMeans losses)
    {
        using var scope = NewDisposeScope();
        var mean = _network.call(observations);
        var loss = _network.BoundedLogDeviation() is { } logDeviation
            ? ActionDistributions.Normal(mean, logDeviation, actions).mean().neg()
            : nn.functional.mse_loss(mean, actions);

        UpdateCount++;
        _ = _step.Descend(loss, losses);
    }
}
