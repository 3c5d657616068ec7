using System.Collections.Immutable;
using MemoryRL.Core;

namespace MemoryRL.Learning;

/// <summary>Makes <see cref="Td3BcLearner"/>s.</summary>
public sealed class Td3BcLearnerFactory : ILearnerFactory
{
    /// <inheritdoc/>
    public string Algorithm => Td3BcLearner.Algorithm;

    /// <inheritdoc/>
    public ImmutableArray<ColumnSpec> RequiredColumns => [];

    /// <inheritdoc/>
    public bool IsOffline => true;

    /// <inheritdoc/>
    public ILearner Create(LearnerSettings settings) => new Td3BcLearner(settings);
}
