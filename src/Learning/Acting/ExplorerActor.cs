using System.Runtime.InteropServices;
using MemoryRL.Core;

namespace MemoryRL.Learning;

/// <summary>
/// The explorer's policy for acting. An observation's distribution is a row: for discrete actions their log-probabilities and then their
/// probabilities, <c>[2 A]</c>; for a box the means in normalised units, <c>[A]</c>.
/// </summary>
internal sealed class ExplorerActor
{
    private readonly DenseNetwork _network;
    private readonly ActionEncoder _action;
    private readonly float[] _logDeviation = [];
    private readonly float[] _sample;

    /// <summary>Reads the policy.</summary>
    /// <param name="bundle">The bundle.</param>
    /// <param name="observation">The observations' encoder.</param>
    /// <param name="action">The actions' encoder.</param>
    /// <exception cref="SafetensorsFormatException">A tensor is missing or has another shape.</exception>
    public ExplorerActor(SafetensorsDocument bundle, ObservationEncoder observation, ActionEncoder action)
    {
        _network = new DenseNetwork(bundle, "explorer.policy", observation.FeatureCount, action.Width);
        _action = action;
        _sample = new float[action.Width];
        if (action.DiscreteCount == 0)
        {
            _logDeviation = bundle.Require("explorer.log_deviation", ElementType.Float32, action.Width).Values<float>().ToArray();
        }
    }

    /// <summary>Gets the width of a row.</summary>
    public int RowWidth => _action.DiscreteCount > 0 ? 2 * _action.Width : _action.Width;

    /// <summary>Computes an observation's distribution.</summary>
    /// <param name="observation">The observation.</param>
    /// <param name="row">Receives the row.</param>
    public void Evaluate(in Features observation, Span<float> row)
    {
        var answer = _network.Evaluate(observation);
        answer.CopyTo(row);
        if (_action.DiscreteCount > 0)
        {
            Softmax.Normalize(row[.._action.Width], row[_action.Width..]);
        }
    }

    /// <summary>Chooses an action.</summary>
    /// <param name="row">The distribution.</param>
    /// <param name="mode">Whether to sample or take the most likely action.</param>
    /// <param name="random">The agent's stream.</param>
    /// <param name="action">Receives the action.</param>
    /// <returns>The log-probability of the action; for a box the density in normalised units, of the action inside the bounds; 0 where greedy.</returns>
    public float Choose(ReadOnlySpan<float> row, ActMode mode, ref RandomStream random, Span<byte> action)
    {
        if (_action.DiscreteCount > 0)
        {
            var index = mode == ActMode.Greedy ? Softmax.ArgMax(row[.._action.Width]) : Softmax.Sample(row[_action.Width..], random.NextSingle());
            MemoryMarshal.Write(action, index);
            return mode == ActMode.Greedy ? 0 : row[index];
        }

        for (var i = 0; i < _sample.Length; i++)
        {
            _sample[i] = mode == ActMode.Greedy ? row[i] : row[i] + (float)(Math.Exp(_logDeviation[i]) * random.NextNormal());
        }

        _action.Decode(_sample, action);
        return mode == ActMode.Greedy ? 0 : Density(row, _sample);
    }

    /// <summary>Gets the log-probability of an action that someone else chose.</summary>
    /// <param name="row">The distribution.</param>
    /// <param name="action">The action.</param>
    /// <returns>As <see cref="Choose"/> returns.</returns>
    public float LogProbability(ReadOnlySpan<float> row, ReadOnlySpan<byte> action)
    {
        if (_action.DiscreteCount > 0)
        {
            return row[MemoryMarshal.Read<int>(action)];
        }

        _action.Encode(action, _sample);
        return Density(row, _sample);
    }

    private float Density(ReadOnlySpan<float> mean, ReadOnlySpan<float> action)
    {
        var sum = 0.0;
        for (var i = 0; i < _logDeviation.Length; i++)
        {
            var standardized = (action[i] - mean[i]) * Math.Exp(-_logDeviation[i]);
            sum -= (standardized * standardized / 2) + _logDeviation[i] + ActionDistributions.HalfLogTwoPi;
        }

        return (float)sum;
    }
}
