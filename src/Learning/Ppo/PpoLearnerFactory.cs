using System.Collections.Immutable;
using MemoryRL.Core;

namespace MemoryRL.Learning;

/// <summary>Makes <see cref="PpoLearner"/>s.</summary>
public sealed class PpoLearnerFactory : ILearnerFactory
{
    /// <summary>The columns that the explorer needs.</summary>
    internal static readonly ImmutableArray<ColumnSpec> Columns = [ColumnSpec.BehaviorLogProbability, ColumnSpec.ActionSource];

    /// <inheritdoc/>
    public string Algorithm => PpoLearner.Algorithm;

    /// <inheritdoc/>
    public ImmutableArray<ColumnSpec> RequiredColumns => Columns;

    /// <inheritdoc/>
    public ILearner Create(LearnerSettings settings) => new PpoLearner(settings);
}
