using System.Collections.Immutable;
using MemoryRL.Core;

namespace MemoryRL.Learning;

/// <summary>Makes <see cref="IqlLearner"/>s.</summary>
public sealed class IqlLearnerFactory : ILearnerFactory
{
    /// <inheritdoc/>
    public string Algorithm => IqlLearner.Algorithm;

    /// <inheritdoc/>
    public ImmutableArray<ColumnSpec> RequiredColumns => [];

    /// <inheritdoc/>
    public bool IsOffline => true;

    /// <inheritdoc/>
    public ILearner Create(LearnerSettings settings) => new IqlLearner(settings);
}
