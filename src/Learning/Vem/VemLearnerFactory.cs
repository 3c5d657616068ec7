using System.Collections.Immutable;
using MemoryRL.Core;

namespace MemoryRL.Learning;

/// <summary>Makes <see cref="VemLearner"/>s.</summary>
public sealed class VemLearnerFactory : ILearnerFactory
{
    /// <inheritdoc/>
    public string Algorithm => VemLearner.Algorithm;

    /// <inheritdoc/>
    public ImmutableArray<ColumnSpec> RequiredColumns => [];

    /// <inheritdoc/>
    public bool IsOffline => true;

    /// <inheritdoc/>
    public ILearner Create(LearnerSettings settings) => new VemLearner(settings);
}
