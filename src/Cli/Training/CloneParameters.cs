using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using MemoryRL.Datasets;

namespace MemoryRL.Cli;

/// <summary>Everything that a cloning run was started with, and what its data are: written as <c>params.json</c>.</summary>
internal sealed record CloneParameters
{
    /// <summary>Gets the task's name.</summary>
    public required string Task { get; init; }

    /// <summary>Gets the algorithm's name.</summary>
    public required string Algorithm { get; init; }

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

    /// <summary>Gets the seed.</summary>
    public required long Seed { get; init; }

    /// <summary>Gets the number of gradient steps.</summary>
    public required int Updates { get; init; }

    /// <summary>Gets the number of evaluations on the way, the last policy's included.</summary>
    public required int Evaluations { get; init; }

    /// <summary>Gets the episodes of an evaluation on the way.</summary>
    public required int EvaluationEpisodes { get; init; }

    /// <summary>Gets the fresh episodes of the last policy's evaluation.</summary>
    public required int FinalEpisodes { get; init; }

    /// <summary>Gets the number of threads that play episodes.</summary>
    public required int Threads { get; init; }

    /// <summary>Gets the learner's options that were given.</summary>
    public required ImmutableSortedDictionary<string, string> Options { get; init; }

    /// <summary>Gets the program's version.</summary>
    public required string Version { get; init; }

    /// <summary>Gets the switch <c>GrainHost</c>.</summary>
    public required string GrainHost { get; init; }

    /// <summary>Gets the switch <c>TensorEngine</c>.</summary>
    public required string TensorEngine { get; init; }

    /// <summary>Gets the machine in one line.</summary>
    public required string Machine { get; init; }

    /// <summary>Gets when the run was started.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Gets the command line that started it.</summary>
    public required string CommandLine { get; init; }

    /// <summary>Writes the parameters.</summary>
    /// <param name="folder">The run's folder.</param>
    public void Save(string folder) => TrainingFiles.Replace(Path.Combine(folder, TrainingFiles.Parameters), JsonSerializer.Serialize(this, CloneJsonContext.Default.CloneParameters) + "\n");
}

/// <summary>Source-generated JSON of cloning runs.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(CloneParameters))]
internal sealed partial class CloneJsonContext : JsonSerializerContext;
