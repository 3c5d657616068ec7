using System.Text.Json;
using MemoryRL.Core;

namespace MemoryRL.Learning;

/// <summary>What all policy bundles have in common: the algorithm, the version and the spaces, as metadata.</summary>
internal static class PolicyBundles
{
    private const string AlgorithmKey = "algorithm";
    private const string VersionKey = "policy_version";
    private const string ObservationKey = "observation_space";
    private const string ActionKey = "action_space";

    /// <summary>Starts a bundle.</summary>
    /// <param name="algorithm">The algorithm's name.</param>
    /// <param name="version">The version.</param>
    /// <param name="spec">The spaces.</param>
    /// <returns>A bundle without tensors.</returns>
    public static SafetensorsBuilder Start(string algorithm, long version, ExperienceSpec spec)
    {
        var bundle = new SafetensorsBuilder();
        bundle.Metadata[AlgorithmKey] = algorithm;
        bundle.Metadata[ObservationKey] = spec.Observation.ToJson();
        bundle.Metadata[ActionKey] = spec.Action.ToJson();
        LearnerCheckpoint.SaveNumber(bundle, VersionKey, version);
        return bundle;
    }

    /// <summary>Reads a bundle's common part.</summary>
    /// <param name="bytes">The bundle.</param>
    /// <param name="algorithm">The algorithm that it must be of.</param>
    /// <returns>The bundle, its version and its spaces.</returns>
    /// <exception cref="SafetensorsFormatException">The bundle is damaged or another algorithm's.</exception>
    public static (SafetensorsDocument Bundle, long Version, Space Observation, Space Action) Read(ReadOnlyMemory<byte> bytes, string algorithm)
    {
        var bundle = SafetensorsDocument.Parse(bytes, "policy bundle");
        LearnerCheckpoint.Expect(bundle, AlgorithmKey, algorithm);
        return (bundle, LearnerCheckpoint.LoadNumber(bundle, VersionKey), ReadSpace(bundle, ObservationKey), ReadSpace(bundle, ActionKey));
    }

    /// <summary>Reads a space from a bundle's metadata.</summary>
    /// <param name="bundle">The bundle.</param>
    /// <param name="key">The entry's name.</param>
    /// <returns>The space.</returns>
    /// <exception cref="SafetensorsFormatException">The entry is missing or no space.</exception>
    public static Space ReadSpace(SafetensorsDocument bundle, string key)
    {
        var json = bundle.RequireMetadata(key);
        try
        {
            return Space.FromJson(json);
        }
        catch (Exception error) when (error is JsonException or InvalidExperienceException)
        {
            throw new SafetensorsFormatException(bundle.Source, $"metadata '{key}': expected a space but got '{json}' ({error.Message})");
        }
    }
}
