using MemoryRL.Core;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace MemoryRL.Learning;

/// <summary>Proximal policy optimisation on whole fresh episodes: the explorer of <c>ppo</c> and of <c>ada-memento</c>.</summary>
/// <remarks>
/// Schulman et al. 2017, arXiv:1707.06347: the clipped objective, eq. (7), with advantages of arXiv:1506.02438, a squared value loss and an
/// entropy bonus, eq. (9). Behaviour log-probabilities come with the steps, so that episodes of slightly older policies are weighed
/// correctly by the ratio. Our choices: two separate networks, each with its own gradient clip; advantages standardised over the update's
/// policy-term steps, by no less than a tenth of the returns' deviation; rewards divided by a running deviation of the returns; a gradient that is not finite is dropped and counted.
/// </remarks>
internal sealed class PpoExplorer : IDisposable
{
    private readonly ExperienceSpec _spec;
    private readonly PpoOptions _options;
    private readonly PolicyTermRule _rule;
    private readonly ObservationEncoder _observation;
    private readonly ActionEncoder _action;
    private readonly Device _device;
    private readonly ExplorerNetwork _network;
    private readonly Adam _optimizer;
    private readonly ReturnScale _returnScale = new();
    private RandomStream _random;

    /// <summary>Initializes an explorer.</summary>
    /// <param name="settings">Spec, seed and device.</param>
    /// <param name="options">The options.</param>
    /// <param name="rule">What becomes of steps in which the memory acted.</param>
    /// <exception cref="InvalidExperienceException">The spec lacks a column, or has a space that cannot be used.</exception>
    public PpoExplorer(LearnerSettings settings, PpoOptions options, PolicyTermRule rule)
    {
        _spec = settings.Spec;
        foreach (var column in PpoLearnerFactory.Columns)
        {
            InvalidExperienceException.ThrowUnless(_spec.ExtraColumns.Contains(column), "settings.spec.extra_columns", $"a column {column.Name}", $"[{string.Join(", ", _spec.ExtraColumns.Select(extra => extra.Name))}]");
        }

        _options = options;
        _rule = rule;
        _observation = new ObservationEncoder(_spec.Observation);
        _action = new ActionEncoder(_spec.Action);
        _device = TensorDevices.Resolve(settings.Device);
        _random = new RandomStream((ulong)settings.Seed, LearnerStreams.Explorer);
        _network = new ExplorerNetwork(_observation.FeatureCount, _action, options.HiddenSize, ref _random, _device);
        _optimizer = Adam(_network.parameters(), options.LearningRate);
    }

    /// <summary>Gets the number of gradient steps done so far.</summary>
    public long UpdateCount { get; private set; }

    /// <summary>Gets the networks.</summary>
    public ExplorerNetwork Network => _network;

    /// <summary>Learns from fresh episodes.</summary>
    /// <param name="fresh">The episodes, at least one.</param>
    /// <returns>Metrics of the explorer.</returns>
    public IEnumerable<Metric> Update(IReadOnlyList<Episode> fresh)
    {
        using var scope = NewDisposeScope();
        var rollout = new PpoRollout(_spec, fresh, _observation, _action, _rule);
        if (_options.ScaleRewards)
        {
            foreach (var episode in fresh)
            {
                _returnScale.Add(episode.Rewards, _options.Discount);
            }
        }

        var observations = tensor(rollout.Observations, [rollout.StepCount + fresh.Count, _observation.FeatureCount], device: _device);
        rollout.Estimate(Values(observations), _returnScale.Deviation, _options);

        var columns = new Columns(
            observations,
            tensor(rollout.Actions, [rollout.StepCount, _action.Width], device: _device),
            tensor(rollout.LogProbabilities, device: _device),
            tensor(rollout.PolicyTermWeights, device: _device),
            tensor(rollout.Advantages, device: _device),
            tensor(rollout.Returns, device: _device));
        var losses = new LossMeans("policy_loss", "value_loss", "entropy", "approximate_kl", "clip_fraction");
        var order = new long[rollout.StepCount];
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        for (var epoch = 0; epoch < _options.Epochs; epoch++)
        {
            Shuffles.Shuffle(order, ref _random);
            for (var start = 0; start < order.Length; start += _options.MinibatchSize)
            {
                UpdateMinibatch(columns, rollout, order.AsSpan(start, Math.Min(_options.MinibatchSize, order.Length - start)), losses);
            }
        }

        return
        [
            .. losses.Metrics(),
            new Metric("explorer/return_deviation", _returnScale.Deviation),
            new Metric("explorer/mean_return", rollout.MeanReturn),
            new Metric("explorer/terminated_share", rollout.TerminatedShare),
            new Metric("explorer/memory_share", rollout.MemoryShare),
        ];
    }

