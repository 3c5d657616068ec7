using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using MemoryRL.Datasets;

namespace MemoryRL.Cli;

/// <summary>Everything that a run on data was started with, and what its data are: written as <c>params.json</c>.</summary>
internal sealed record OfflineParameters : RunOrigin
{
    /// <summary>Gets the method's name in tables.</summary>
    public required string Method { get; init; }

    /// <summary>Gets the file of the data.</summary>
    public required string Dataset { get; init; }

    /// <summary>Gets the share of the episodes that is learned from, the best by return.</summary>
    public required double Top { get; init; }

    /// <summary>Gets what all episodes of the data come to.</summary>
    public EpisodeTotals Data { get; init; }

    /// <summary>Gets the SHA-256 of all episodes of the data (<see cref="EpisodeSelection.Fingerprint"/>).</summary>
    public string DataFingerprint { get; init; } = "";

    /// <summary>Gets what those come to that are learned from.</summary>
    public EpisodeTotals Selected { get; init; }

    /// <summary>Gets how many seeds are trained, from the run's first on.</summary>
    public required int Seeds { get; init; }

    /// <summary>Gets the number of gradient steps.</summary>
    public required int Updates { get; init; }

    /// <summary>Gets the number of evaluations on the way, the last policy's included.</summary>
    public required int Evaluations { get; init; }

    /// <summary>Gets the episodes of an evaluation on the way.</summary>
    public required int EvaluationEpisodes { get; init; }

    /// <summary>Gets the fresh episodes of the last policy's evaluation.</summary>
    public required int FinalEpisodes { get; init; }

    /// <summary>Gets how rewards are scaled; null where the learner does not look at them, or its options say it.</summary>
    public string? Rewards { get; init; }

    /// <summary>Gets the learner's options that were given.</summary>
    public required ImmutableSortedDictionary<string, string> Options { get; init; }

    /// <summary>Gets the learner's options that it was made with: those given, and those filled in.</summary>
    public ImmutableSortedDictionary<string, string> LearnerOptions { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Reads parameters back.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <returns>The parameters.</returns>
    /// <exception cref="UsageException">The folder is no such run's; the message says what is missing or damaged.</exception>
    public static OfflineParameters Load(string folder)
    {
        var path = Path.Combine(folder, TrainingFiles.Parameters);
        try
        {
            var parameters = File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllText(path), OfflineJsonContext.Default.OfflineParameters) : null;
            return parameters ?? throw new UsageException($"--resume: expected the folder of a training on data, with a {TrainingFiles.Parameters} in it, but got '{folder}'.");
        }
        catch (JsonException error)
        {
            throw new UsageException($"--resume: {path}: {error.Message}");
        }
    }

    /// <summary>Writes the parameters.</summary>
    /// <param name="folder">The run's folder.</param>
    public void Save(string folder) => WholeFile.Replace(Path.Combine(folder, TrainingFiles.Parameters), JsonSerializer.Serialize(this, OfflineJsonContext.Default.OfflineParameters) + "\n");
}

/// <summary>Source-generated JSON of runs on data.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(OfflineParameters))]
internal sealed partial class OfflineJsonContext : JsonSerializerContext;
