using MemoryRL.Core;
using static TorchSharp.torch;

namespace MemoryRL.Learning;

/// <summary>Value-based episodic memory (<c>vem</c>): values of states alone, learned by expectile regression from targets that the memory plans along its stored episodes, and an actor that imitates by advantage.</summary>
/// <remarks>
/// Ma et al. 2021, arXiv:2110.09796. Four heads: <c>V1</c>, <c>V2</c> learn the target <c>R0</c> and <c>V3</c>, <c>V4</c> learn <c>R1</c>; the
/// memory makes both (<see cref="PlanSettings"/>, Eq. 5 and 6) from target copies of the heads, which every update moves after them. Rewards
/// are read by the plan alone. The first plan has no value: its targets are the discounted returns; the last plan of two
/// stages is of every step and has the heads themselves, our choice. A gradient that is not finite is dropped and counted, and its update counts.
/// </remarks>
public sealed class VemLearner : IPlanningLearner
{
    /// <summary>The algorithm's name.</summary>
    public const string Algorithm = "vem";

    private const int HeadCount = 4;

    private readonly ExperienceSpec _spec;
    private readonly VemOptions _options;
    private readonly Device _device;
    private readonly TransitionEncoder _encoder;
    private readonly ValueEnsemble _values;
    private readonly ValueEnsemble _targets;
    private readonly ActorNetwork _actor;
    private readonly GradientStep _valueStep;
    private readonly GradientStep _actorStep;
    private readonly double _targetUpdateRate;
    private readonly long? _refreshSteps;
    private long _valueUpdates;
    private long _plannedAt;

    /// <summary>Initializes a learner.</summary>
    /// <param name="settings">Spec, seed, device and options.</param>
    /// <exception cref="InvalidExperienceException">The actions are no float32 box, or an option cannot be used; the message names it.</exception>
    public VemLearner(LearnerSettings settings)
    {
        _spec = settings.Spec;
        _options = VemOptions.Parse(settings.Options);
        _device = TensorDevices.Resolve(settings.Device);
        _encoder = new TransitionEncoder(_spec, _device);
        _ = FeedingSize.Of(_spec, _encoder.FeatureCount, _options.BatchSize, _options.UpdatesPerFeeding);
        var random = new RandomStream((ulong)settings.Seed, LearnerStreams.EpisodicMemory);
        _values = new ValueEnsemble(_encoder.FeatureCount, HeadCount, _options.ValueHiddenSizes, ref random, _device);
        _targets = new ValueEnsemble(_encoder.FeatureCount, HeadCount, _options.ValueHiddenSizes, ref random, _device);
        _targets.Approach(_values, 1);
        _actor = new ActorNetwork("actor", _encoder.FeatureCount, _options.ActorHiddenSizes, _encoder.ActionWidth, _encoder.IsBounded, ActorDeviation.Sigmoid, ref random, _device);
        _valueStep = new GradientStep([.. _values.parameters()], _options.ValueLearningRate);
        _actorStep = new GradientStep([.. _actor.parameters()], _options.ActorLearningRate);
        _targetUpdateRate = _options.CompoundTargetRate ? 1 - Math.Pow(1 - _options.TargetUpdateRate, _options.RefreshPeriod) : _options.TargetUpdateRate;
        _refreshSteps = RefreshSize.Of(_options, _encoder.FeatureCount, _encoder.ActionWidth, HeadCount);
        Plan = new ValuePlan(1, "", default, _options.PlanSettings);
    }

    /// <inheritdoc/>
    public long UpdateCount { get; private set; }

    /// <inheritdoc/>
    public ValuePlan Plan { get; private set; }

    /// <inheritdoc/>
    public DataRequest NextRequest => new(Planned: IsDone ? 1 : FeedingUpdates * _options.BatchSize);

    private bool IsDone => _options.MaxUpdates > 0 && UpdateCount >= _options.MaxUpdates;

    private bool LearnsValues => _options.Schedule == VemSchedule.Interleaved || _valueUpdates < _options.ValueUpdates;

    private bool LearnsActor => _options.Schedule == VemSchedule.Interleaved || _valueUpdates == _options.ValueUpdates;

