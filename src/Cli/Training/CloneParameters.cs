using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using MemoryRL.Datasets;

namespace MemoryRL.Cli;

/// <summary>Everything that a cloning run was started with, and what its data are: written as <c>params.json</c>.</summary>
internal sealed record CloneParameters : RunOrigin
{
    /// <summary>Gets the method's name in tables.</summary>
    public required string Method { get; init; }

    /// <summary>Gets the file of the data.</summary>
    public required string Dataset { get; init; }

    /// <summary>Gets the share of the episodes that is cloned, the best by return.</summary>
    public required double Top { get; init; }

    /// <summary>Gets what all episodes of the data come to.</summary>
    public EpisodeTotals Data { get; init; }

    /// <summary>Gets what the cloned ones come to.</summary>
    public EpisodeTotals Cloned { get; init; }

    /// <summary>Gets the number of gradient steps.</summary>
    public required int Updates { get; init; }

    /// <summary>Gets the number of evaluations on the way, the last policy's included.</summary>
    public required int Evaluations { get; init; }

    /// <summary>Gets the episodes of an evaluation on the way.</summary>
    public required int EvaluationEpisodes { get; init; }

    /// <summary>Gets the fresh episodes of the last policy's evaluation.</summary>
    public required int FinalEpisodes { get; init; }

    /// <summary>Gets the learner's options that were given.</summary>
    public required ImmutableSortedDictionary<string, string> Options { get; init; }

    /// <summary>Writes the parameters.</summary>
    /// <param name="folder">The run's folder.</param>
    public void Save(string folder) => WholeFile.Replace(Path.Combine(folder, TrainingFiles.Parameters), JsonSerializer.Serialize(this, CloneJsonContext.Default.CloneParameters) + "\n");
}

/// <summary>Source-generated JSON of cloning runs.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(CloneParameters))]
internal sealed partial class CloneJsonContext : JsonSerializerContext;
