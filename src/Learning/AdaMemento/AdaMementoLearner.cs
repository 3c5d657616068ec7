using System.Globalization;
using MemoryRL.Core;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace MemoryRL.Learning;

/// <summary>
/// AdaMemento-style memory and reflection (<c>ada-memento</c>): an explorer, a prediction network trained on successful trajectories, and a
/// reflection network that tells successes from failures and so says how far a prediction can be trusted.
/// </summary>
/// <remarks>
/// After "Adaptive Memory-Assisted Policy Optimization", arXiv:2410.04498, of which no formula, setting or code is known: every formula
/// here is our choice (algorithms.md 3.2, [I]). One update, in order:
/// <list type="number">
/// <item>the explorer, by <see cref="PpoExplorer"/>, on fresh episodes in which the ensemble acted;</item>
/// <item>the prediction network <c>P(a|s)</c>, <see cref="AdaMementoOptions.MemoryUpdates"/> batches of success steps: <c>L_P = -E log P(a|s)</c>;</item>
/// <item>the reflection network <c>C(s, a)</c>, as many batches, half success steps (y = 1) and half failure steps (y = 0; <see cref="SharedPairRule"/> says what of pairs among the successes): <c>L_C = -E[y log C + (1 - y) log(1 - C)]</c>.</item>
/// </list>
/// Acting is <see cref="EnsemblePolicy"/>'s, advice <see cref="MemoryAdvisor"/>'s.
/// </remarks>
public sealed class AdaMementoLearner : ILearner
{
    /// <summary>The algorithm's name.</summary>
    public const string Algorithm = "ada-memento";

    private readonly ExperienceSpec _spec;
    private readonly AdaMementoOptions _options;
    private readonly ObservationEncoder _observation;
    private readonly ActionEncoder _action;
    private readonly Device _device;
    private readonly PpoExplorer _explorer;
    private readonly MultilayerPerceptron? _prediction;
    private readonly MultilayerPerceptron? _reflection;
    private readonly Adam? _predictionOptimizer;
    private readonly Adam? _reflectionOptimizer;
    private readonly StepFeatures _features;
    private RandomStream _random;
    private long _memoryUpdateCount;
    private bool _isReady;

    /// <summary>Initializes a learner.</summary>
    /// <param name="settings">Spec, seed, device and options.</param>
    /// <exception cref="InvalidExperienceException">A space, column or option that cannot be used; the message names it.</exception>
    public AdaMementoLearner(LearnerSettings settings)
    {
        _options = AdaMementoOptions.Parse(settings.Options);
        _spec = settings.Spec;
        _explorer = new PpoExplorer(settings, _options.Explorer, _options.PolicyTerm);
        _observation = new ObservationEncoder(_spec.Observation);
        _action = new ActionEncoder(_spec.Action);
        _features = new StepFeatures(_observation, _action);
        _device = TensorDevices.Resolve(settings.Device);
        _random = new RandomStream((ulong)settings.Seed, LearnerStreams.Memory);

        var hidden = _options.Explorer.HiddenSize;
        if (_options.Memory != MemoryUse.None)
        {
            _prediction = new MultilayerPerceptron("prediction", _observation.FeatureCount, hidden, _action.Width, 0.01, ref _random, _device);
            _predictionOptimizer = Adam(_prediction.parameters(), _options.MemoryLearningRate);
        }

        if (_options.Memory == MemoryUse.Both)
        {
            _reflection = new MultilayerPerceptron("reflection", _observation.FeatureCount + _action.Width, hidden, 1, 0.01, ref _random, _device);
            _reflectionOptimizer = Adam(_reflection.parameters(), _options.MemoryLearningRate);
        }

        var memorySteps = _options.MemoryUpdates * _options.MemoryMinibatchSize;
        NextRequest = new DataRequest(
            FreshSteps: _options.Explorer.FreshSteps,
            SuccessSteps: _prediction is null ? 0 : memorySteps,
            FailureSteps: _reflection is null ? 0 : memorySteps / 2);
    }

    /// <inheritdoc/>
    public long UpdateCount => _explorer.UpdateCount + _memoryUpdateCount;

    /// <inheritdoc/>
    public DataRequest NextRequest { get; }

