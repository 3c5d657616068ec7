using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MemoryRL.Cli;

/// <summary>Settings of a training on data, kept in a file so that a run can be repeated: what <c>--config</c> reads. What is null was left out.</summary>
internal sealed record OfflineConfig
{
    /// <summary>A config that says nothing.</summary>
    public static OfflineConfig Empty { get; } = new();

    /// <summary>Gets the algorithm's name.</summary>
    public string? Algorithm { get; init; }

    /// <summary>Gets the name of the data set that it is meant for, which the file's name begins with; the file itself is named on the command line.</summary>
    public string? Dataset { get; init; }

    /// <summary>Gets the number of gradient steps.</summary>
    public int? Updates { get; init; }

    /// <summary>Gets the number of seeds.</summary>
    public int? Seeds { get; init; }

    /// <summary>Gets the share of the episodes that is learned from, the best by return.</summary>
    public double? Top { get; init; }

    /// <summary>Gets how rewards are scaled.</summary>
    public string? Rewards { get; init; }

    /// <summary>Gets the learner's options, in a file texts, numbers or <c>true</c> and <c>false</c>.</summary>
    [JsonConverter(typeof(OptionTextsConverter))]
    public ImmutableSortedDictionary<string, string>? Options { get; init; }

    /// <summary>Gets the number of evaluations on the way, the last policy's included.</summary>
    public int? Evaluations { get; init; }

    /// <summary>Gets the episodes of an evaluation on the way.</summary>
    public int? EvaluationEpisodes { get; init; }

    /// <summary>Gets the fresh episodes of the last policy's evaluation.</summary>
    public int? FinalEpisodes { get; init; }

    /// <summary>Reads a config.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The config.</returns>
    /// <exception cref="UsageException">There is no such file, it is damaged, or it has a key that there is not; the message names it.</exception>
    public static OfflineConfig Load(string path)
    {
        UsageException.ThrowUnless(File.Exists(path), "--config", "a file", path);
        var text = File.ReadAllText(path);
        try
        {
            using var document = JsonDocument.Parse(text);
            UsageException.ThrowUnless(document.RootElement.ValueKind == JsonValueKind.Object, $"--config {path}", "an object", document.RootElement.ValueKind);
            string[] known = [.. OfflineConfigJsonContext.Default.OfflineConfig.Properties.Select(property => property.Name)];
            foreach (var property in document.RootElement.EnumerateObject())
            {
                UsageException.ThrowUnless(known.Contains(property.Name), $"--config {path}", $"no other keys than {string.Join(", ", known)}", property.Name);
            }

            return document.RootElement.Deserialize(OfflineConfigJsonContext.Default.OfflineConfig)!;
        }
        catch (JsonException error)
        {
            throw new UsageException(error.Path is { Length: > 2 } key ? $"--config {path}: expected another kind of value for {key[2..]}." : $"--config {path}: {error.Message}");
        }
    }

    /// <summary>Writes the config as a file has it.</summary>
    /// <returns>The text.</returns>
    public string ToJson() => JsonSerializer.Serialize(this, OfflineConfigJsonContext.Default.OfflineConfig) + "\n";
}

/// <summary>Reads options as the command line would have them: numbers and truth values stand for their texts.</summary>
internal sealed class OptionTextsConverter : JsonConverter<ImmutableSortedDictionary<string, string>>
{
    /// <inheritdoc/>
    public override ImmutableSortedDictionary<string, string> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return document.RootElement.ValueKind == JsonValueKind.Object
            ? document.RootElement.EnumerateObject().ToImmutableSortedDictionary(option => option.Name, TextOf, StringComparer.Ordinal)
            : throw new JsonException("Options are no object.", "$.options", null, null);
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, ImmutableSortedDictionary<string, string> value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        foreach (var (name, text) in value)
        {
            writer.WriteString(name, text);
        }

        writer.WriteEndObject();
    }

    private static string TextOf(JsonProperty option) => option.Value.ValueKind switch
    {
        JsonValueKind.String => option.Value.GetString()!,
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => option.Value.GetRawText(),
        _ => throw new JsonException("An option is no text.", $"$.options.{option.Name}", null, null),
    };
}

/// <summary>Source-generated JSON of configs.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(OfflineConfig))]
internal sealed partial class OfflineConfigJsonContext : JsonSerializerContext;
