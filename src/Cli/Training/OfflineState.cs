using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using MemoryRL.Core;
using MemoryRL.Grains.Interfaces;

namespace MemoryRL.Cli;

/// <summary>A policy that a learner has published on its way.</summary>
/// <param name="Version">Its version.</param>
/// <param name="Updates">Its number of updates.</param>
/// <param name="Point">How it did; null where it was not evaluated yet.</param>
internal sealed record OfflineVersion(long Version, long Updates, ResultPoint? Point);

/// <summary>What the training of one seed goes on from: one file, which is there whole or not at all, from the first evaluated version, or an earlier stop, to the seed's end.</summary>
/// <remarks>
/// The data are read again. What they became in the memory is here: of a learner that plans, the targets of every step. With the learner's own state
/// and the policies that were not evaluated yet, nothing can be told from a training that never stopped.
/// </remarks>
internal sealed record OfflineState
{
    private const string FileName = "resume.safetensors";
    private const string StateKey = "state";
    private const string LearnerKey = "learner";
    private const string BundlePrefix = "bundle.";

    /// <summary>Gets the gradient steps that the learner has done.</summary>
    public required long Updates { get; init; }

    /// <summary>Gets the last version that it has published.</summary>
    public required long PolicyVersion { get; init; }

    /// <summary>Gets whether the last of the versions has all updates, so that only evaluations are left to do.</summary>
    public required bool IsTrained { get; init; }

    /// <summary>Gets the policies so far, in their order.</summary>
    public required ImmutableArray<OfflineVersion> Versions { get; init; }

    /// <summary>Gets the learner's copy; null where it is trained.</summary>
    [JsonIgnore]
    public LearnerCopy? Learner { get; init; }

    /// <summary>Gets the policies that are still needed: those that were not evaluated yet, and the last.</summary>
    [JsonIgnore]
    public ImmutableArray<PolicyBundle> Bundles { get; init; } = [];

    /// <summary>Reads a seed's state.</summary>
    /// <param name="folder">The seed's folder.</param>
    /// <param name="algorithm">The algorithm's name.</param>
    /// <returns>The state; null where there is none.</returns>
    /// <exception cref="SafetensorsFormatException">The file is damaged.</exception>
    public static OfflineState? Load(string folder, string algorithm)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            return null;
        }

        var file = SafetensorsDocument.Parse(File.ReadAllBytes(path), path);
        var state = JsonSerializer.Deserialize(file.RequireMetadata(StateKey), OfflineStateJsonContext.Default.OfflineState)!;
        return state with
        {
            Learner = state.IsTrained ? null : new LearnerCopy(Bytes(file, LearnerKey), state.Updates, state.PolicyVersion),
            Bundles =
            [
                .. state.Versions.Where(version => file.Tensors.Any(tensor => tensor.Name == $"{BundlePrefix}{version.Version}"))
                    .Select(version => new PolicyBundle(version.Version, algorithm, default, Bytes(file, $"{BundlePrefix}{version.Version}"), version.Updates)),
            ],
        };
    }

    /// <summary>Removes the state of a seed that needs none any more.</summary>
    /// <param name="folder">The seed's folder.</param>
    public static void Delete(string folder) => File.Delete(Path.Combine(folder, FileName));

    /// <summary>Writes the state.</summary>
    /// <param name="folder">The seed's folder.</param>
    public void Save(string folder)
    {
        var file = new SafetensorsBuilder();
        file.Metadata[StateKey] = JsonSerializer.Serialize(this, OfflineStateJsonContext.Default.OfflineState);
        if (Learner is { } learner)
        {
            Add(LearnerKey, learner.Content);
        }

        foreach (var bundle in Bundles)
        {
            Add($"{BundlePrefix}{bundle.Version}", bundle.Weights);
        }

        WholeFile.Replace(Path.Combine(folder, FileName), file.WriteTo);

        void Add(string name, Columns bytes) => file.Add(name, ElementType.UInt8, [bytes.Data.Length], bytes.Data);
    }

    private static Columns Bytes(SafetensorsDocument file, string name) => new(ColumnsKind.Safetensors, 0, 1, file.Require(name, ElementType.UInt8, -1).Data);
}

/// <summary>Source-generated JSON of states.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(OfflineState))]
internal sealed partial class OfflineStateJsonContext : JsonSerializerContext;