    /// <inheritdoc/>
    /// <exception cref="InvalidExperienceException">The batch has no fresh episode, or data of another spec.</exception>
    public IReadOnlyList<Metric> Update(LearnerBatch batch)
    {
        var metrics = new List<Metric>(_explorer.Update(batch.Fresh));
        var success = Checked(batch.Success, "batch.success");
        var failure = Checked(batch.Failure, "batch.failure");
        if (_prediction is not null && success is not null)
        {
            metrics.AddRange(UpdatePrediction(_prediction, _predictionOptimizer!, success));
            _isReady |= success.Count >= _options.MinimumSuccessSteps;
        }

        if (_reflection is not null && success is not null && failure is not null)
        {
            metrics.AddRange(UpdateReflection(_reflection, _reflectionOptimizer!, success, failure, batch.Fresh));
        }

        metrics.Add(new Metric("memory/success_steps", success?.Count ?? 0));
        metrics.Add(new Metric("memory/failure_steps", failure?.Count ?? 0));
        return metrics;
    }

    /// <inheritdoc/>
    public void Save(SafetensorsBuilder checkpoint)
    {
        checkpoint.Metadata["algorithm"] = Algorithm;
        checkpoint.Metadata["memory"] = MemoryWord(_options.Memory);
        _explorer.Save(checkpoint);
        LearnerCheckpoint.SaveRandom(checkpoint, "memory.random", _random);
        LearnerCheckpoint.SaveNumber(checkpoint, "memory.update_count", _memoryUpdateCount);
        LearnerCheckpoint.SaveNumber(checkpoint, "memory.is_ready", _isReady ? 1 : 0);
        if (_prediction is not null)
        {
            LearnerCheckpoint.SaveModule(checkpoint, "prediction", _prediction);
            LearnerCheckpoint.SaveAdam(checkpoint, "prediction.adam", _predictionOptimizer!);
        }

        if (_reflection is not null)
        {
            LearnerCheckpoint.SaveModule(checkpoint, "reflection", _reflection);
            LearnerCheckpoint.SaveAdam(checkpoint, "reflection.adam", _reflectionOptimizer!);
        }
    }

