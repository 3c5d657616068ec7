using System.Collections.Immutable;
using MemoryRL.Core;

namespace MemoryRL.Learning;

/// <summary>Makes <see cref="AdaMementoLearner"/>s.</summary>
public sealed class AdaMementoLearnerFactory : ILearnerFactory
{
    /// <inheritdoc/>
    public string Algorithm => AdaMementoLearner.Algorithm;

    /// <inheritdoc/>
    public ImmutableArray<ColumnSpec> RequiredColumns => PpoLearnerFactory.Columns;

    /// <inheritdoc/>
    public ILearner Create(LearnerSettings settings) => new AdaMementoLearner(settings);
}

/// <summary>Makes policies from the bundles of <see cref="AdaMementoLearner"/>.</summary>
public sealed class AdaMementoPolicyFactory : IPolicyFactory
{
    /// <inheritdoc/>
    public string Algorithm => AdaMementoLearner.Algorithm;

    /// <inheritdoc/>
    public IPolicy Create(ReadOnlyMemory<byte> bundle) => Create(bundle, PolicyView.Ensemble);

    /// <summary>Makes a policy in which one part of the ensemble acts, so that results can report each.</summary>
    /// <param name="bundle">A bundle that the learner published.</param>
    /// <param name="view">Which part acts.</param>
    /// <returns>The policy.</returns>
    /// <exception cref="SafetensorsFormatException">The bundle is damaged or another algorithm's.</exception>
    public IPolicy Create(ReadOnlyMemory<byte> bundle, PolicyView view)
    {
        var (file, version, observationSpace, actionSpace) = PolicyBundles.Read(bundle, Algorithm);
        var observation = new ObservationEncoder(observationSpace);
        var action = new ActionEncoder(actionSpace);
        var advisor = MemoryAdvisor.Read(file, observation, action);
        return new EnsemblePolicy(Algorithm, version, observation, action, new ExplorerActor(file, observation, action), advisor, view);
    }
}
