using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using MemoryRL.Core;
using MemoryRL.Grains.Interfaces;

namespace MemoryRL.Grains;

/// <summary>
/// What a learner grain keeps: its spec, whether it trains, how far it has come, and the learner's own tensors and metadata, all in one file.
/// The grain's entries start with <c>memoryrl.</c>, which no learner uses.
/// </summary>
/// <param name="Spec">What the learner is.</param>
/// <param name="IsTraining">Whether it goes on training when its grain is activated again.</param>
/// <param name="Position">How far it has come.</param>
internal sealed record LearnerCheckpoint(LearnerSpecMessage Spec, bool IsTraining, LearnerPosition Position)
{
    private const string SpecKey = "memoryrl.learner.spec";
    private const string IsTrainingKey = "memoryrl.learner.is_training";
    private const string PositionKey = "memoryrl.learner.position";

    /// <summary>Adds the grain's entries to a file that holds the learner's.</summary>
    /// <param name="content">The file.</param>
    public void Save(SafetensorsBuilder content)
    {
        content.Metadata[SpecKey] = JsonSerializer.Serialize(Spec, LearnerJsonContext.Default.LearnerSpecMessage);
        content.Metadata[IsTrainingKey] = IsTraining ? "true" : "false";
        content.Metadata[PositionKey] = JsonSerializer.Serialize(Position, LearnerJsonContext.Default.LearnerPosition);
    }

    /// <summary>Reads the grain's entries.</summary>
    /// <param name="content">What <see cref="Save"/> wrote.</param>
    /// <returns>The checkpoint.</returns>
    /// <exception cref="SafetensorsFormatException">An entry is missing.</exception>
    public static LearnerCheckpoint Load(SafetensorsDocument content) => new(
        JsonSerializer.Deserialize(content.RequireMetadata(SpecKey), LearnerJsonContext.Default.LearnerSpecMessage)!,
        content.RequireMetadata(IsTrainingKey) == "true",
        JsonSerializer.Deserialize(content.RequireMetadata(PositionKey), LearnerJsonContext.Default.LearnerPosition)!);

    /// <summary>Copies a file with this checkpoint's entries in place of the ones that it has.</summary>
    /// <param name="content">A file that <see cref="Save"/> wrote.</param>
    /// <returns>The copy.</returns>
    public SafetensorsBuilder Rewrite(SafetensorsDocument content)
    {
        var copy = new SafetensorsBuilder();
        foreach (var (name, text) in content.Metadata)
        {
            copy.Metadata[name] = text;
        }

        foreach (var tensor in content.Tensors)
        {
            copy.Add(tensor.Name, tensor.ElementType, tensor.Shape.AsSpan(), tensor.Data);
        }

        Save(copy);
        return copy;
    }

    /// <summary>Describes the first difference between the spec of a learner and the spec that was asked for.</summary>
    /// <param name="wanted">The spec that was asked for.</param>
    /// <returns>The error to answer with, or null where the specs are equal.</returns>
    public InvalidInputException? FindDifference(LearnerSpecMessage wanted)
    {
        return Compare("algorithm", Spec.Algorithm, wanted.Algorithm)
            ?? Compare("memory_name", Spec.MemoryName, wanted.MemoryName)
            ?? Compare("policy_name", Spec.PolicyName, wanted.PolicyName)
            ?? Compare("seed", Spec.Seed, wanted.Seed)
            ?? Compare("device", Spec.Device, wanted.Device)
            ?? Compare("publish_period", Spec.PublishPeriod, wanted.PublishPeriod)
            ?? Compare("checkpoint_period", Spec.CheckpointPeriod, wanted.CheckpointPeriod)
            ?? Compare("options", Text(Spec.Options), Text(wanted.Options));

        static InvalidInputException? Compare<T>(string field, T has, T askedFor) =>
            EqualityComparer<T>.Default.Equals(has, askedFor) ? null : new InvalidInputException($"learner.{field}", $"{Show(has)}, which the learner exists with,", Show(askedFor));

        static string Show<T>(T value) => $"'{Convert.ToString(value, CultureInfo.InvariantCulture)}'";

        static string Text(ImmutableDictionary<string, string> options) =>
            string.Join(", ", options.OrderBy(option => option.Key, StringComparer.Ordinal).Select(option => $"{option.Key}={option.Value}"));
    }
}
