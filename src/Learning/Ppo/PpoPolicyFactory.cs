using MemoryRL.Core;

namespace MemoryRL.Learning;

/// <summary>Makes policies from the bundles of <see cref="PpoLearner"/>.</summary>
public sealed class PpoPolicyFactory : IPolicyFactory
{
    /// <inheritdoc/>
    public string Algorithm => PpoLearner.Algorithm;

    /// <inheritdoc/>
    public IPolicy Create(ReadOnlyMemory<byte> bundle)
    {
        var (file, version, observationSpace, actionSpace) = PolicyBundles.Read(bundle, Algorithm);
        var observation = new ObservationEncoder(observationSpace);
        var action = new ActionEncoder(actionSpace);
        return new EnsemblePolicy(Algorithm, version, observation, action, new ExplorerActor(file, observation, action), advisor: null, PolicyView.Explorer);
    }
}