    /// <summary>Adds the networks, the optimiser, the scale and the random state to a checkpoint.</summary>
    /// <param name="checkpoint">Where they go.</param>
    public void Save(SafetensorsBuilder checkpoint)
    {
        LearnerCheckpoint.SaveModule(checkpoint, "explorer", _network);
        LearnerCheckpoint.SaveAdam(checkpoint, "explorer.adam", _optimizer);
        LearnerCheckpoint.SaveRandom(checkpoint, "explorer.random", _random);
        LearnerCheckpoint.SaveNumber(checkpoint, "explorer.update_count", UpdateCount);
        _returnScale.Save(checkpoint);
    }

    /// <summary>Restores what <see cref="Save"/> wrote.</summary>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <exception cref="SafetensorsFormatException">An entry is missing or has another shape.</exception>
    public void Load(SafetensorsDocument checkpoint)
    {
        LearnerCheckpoint.LoadModule(checkpoint, "explorer", _network);
        LearnerCheckpoint.LoadAdam(checkpoint, "explorer.adam", _optimizer);
        _random = LearnerCheckpoint.LoadRandom(checkpoint, "explorer.random");
        UpdateCount = LearnerCheckpoint.LoadNumber(checkpoint, "explorer.update_count");
        _returnScale.Load(checkpoint);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _optimizer.Dispose();
        _network.Dispose();
    }

    private void UpdateMinibatch(Columns columns, PpoRollout rollout, ReadOnlySpan<long> steps, LossMeans losses)
    {
        using var scope = NewDisposeScope();
        var rows = new long[steps.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] = rollout.ObservationRows[steps[i]];
        }

        var index = tensor(steps.ToArray(), device: _device);
        var weights = columns.Weights.index_select(0, index);
        var (answer, value) = _network.call(columns.Observations.index_select(0, tensor(rows, device: _device)));
        var (logProbability, entropy) = Distribution(answer, columns.Actions.index_select(0, index));

        var terms = PpoLosses.Compute(
            logProbability,
            columns.LogProbabilities.index_select(0, index),
            entropy,
            weights,
            columns.Advantages.index_select(0, index),
            value,
            columns.Returns.index_select(0, index),
            _options.ClipRange);
        var loss = terms.Policy + (terms.Value * _options.ValueWeight) - (terms.Entropy * _options.EntropyWeight);

        _optimizer.zero_grad();
        loss.backward();
        var policyNorm = nn.utils.clip_grad_norm_(_network.PolicyParameters(), _options.MaxGradientNorm);
        var valueNorm = nn.utils.clip_grad_norm_(_network.ValueParameters(), _options.MaxGradientNorm);
        if (!double.IsFinite(policyNorm) || !double.IsFinite(valueNorm))
        {
            losses.Skip();
            return;
        }

        _ = _optimizer.step();
        UpdateCount++;
        losses.Add(terms.Policy, terms.Value, terms.Entropy, terms.ApproximateKl, terms.ClipFraction);
    }

    private (Tensor LogProbability, Tensor Entropy) Distribution(Tensor answer, Tensor actions)
    {
        if (_network.LogDeviation is null)
        {
            var logProbabilities = nn.functional.log_softmax(answer, 1);
            return (ActionDistributions.Categorical(logProbabilities, actions), ActionDistributions.CategoricalEntropy(logProbabilities));
        }

        // The entropy of a normal distribution does not depend on the state: one number, the same for every step.
        var entropy = (_network.LogDeviation + (0.5 + ActionDistributions.HalfLogTwoPi)).sum();
        return (ActionDistributions.Normal(answer, _network.LogDeviation, actions), entropy);
    }

    private float[] Values(Tensor observations)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        return _network.Value(observations).cpu().data<float>().ToArray();
    }

    private sealed record Columns(Tensor Observations, Tensor Actions, Tensor LogProbabilities, Tensor Weights, Tensor Advantages, Tensor Returns);
}
