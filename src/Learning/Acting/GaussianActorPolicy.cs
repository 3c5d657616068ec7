using MemoryRL.Core;

namespace MemoryRL.Learning;

/// <summary>Acts for a batch of agents with a Gaussian actor: the mean where greedy, else a sample around it, clipped into the action space.</summary>
/// <remarks>
/// Each agent's row is evaluated by itself: batched products round otherwise, and in a chaotic simulator an agent's episode would then depend
/// on its neighbours. Nothing is allocated.
/// </remarks>
internal sealed class GaussianActorPolicy : IPolicy
{
    private static readonly double LogTwo = Math.Log(2);

    private readonly ObservationEncoder _observation;
    private readonly ActionEncoder _action;
    private readonly ObservationNormalizer _normalizer;
    private readonly DenseNetwork _network;
    private readonly bool _isTanhOutput;
    private readonly bool _isSquashed;
    private readonly float[] _logDeviation = [];
    private readonly float[] _features;
    private readonly float[] _sample;

    /// <summary>Reads a policy.</summary>
    /// <param name="algorithm">The algorithm's name.</param>
    /// <param name="version">The bundle's version.</param>
    /// <param name="observation">The observations' encoder.</param>
    /// <param name="action">The actions' encoder, of a box.</param>
    /// <param name="bundle">The bundle.</param>
    /// <exception cref="SafetensorsFormatException">An entry is missing or has another shape.</exception>
    public GaussianActorPolicy(string algorithm, long version, ObservationEncoder observation, ActionEncoder action, SafetensorsDocument bundle)
    {
        Algorithm = algorithm;
        Version = version;
        _observation = observation;
        _action = action;
        (var layers, var hidden, _isTanhOutput, _isSquashed) = GaussianActorFormat.ReadShape(bundle);
        _network = new DenseNetwork(bundle, layers, hidden, observation.FeatureCount, action.Width);
        _normalizer = new ObservationNormalizer(bundle, observation.FeatureCount);
        if (bundle.TryGet(GaussianActorFormat.LogDeviation, out _))
        {
            _logDeviation = bundle.Require(GaussianActorFormat.LogDeviation, ElementType.Float32, action.Width).Values<float>().ToArray();
        }

        _features = new float[observation.FeatureCount];
        _sample = new float[action.Width];
    }

    /// <inheritdoc/>
    public string Algorithm { get; }

    /// <inheritdoc/>
    public long Version { get; }

    /// <inheritdoc/>
    public void Act(ReadOnlySpan<byte> observations, ActMode mode, Span<RandomStream> randoms, ActionBatch actions)
    {
        if (observations.Length != randoms.Length * _observation.ByteCount)
        {
            throw new ArgumentException($"Expected {randoms.Length} rows of {_observation.ByteCount} bytes but got {observations.Length} bytes.", nameof(observations));
        }

        if (actions.Capacity < randoms.Length || actions.Actions.Length != actions.Capacity * _action.ByteCount)
        {
            throw new ArgumentException($"Expected room for {randoms.Length} actions of {_action.ByteCount} bytes but got {actions.Capacity} in {actions.Actions.Length} bytes.", nameof(actions));
        }

        for (var i = 0; i < randoms.Length; i++)
        {
            _observation.Encode(observations.Slice(i * _observation.ByteCount, _observation.ByteCount), _features);
            _normalizer.Normalize(_features);
            var answer = _network.Evaluate(_features);
            var action = actions.Actions.AsSpan(i * _action.ByteCount, _action.ByteCount);
            actions.LogProbabilities[i] = mode == ActMode.Greedy || _logDeviation.Length == 0 ? Mean(answer, action) : Sample(answer, ref randoms[i], action);
            actions.Confidences[i] = float.NaN;
            actions.Sources[i] = ActionSource.Explorer;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Plain arrays only.
    }

    private float Mean(ReadOnlySpan<float> answer, Span<byte> action)
    {
        for (var i = 0; i < _sample.Length; i++)
        {
            _sample[i] = _isTanhOutput ? MathF.Tanh(answer[i]) : answer[i];
        }

        Write(action);
        return 0;
    }

    // The density is that of the action inside the bounds, in the units of the network's answer.
    private float Sample(ReadOnlySpan<float> answer, ref RandomStream random, Span<byte> action)
    {
        if (_isSquashed)
        {
            return SampleSquashed(answer, ref random, action);
        }

        for (var i = 0; i < _sample.Length; i++)
        {
            var mean = _isTanhOutput ? MathF.Tanh(answer[i]) : answer[i];
            _sample[i] = mean + (float)(Math.Exp(_logDeviation[i]) * random.NextNormal());
        }

        Write(action);
        var sum = 0.0;
        for (var i = 0; i < _sample.Length; i++)
        {
            var mean = _isTanhOutput ? MathF.Tanh(answer[i]) : answer[i];
            sum += LogDensity(((double)_sample[i] - mean) * Math.Exp(-_logDeviation[i]), _logDeviation[i]);
        }

        return (float)sum;
    }

    private float SampleSquashed(ReadOnlySpan<float> answer, ref RandomStream random, Span<byte> action)
    {
        var sum = 0.0;
        for (var i = 0; i < _sample.Length; i++)
        {
            var standardized = random.NextNormal();
            var before = answer[i] + (Math.Exp(_logDeviation[i]) * standardized);
            _sample[i] = (float)Math.Tanh(before);

            // log(1 - tanh(u)^2), in a form that holds for large u.
            var logSlope = 2 * (LogTwo - before - Softplus(-2 * before));
            sum += LogDensity(standardized, _logDeviation[i]) - logSlope;
        }

        Write(action);
        return (float)sum;
    }

    // Writes the sample inside the bounds, and leaves in it what was written.
    private void Write(Span<byte> action)
    {
        if (_isTanhOutput)
        {
            _action.Decode(_sample, action);
        }
        else
        {
            _action.Clip(_sample, action);
        }
    }

    private static double LogDensity(double standardized, double logDeviation) => -(standardized * standardized / 2) - logDeviation - ActionDistributions.HalfLogTwoPi;

    private static double Softplus(double value) => Math.Max(value, 0) + Math.Log(1 + Math.Exp(-Math.Abs(value)));
}
