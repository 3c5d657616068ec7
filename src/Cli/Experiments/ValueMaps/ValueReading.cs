using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace MemoryRL.Cli;

/// <summary>How far a value function that was kept on the way is from the optimum of its maze.</summary>
/// <param name="Updates">The updates after which it was kept.</param>
/// <param name="Error">How far it is.</param>
[method: JsonConstructor]
internal readonly record struct KeptValueError(long Updates, ValueError Error);

/// <summary>What a run's value functions say in its maze.</summary>
/// <param name="Places">The last one's values at the places of <see cref="MazeValues"/>, to four significant digits; empty where no picture shows them.</param>
/// <param name="Errors">The errors of those that were kept on the way, from the first to the last; empty where no curve shows them.</param>
internal sealed record ValueReading(ImmutableArray<double> Places, ImmutableArray<KeptValueError> Errors);
