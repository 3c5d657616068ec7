using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MemoryRL.Cli;

/// <summary>What is known of a finished cell beside its run's own files: written as <c>cell.json</c> into the cell's folder when its run has come to its end.</summary>
/// <param name="Method">The method's name in tables.</param>
/// <param name="Arguments">The program's arguments, without folders: a finished cell is the one that a suite asks for when these are equal.</param>
/// <param name="Version">The program's version, with the commit where the build knew one.</param>
/// <param name="TensorEngine">The switch <c>TensorEngine</c>.</param>
/// <param name="Machine">The machine in one line.</param>
/// <param name="WallSeconds">How long the run took, in seconds.</param>
/// <param name="CoreSeconds">The processor time that it took, on all cores together, in seconds.</param>
internal sealed record SuiteCellRecord(string Method, ImmutableArray<string> Arguments, string Version, string TensorEngine, string Machine, double WallSeconds, double CoreSeconds)
{
    /// <summary>The file's name in the cell's folder.</summary>
    public const string FileName = "cell.json";

    /// <summary>Reads a record.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The record.</returns>
    /// <exception cref="JsonException">The file is damaged, or no record.</exception>
    public static SuiteCellRecord Load(string path) =>
        JsonSerializer.Deserialize(File.ReadAllText(path), SuiteJsonContext.Default.SuiteCellRecord) ?? throw new JsonException("Expected a cell's record but got null.");

    /// <summary>Refuses a record that is of other settings than a cell of its name.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="key">The option that brought the record.</param>
    /// <param name="place">Where it lies, as the message says it.</param>
    /// <exception cref="UsageException">The settings differ.</exception>
    public void RequireOf(SuiteCell cell, string key, string place)
    {
        var (expected, spelled) = (string.Join(' ', cell.Identity()), string.Join(' ', Arguments));
        UsageException.ThrowUnless(spelled == expected, key, $"runs of `{expected}` in {place}, or none (remove that one, or name another place)", spelled);
    }

    /// <summary>Tells whether another record is of the very same run.</summary>
    /// <param name="other">The other.</param>
    /// <returns>Whether all it says is equal.</returns>
    public bool IsOfSameRun(SuiteCellRecord other) => this with { Arguments = other.Arguments } == other && Arguments.SequenceEqual(other.Arguments);

    /// <summary>Writes the record: whole, or not at all.</summary>
    /// <param name="folder">The cell's folder.</param>
    public void Save(string folder) => WholeFile.Replace(Path.Combine(folder, FileName), JsonSerializer.Serialize(this, SuiteJsonContext.Default.SuiteCellRecord) + "\n");
}

/// <summary>Source-generated JSON of suites.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(SuiteCellRecord))]
internal sealed partial class SuiteJsonContext : JsonSerializerContext;
