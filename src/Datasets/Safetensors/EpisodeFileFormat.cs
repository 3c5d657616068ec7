using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using MemoryRL.Core;

namespace MemoryRL.Datasets;

/// <summary>The names in an episode file, and its specification as JSON.</summary>
internal static class EpisodeFileFormat
{
    public const string Name = "memoryrl-episodes";
    public const string Version = "1";

    public const string FormatKey = "format";
    public const string VersionKey = "format_version";
    public const string SpecKey = "spec";
    public const string AgentIdsKey = "agent_ids";

    public const string Observations = "observations";
    public const string Actions = "actions";
    public const string Rewards = "rewards";
    public const string PolicyVersions = "policy_versions";
    public const string Lengths = "lengths";
    public const string Ends = "ends";
    public const string Agents = "agents";
    public const string Ids = "ids";
    public const string Outcomes = "outcomes";

    /// <summary>Names the tensor of an extra column.</summary>
    /// <param name="column">The column.</param>
    /// <returns>The tensor's name.</returns>
    public static string Extra(ColumnSpec column) => $"extra.{column.Name}";

    /// <summary>Writes a spec.</summary>
    /// <param name="spec">The spec.</param>
    /// <returns>JSON that <see cref="ReadSpec"/> reads.</returns>
    public static string WriteSpec(ExperienceSpec spec) => JsonSerializer.Serialize(spec, EpisodeFileJsonContext.Default.ExperienceSpec);

    /// <summary>Reads a spec and checks it.</summary>
    /// <param name="json">What <see cref="WriteSpec"/> wrote.</param>
    /// <returns>The spec.</returns>
    /// <exception cref="JsonException">The text is no spec.</exception>
    /// <exception cref="InvalidExperienceException">A value is not allowed.</exception>
    public static ExperienceSpec ReadSpec(string json)
    {
        var spec = JsonSerializer.Deserialize(json, EpisodeFileJsonContext.Default.ExperienceSpec) ?? throw new JsonException("Expected a spec but got null.");
        spec.Validate();
        return spec;
    }
}

/// <summary>Source-generated JSON of an episode file's metadata.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, UseStringEnumConverter = true)]
[JsonSerializable(typeof(ExperienceSpec))]
[JsonSerializable(typeof(EpisodeShardIndex))]
[JsonSerializable(typeof(ImmutableArray<string>))]
internal sealed partial class EpisodeFileJsonContext : JsonSerializerContext;
