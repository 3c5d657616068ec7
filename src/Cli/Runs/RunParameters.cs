using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using MemoryRL.Core;

namespace MemoryRL.Cli;

/// <summary>Everything that a run was started with, resolved: written as <c>params.json</c>, read back by <c>--resume</c> and <c>evaluate</c>.</summary>
internal sealed record RunParameters : RunOrigin
{
    /// <summary>Gets the number of agents that act at once.</summary>
    public required int Agents { get; init; }

    /// <summary>Gets the budget of steps, over all stops and resumes.</summary>
    public required long Steps { get; init; }

    /// <summary>Gets the share of successes at which the run ends by itself, in (0, 1].</summary>
    public required double TargetSuccess { get; init; }

    /// <summary>Gets whether the agents act on the memory's advice.</summary>
    public required bool ActsOnMemory { get; init; }

    /// <summary>Gets the algorithm's options that were given.</summary>
    public required ImmutableSortedDictionary<string, string> Options { get; init; }

    /// <summary>Gets the gateway of the cluster that holds the grains, or null when they run in this process.</summary>
    public string? Cluster { get; init; }

    /// <summary>Gets the memory's spec.</summary>
    public required MemorySpec Memory { get; init; }

    /// <summary>Gets how many feedings lie between two published policies; 0 where nothing learns.</summary>
    public required int PublishPeriod { get; init; }

    /// <summary>Gets the random policy's share of successes, in [0, 1]; NaN where it is not known.</summary>
    public required double RandomSuccess { get; init; }

    /// <summary>Gets the name of the run's folder, and of its memory, its policy and its learner.</summary>
    [JsonIgnore]
    public string Name => string.Create(CultureInfo.InvariantCulture, $"{Task}__{Algorithm}__{Seed}__{StartedAt.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}");

    /// <summary>Writes the parameters as JSON.</summary>
    /// <returns>Indented JSON that <see cref="FromJson"/> reads back.</returns>
    public string ToJson() => JsonSerializer.Serialize(this, CliJsonContext.Default.RunParameters) + "\n";

    /// <summary>Reads parameters back.</summary>
    /// <param name="json">What <see cref="ToJson"/> wrote.</param>
    /// <returns>The parameters.</returns>
    /// <exception cref="JsonException">The text is not what <see cref="ToJson"/> writes.</exception>
    public static RunParameters FromJson(string json) =>
        JsonSerializer.Deserialize(json, CliJsonContext.Default.RunParameters) ?? throw new JsonException("Expected a run's parameters but got null.");
}

/// <summary>Source-generated JSON of the program's files.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, UseStringEnumConverter = true)]
[JsonSerializable(typeof(RunParameters))]
internal sealed partial class CliJsonContext : JsonSerializerContext;
