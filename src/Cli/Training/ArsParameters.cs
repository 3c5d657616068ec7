using System.Text.Json;
using System.Text.Json.Serialization;
using MemoryRL.Client;

namespace MemoryRL.Cli;

/// <summary>Everything that a random search was started with: written as <c>params.json</c> and read back by <c>--resume</c>.</summary>
internal sealed record ArsParameters : RunOrigin
{
    /// <summary>Gets the minutes of search, over all stops and resumes; null where iterations are the limit.</summary>
    public double? Minutes { get; init; }

    /// <summary>Gets the number of iterations; null where minutes are the limit.</summary>
    public long? Iterations { get; init; }

    /// <summary>Gets how many iterations lie between two iterates that are evaluated and kept.</summary>
    public required int SavePeriod { get; init; }

    /// <summary>Gets the number of episodes of an evaluation during the search.</summary>
    public required int EvaluationEpisodes { get; init; }

    /// <summary>Gets the number of fresh episodes on which the last and the best policy are evaluated at the end.</summary>
    public required int FinalEpisodes { get; init; }

    /// <summary>Gets how to search.</summary>
    public required ArsSettings Settings { get; init; }

    /// <summary>Reads parameters back.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <returns>The parameters.</returns>
    /// <exception cref="UsageException">The folder is no random search's; the message says what is missing or damaged.</exception>
    public static ArsParameters Load(string folder)
    {
        var path = Path.Combine(folder, TrainingFiles.Parameters);
        try
        {
            var parameters = File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllText(path), ArsJsonContext.Default.ArsParameters) : null;
            return parameters ?? throw new UsageException($"--resume: expected the folder of a random search, with a {TrainingFiles.Parameters} in it, but got '{folder}'.");
        }
        catch (JsonException error)
        {
            throw new UsageException($"{path}: {error.Message}");
        }
    }

    /// <summary>Writes the parameters.</summary>
    /// <param name="folder">The run's folder.</param>
    public void Save(string folder) => WholeFile.Replace(Path.Combine(folder, TrainingFiles.Parameters), JsonSerializer.Serialize(this, ArsJsonContext.Default.ArsParameters) + "\n");
}

/// <summary>Source-generated JSON of random search's files.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(ArsParameters))]
[JsonSerializable(typeof(ArsIterates))]
internal sealed partial class ArsJsonContext : JsonSerializerContext;