    /// <inheritdoc/>
    public void Load(SafetensorsDocument checkpoint)
    {
        LearnerCheckpoint.Expect(checkpoint, "algorithm", Algorithm);
        LearnerCheckpoint.Expect(checkpoint, "memory", MemoryWord(_options.Memory));
        _explorer.Load(checkpoint);
        _random = LearnerCheckpoint.LoadRandom(checkpoint, "memory.random");
        _memoryUpdateCount = LearnerCheckpoint.LoadNumber(checkpoint, "memory.update_count");
        _isReady = LearnerCheckpoint.LoadNumber(checkpoint, "memory.is_ready") != 0;
        if (_prediction is not null)
        {
            LearnerCheckpoint.LoadModule(checkpoint, "prediction", _prediction);
            LearnerCheckpoint.LoadAdam(checkpoint, "prediction.adam", _predictionOptimizer!);
        }

        if (_reflection is not null)
        {
            LearnerCheckpoint.LoadModule(checkpoint, "reflection", _reflection);
            LearnerCheckpoint.LoadAdam(checkpoint, "reflection.adam", _reflectionOptimizer!);
        }
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> CreatePolicyBundle(long version)
    {
        var bundle = PolicyBundles.Start(Algorithm, version, _spec);
        _explorer.Network.AddToBundle(bundle);
        bundle.Metadata[MemoryAdvisor.MemoryKey] = MemoryWord(_isReady ? _options.Memory : MemoryUse.None);
        bundle.Metadata[MemoryAdvisor.ThresholdKey] = _options.ConfidenceThreshold.ToString("R", CultureInfo.InvariantCulture);
        if (_prediction is not null)
        {
            LearnerCheckpoint.SaveModule(bundle, "prediction", _prediction);
        }

        if (_reflection is not null)
        {
            LearnerCheckpoint.SaveModule(bundle, "reflection", _reflection);
        }

        return bundle.ToArray();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _explorer.Dispose();
        _predictionOptimizer?.Dispose();
        _reflectionOptimizer?.Dispose();
        _prediction?.Dispose();
        _reflection?.Dispose();
    }

    /// <summary>Gets the word of a memory use in options, checkpoints and bundles.</summary>
    /// <param name="memory">The use.</param>
    /// <returns>none, success or both.</returns>
    internal static string MemoryWord(MemoryUse memory) => memory switch
    {
        MemoryUse.None => "none",
        MemoryUse.Success => "success",
        _ => "both",
    };

    // L_P = -E log P(a|s) over success steps, in the order in which they were sampled, again from the first where they are fewer than asked.
    private IEnumerable<Metric> UpdatePrediction(MultilayerPerceptron network, Adam optimizer, TransitionBatch success)
    {
        var size = _options.MemoryMinibatchSize;
        var losses = new LossMeans("prediction_loss");
        for (var update = 0; update < _options.MemoryUpdates; update++)
        {
            using var scope = NewDisposeScope();
            var (observations, actions) = (new float[size * _observation.FeatureCount], new float[size * _action.Width]);
            for (var i = 0; i < size; i++)
            {
                _features.Encode(success, (int)((((long)update * size) + i) % success.Count), observations, actions, i);
            }

            var answer = network.call(tensor(observations, [size, _observation.FeatureCount], device: _device));
            var loss = AdaMementoLosses.Prediction(answer, tensor(actions, [size, _action.Width], device: _device), _action.DiscreteCount > 0);
            GradientStep(optimizer, network, loss, losses);
        }

        return losses.Metrics();
    }

    // L_C = -E[y log C + (1 - y) log(1 - C)]; rows in thirds with the novelty guard, in halves without.
    private IEnumerable<Metric> UpdateReflection(MultilayerPerceptron network, Adam optimizer, TransitionBatch success, TransitionBatch failure, IReadOnlyList<Episode> fresh)
    {
        var labelsOfFailures = _options.SharedPairs == SharedPairRule.Success ? SharedPairs.Label(success, failure) : new float[failure.Count];
        var size = _options.MemoryMinibatchSize;
        var share = size / (_options.NoveltyGuard ? 3 : 2);
        var width = _observation.FeatureCount + _action.Width;
        var recent = new RecentObservations(fresh);
        var losses = new LossMeans("reflection_loss");
        for (var update = 0; update < _options.MemoryUpdates; update++)
        {
            using var scope = NewDisposeScope();
            var rows = new float[size * width];
            var labels = new float[size];
            for (var i = 0; i < size; i++)
            {
                var row = rows.AsSpan(i * width, width);
                if (i < share)
                {
                    _features.EncodePair(success, (int)((((long)update * share) + i) % success.Count), row);
                    labels[i] = 1;
                }
                else if (i < 2 * share || !_options.NoveltyGuard)
                {
                    var step = (int)((((long)update * share) + i - share) % failure.Count);
                    _features.EncodePair(failure, step, row);
                    labels[i] = labelsOfFailures[step];
                }
                else
                {
                    _observation.Encode(recent.Draw(ref _random), row);
                    _action.EncodeRandom(ref _random, row[_observation.FeatureCount..]);
                }
            }

            var logits = network.call(tensor(rows, [size, width], device: _device)).squeeze(1);
            GradientStep(optimizer, network, AdaMementoLosses.Reflection(logits, tensor(labels, device: _device)), losses);
        }

        return [.. losses.Metrics(), new Metric("memory/shared_pair_share", labelsOfFailures.Average())];
    }

    private void GradientStep(Adam optimizer, MultilayerPerceptron network, Tensor loss, LossMeans losses)
    {
        optimizer.zero_grad();
        loss.backward();
        if (!double.IsFinite(nn.utils.clip_grad_norm_(network.parameters(), _options.Explorer.MaxGradientNorm)))
        {
            losses.Skip();
            return;
        }

        _ = optimizer.step();
        _memoryUpdateCount++;
        losses.Add(loss);
    }

    private TransitionBatch? Checked(TransitionBatch? batch, string field)
    {
        if (batch is null || batch.Count == 0)
        {
            return null;
        }

        InvalidExperienceException.ThrowUnless(batch.Spec.Fingerprint == _spec.Fingerprint, $"{field}.spec", $"fingerprint {_spec.Fingerprint:x16}", $"{batch.Spec.Fingerprint:x16}");
        return batch;
    }
}
