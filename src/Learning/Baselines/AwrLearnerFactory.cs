using System.Collections.Immutable;
using MemoryRL.Core;

namespace MemoryRL.Learning;

/// <summary>Makes <see cref="AwrLearner"/>s.</summary>
public sealed class AwrLearnerFactory : ILearnerFactory
{
    /// <inheritdoc/>
    public string Algorithm => AwrLearner.Algorithm;

    /// <inheritdoc/>
    public ImmutableArray<ColumnSpec> RequiredColumns => [];

    /// <inheritdoc/>
    public bool IsOffline => true;

    /// <inheritdoc/>
    public ILearner Create(LearnerSettings settings) => new AwrLearner(settings);
}
