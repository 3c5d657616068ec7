using System.Runtime.InteropServices;
using MemoryRL.Core;

namespace MemoryRL.Learning;

/// <summary>Acts for a batch of agents with the explorer, taking the memory's advice where there is a memory and it is sure enough.</summary>
/// <remarks>
/// AdaMemento's ensemble, algorithms.md 3.2 [I]: <c>a = advice if confidence &gt;= kappa, else a ~ pi</c>; greedy, the explorer's most likely
/// action takes the place of the sample. Where the memory acted, the log-probability is the explorer's of that action, which rule M2 needs.
/// </remarks>
internal sealed class EnsemblePolicy : IPolicy
{
    private readonly ObservationEncoder _observation;
    private readonly int _actionBytes;
    private readonly ExplorerActor _explorer;
    private readonly IMemoryAdvisor? _advisor;
    private readonly PolicyView _view;
    private readonly ObservationRows _rows;
    private readonly float[] _features;

    /// <summary>Initializes a policy.</summary>
    /// <param name="algorithm">The algorithm's name.</param>
    /// <param name="version">The bundle's version.</param>
    /// <param name="observation">The observations' encoder.</param>
    /// <param name="action">The actions' encoder.</param>
    /// <param name="explorer">The explorer.</param>
    /// <param name="advisor">The memory; null where there is none or it is not ready.</param>
    /// <param name="view">Which part of the ensemble acts.</param>
    public EnsemblePolicy(string algorithm, long version, ObservationEncoder observation, ActionEncoder action, ExplorerActor explorer, IMemoryAdvisor? advisor, PolicyView view)
    {
        Algorithm = algorithm;
        Version = version;
        _observation = observation;
        _actionBytes = action.ByteCount;
        _explorer = explorer;
        _advisor = advisor;
        _view = view;
        _rows = new ObservationRows(observation.DiscreteCount, explorer.RowWidth + (advisor?.AdviceWidth ?? 0));
        _features = new float[observation.DiscreteCount > 0 ? 0 : observation.FeatureCount];
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

        if (actions.Capacity < randoms.Length || actions.Actions.Length != actions.Capacity * _actionBytes)
        {
            throw new ArgumentException($"Expected room for {randoms.Length} actions of {_actionBytes} bytes but got {actions.Capacity} in {actions.Actions.Length} bytes.", nameof(actions));
        }

        for (var i = 0; i < randoms.Length; i++)
        {
            var row = Evaluate(observations.Slice(i * _observation.ByteCount, _observation.ByteCount));
            var distribution = row[.._explorer.RowWidth];
            var advice = row[_explorer.RowWidth..];
            var action = actions.Actions.AsSpan(i * _actionBytes, _actionBytes);
            actions.Confidences[i] = advice.IsEmpty ? float.NaN : advice[^1];
            if (!advice.IsEmpty && MemoryActs(advice[^1]))
            {
                _advisor!.WriteAction(advice, action);
                actions.LogProbabilities[i] = mode == ActMode.Greedy ? 0 : _explorer.LogProbability(distribution, action);
                actions.Sources[i] = ActionSource.Memory;
            }
            else
            {
                actions.LogProbabilities[i] = _explorer.Choose(distribution, mode, ref randoms[i], action);
                actions.Sources[i] = ActionSource.Explorer;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Plain arrays only.
    }

    private bool MemoryActs(float confidence) => _view switch
    {
        PolicyView.Explorer => false,
        PolicyView.Prediction => true,
        _ => confidence >= _advisor!.Threshold,
    };

    private ReadOnlySpan<float> Evaluate(ReadOnlySpan<byte> observation)
    {
        if (_observation.DiscreteCount > 0)
        {
            var index = MemoryMarshal.Read<int>(observation);
            if ((uint)index >= (uint)_observation.DiscreteCount)
            {
                throw new ArgumentException($"Expected observations below {_observation.DiscreteCount} but got {index}.", nameof(observation));
            }

            var row = _rows.Row(index, out var isKnown);
            if (!isKnown)
            {
                Fill(new Features(index, _observation.DiscreteCount), row);
            }

            return row;
        }

        _observation.Encode(observation, _features);
        var fresh = _rows.Row(0, out _);
        Fill(new Features(_features), fresh);
        return fresh;
    }

    private void Fill(in Features observation, Span<float> row)
    {
        _explorer.Evaluate(observation, row[.._explorer.RowWidth]);
        _advisor?.Advise(observation, row[_explorer.RowWidth..]);
    }
}
