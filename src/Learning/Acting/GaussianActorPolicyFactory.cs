using MemoryRL.Core;

namespace MemoryRL.Learning;

/// <summary>Makes policies from the bundles of <see cref="GaussianActorWeights"/>, whichever algorithm they come from.</summary>
/// <param name="algorithm">The algorithm's name: <see cref="BehaviorCloning"/>, <see cref="RandomSearch"/>, <see cref="Published"/> or another's.</param>
public sealed class GaussianActorPolicyFactory(string algorithm) : IPolicyFactory
{
    /// <summary>Behaviour cloning's bundles.</summary>
    public const string BehaviorCloning = "bc";

    /// <summary>Augmented random search's bundles.</summary>
    public const string RandomSearch = "ars";

    /// <summary>Bundles made of policies that somebody else published (<see cref="PublishedPolicy"/>).</summary>
    public const string Published = "published";

    /// <inheritdoc/>
    public string Algorithm { get; } = algorithm;

    /// <inheritdoc/>
    public IPolicy Create(ReadOnlyMemory<byte> bundle)
    {
        var (file, version, observationSpace, actionSpace) = PolicyBundles.Read(bundle, Algorithm);
        var action = actionSpace is BoxSpace { ElementType: ElementType.Float32 }
            ? new ActionEncoder(actionSpace)
            : throw new SafetensorsFormatException(file.Source, $"metadata 'action_space': expected a float32 box but got {actionSpace}.");
        return new GaussianActorPolicy(Algorithm, version, new ObservationEncoder(observationSpace), action, file);
    }
}