    // The plan changes between two feedings only, and no feeding reaches from the first stage into the second.
    private int FeedingUpdates
    {
        get
        {
            var updates = (long)_options.UpdatesPerFeeding;
            updates = LearnsValues ? Math.Min(updates, _options.RefreshPeriod - (_valueUpdates - _plannedAt)) : updates;
            updates = LearnsActor ? updates : Math.Min(updates, _options.ValueUpdates - _valueUpdates);
            return (int)(_options.MaxUpdates > 0 ? Math.Min(updates, _options.MaxUpdates - UpdateCount) : updates);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidExperienceException">The batch has no planned transitions, or such of another spec.</exception>
    public IReadOnlyList<Metric> Update(LearnerBatch batch)
    {
        _ = _encoder.Check(batch.Planned?.Transitions, "batch.planned");
        var planned = batch.Planned!;

        // Of the plan that the batch was sampled with: the updates may make the next one.
        Metric[] planMetrics = [new("planning/version", Plan.Version), new("planning/current_share", CurrentShare(planned.Versions))];
        var valueMeans = new LossMeans("value_loss", "mean_value");
        var actorMeans = new LossMeans("actor_loss", "mean_advantage", "mean_weight", "effective_sample_share");
        if (!IsDone)
        {
            Train(planned, Math.Min(planned.Count, FeedingUpdates * _options.BatchSize), valueMeans, actorMeans);
        }

        return
        [
            .. valueMeans.Metrics(),
            .. actorMeans.Metrics(),
            .. planMetrics,
        ];
    }

    /// <inheritdoc/>
    public void Save(SafetensorsBuilder checkpoint)
    {
        checkpoint.Metadata["algorithm"] = Algorithm;
        LearnerCheckpoint.SaveModule(checkpoint, "values", _values);
        LearnerCheckpoint.SaveModule(checkpoint, "targets", _targets);
        LearnerCheckpoint.SaveModule(checkpoint, "actor", _actor);
        LearnerCheckpoint.SaveAdam(checkpoint, "values.adam", _valueStep.Optimizer);
        LearnerCheckpoint.SaveAdam(checkpoint, "actor.adam", _actorStep.Optimizer);
        LearnerCheckpoint.SaveNumber(checkpoint, "update_count", UpdateCount);
        LearnerCheckpoint.SaveNumber(checkpoint, "values.update_count", _valueUpdates);
        LearnerCheckpoint.SaveNumber(checkpoint, "plan.update_count", _plannedAt);
        LearnerCheckpoint.SaveNumber(checkpoint, "plan.version", Plan.Version);
        checkpoint.Add<byte>("plan.bundle", [Plan.Bundle.Length], Plan.Bundle.Span);
    }

    /// <inheritdoc/>
    public void Load(SafetensorsDocument checkpoint)
    {
        LearnerCheckpoint.Expect(checkpoint, "algorithm", Algorithm);
        LearnerCheckpoint.LoadModule(checkpoint, "values", _values);
        LearnerCheckpoint.LoadModule(checkpoint, "targets", _targets);
        LearnerCheckpoint.LoadModule(checkpoint, "actor", _actor);
        LearnerCheckpoint.LoadAdam(checkpoint, "values.adam", _valueStep.Optimizer);
        LearnerCheckpoint.LoadAdam(checkpoint, "actor.adam", _actorStep.Optimizer);
        UpdateCount = LearnerCheckpoint.LoadNumber(checkpoint, "update_count");
        _valueUpdates = LearnerCheckpoint.LoadNumber(checkpoint, "values.update_count");
        _plannedAt = LearnerCheckpoint.LoadNumber(checkpoint, "plan.update_count");
        Plan = CreatePlan(LearnerCheckpoint.LoadNumber(checkpoint, "plan.version"), checkpoint.Require("plan.bundle", ElementType.UInt8, -1).Data.ToArray());
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> CreatePolicyBundle(long version) => new GaussianActorWeights
    {
        Layers = _actor.CopyLayers(),
        Hidden = DenseActivation.Relu,
        IsTanhOutput = _encoder.IsBounded,
        LogDeviation = _actor.CopyLogDeviation(),
    }.ToBundle(Algorithm, version, _spec).ToArray();

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> CreateValueBundle(long version) => ValueBundles.Create(Algorithm, version, _spec.Observation, _values.Heads);

    /// <inheritdoc/>
    public void Dispose()
    {
        _valueStep.Dispose();
        _actorStep.Dispose();
        _values.Dispose();
        _targets.Dispose();
        _actor.Dispose();
    }

    private void Train(PlannedBatch planned, int count, LossMeans valueMeans, LossMeans actorMeans)
    {
        using var scope = NewDisposeScope();
        var observations = _encoder.Observations(planned.Transitions.Observations);
        var actions = _encoder.Actions(planned.Transitions.Actions);
        var targets = _encoder.Targets(planned.Targets);
        for (var start = 0; start < count; start += _options.BatchSize)
        {
            using var step = NewDisposeScope();
            var rows = Math.Min(_options.BatchSize, count - start);
            UpdateMinibatch(observations.narrow(0, start, rows), actions.narrow(0, start, rows), targets.narrow(0, start, rows), valueMeans, actorMeans);
        }

        var endsValues = _options.Schedule == VemSchedule.TwoStage && _valueUpdates == _options.ValueUpdates && _plannedAt < _valueUpdates;
        if (!IsDone && (endsValues || _valueUpdates - _plannedAt == _options.RefreshPeriod))
        {
            _plannedAt = _valueUpdates;
            Plan = CreatePlan(Plan.Version + 1, ValueBundles.Create(Algorithm, Plan.Version + 1, _spec.Observation, endsValues ? _values.Heads : _targets.Heads));
        }
    }

    // Algorithm 1, as recalled, but that targets follow in each step as in the official code: a step of the values by Eq. 4, targets after them, a step of the actor by Eq. 7 with the advantages before the step.
    private void UpdateMinibatch(Tensor observations, Tensor actions, Tensor targets, LossMeans valueMeans, LossMeans actorMeans)
    {
        var (learnsValues, learnsActor) = (LearnsValues, LearnsActor);
        Tensor values;
        using (set_grad_enabled(learnsValues))
        {
            values = _values.call(observations);
        }

        if (learnsValues)
        {
            UpdateValues(values, targets, valueMeans);
        }

        if (learnsActor)
        {
            UpdateActor(observations, actions, targets, values.detach(), actorMeans);
        }

        UpdateCount++;
    }

    private void UpdateValues(Tensor values, Tensor targets, LossMeans means)
    {
        // V1 and V2 learn R0, V3 and V4 learn R1.
        var (first, second) = (targets.narrow(1, 0, 1), targets.narrow(1, 1, 1));
        var loss = VemLosses.Value(values, cat([first, first, second, second], 1), _options);
        if (_valueStep.Descend(loss, means, values.mean()))
        {
            _targets.Approach(_values, _targetUpdateRate);
            _valueUpdates++;
        }
    }

    private void UpdateActor(Tensor observations, Tensor actions, Tensor targets, Tensor values, LossMeans means)
    {
        var all = VemLosses.Advantage(targets, values);
        var advantages = all;
        if (_options.AdvantageFilter > VemOptions.NoFilter)
        {
            var kept = Above(advantages, _options.AdvantageFilter);
            if (kept.Length == 0)
            {
                means.Skip();
                return;
            }

            var rows = tensor(kept, device: _device);
            (observations, actions, advantages) = (observations.index_select(0, rows), actions.index_select(0, rows), advantages.index_select(0, rows));
        }

        if (_options is { ActorRateDecays: true, MaxUpdates: > 0 })
        {
            var before = _options.Schedule == VemSchedule.TwoStage ? _options.ValueUpdates : 0;
            _actorStep.SetLearningRate(CosineDecay.Rate(_options.ActorLearningRate, UpdateCount - before, _options.MaxUpdates - before));
        }

        var weights = VemLosses.Weight(advantages, all, _options);
        var loss = VemLosses.Actor(ActionDistributions.Normal(_actor.call(observations), _actor.BoundedLogDeviation()!, actions), weights);
        _ = _actorStep.Descend(loss, means, advantages.mean(), weights.mean(), VemLosses.EffectiveShare(weights));
    }

    private static long[] Above(Tensor advantages, double threshold)
    {
        var numbers = advantages.cpu().data<float>().ToArray();
        var rows = new List<long>(numbers.Length);
        for (var i = 0; i < numbers.Length; i++)
        {
            if (numbers[i] > threshold)
            {
                rows.Add(i);
            }
        }

        return [.. rows];
    }

    // The last plan of two stages is whole, so that every target that the actor learns from is of the last values.
    private ValuePlan CreatePlan(long version, ReadOnlyMemory<byte> bundle)
    {
        var isWhole = bundle.IsEmpty || (_options.Schedule == VemSchedule.TwoStage && _plannedAt == _options.ValueUpdates);
        return new ValuePlan(version, bundle.IsEmpty ? "" : Algorithm, bundle, _options.PlanSettings, isWhole ? null : _refreshSteps);
    }

    private double CurrentShare(ReadOnlySpan<long> versions)
    {
        var current = 0;
        foreach (var version in versions)
        {
            current += version == Plan.Version ? 1 : 0;
        }

        return (double)current / versions.Length;
    }
}
