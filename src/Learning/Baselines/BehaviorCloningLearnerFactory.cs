using System.Collections.Immutable;
using MemoryRL.Core;

namespace MemoryRL.Learning;

/// <summary>Makes <see cref="BehaviorCloningLearner"/>s.</summary>
public sealed class BehaviorCloningLearnerFactory : ILearnerFactory
{
    /// <inheritdoc/>
    public string Algorithm => BehaviorCloningLearner.Algorithm;

    /// <inheritdoc/>
    public ImmutableArray<ColumnSpec> RequiredColumns => [];

    /// <inheritdoc/>
    public bool IsOffline => true;

    /// <inheritdoc/>
    public ILearner Create(LearnerSettings settings) => new BehaviorCloningLearner(settings);
}
