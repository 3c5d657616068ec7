using System.Globalization;
using MemoryRL.Core;
using static TorchSharp.torch;

namespace MemoryRL.Learning;

/// <summary>
/// The form in which value functions travel from learners to memories: a Safetensors file with the weights of each head as
/// <c>v1.fc1.weight</c>, <c>v1.fc1.bias</c> ... <c>v1.out.bias</c>, <c>v2.fc1.weight</c> and so on, and the algorithm, the version, the
/// observation space and the numbers of heads and hidden layers as metadata.
/// </summary>
internal static class ValueBundles
{
    private const string AlgorithmKey = "algorithm";
    private const string VersionKey = "value_version";
    private const string ObservationKey = "observation_space";
    private const string HeadCountKey = "head_count";
    private const string HiddenCountKey = "hidden_layer_count";

    /// <summary>Makes a bundle.</summary>
    /// <param name="algorithm">The algorithm's name.</param>
    /// <param name="version">The version.</param>
    /// <param name="observation">The observation space.</param>
    /// <param name="heads">The heads, all of one size, at least one.</param>
    /// <returns>The bundle.</returns>
    public static byte[] Create(string algorithm, long version, Space observation, params IReadOnlyList<ValueNetwork> heads)
    {
        var bundle = new SafetensorsBuilder();
        bundle.Metadata[AlgorithmKey] = algorithm;
        bundle.Metadata[ObservationKey] = observation.ToJson();
        LearnerCheckpoint.SaveNumber(bundle, VersionKey, version);
        LearnerCheckpoint.SaveNumber(bundle, HeadCountKey, heads.Count);
        LearnerCheckpoint.SaveNumber(bundle, HiddenCountKey, heads[0].HiddenCount);
        for (var i = 0; i < heads.Count; i++)
        {
            LearnerCheckpoint.SaveModule(bundle, ValueEnsemble.HeadName(i), heads[i]);
        }

        return bundle.ToArray();
    }

    /// <summary>Reads a bundle.</summary>
    /// <param name="bytes">The bundle.</param>
    /// <param name="algorithm">The algorithm that it must be of.</param>
    /// <param name="device">Where the weights are to live.</param>
    /// <returns>The version, the observations' encoder, and the heads, to be disposed.</returns>
    /// <exception cref="SafetensorsFormatException">The bundle is damaged or another algorithm's; the message names the entry.</exception>
    public static (long Version, ObservationEncoder Observation, ValueEnsemble Heads) Read(ReadOnlyMemory<byte> bytes, string algorithm, Device device)
    {
        var bundle = SafetensorsDocument.Parse(bytes, "value bundle");
        LearnerCheckpoint.Expect(bundle, AlgorithmKey, algorithm);
        var version = LearnerCheckpoint.LoadNumber(bundle, VersionKey);
        var observation = new ObservationEncoder(PolicyBundles.ReadSpace(bundle, ObservationKey));
        var heads = ReadCount(bundle, HeadCountKey, 1);
        var widths = new int[ReadCount(bundle, HiddenCountKey, 0)];
        for (var i = 0; i < widths.Length; i++)
        {
            var name = $"{ValueEnsemble.HeadName(0)}.{ReluNetwork.LayerName(i, widths.Length)}.weight";
            widths[i] = bundle.Require(name, ElementType.Float32, -1, i == 0 ? observation.FeatureCount : widths[i - 1]).Shape[0];
        }

        // What the heads start with is written over at once.
        var random = new RandomStream(0);
        var ensemble = new ValueEnsemble(observation.FeatureCount, heads, widths, ref random, device);
        try
        {
            for (var i = 0; i < heads; i++)
            {
                LearnerCheckpoint.LoadModule(bundle, ValueEnsemble.HeadName(i), ensemble.Heads[i]);
            }
        }
        catch (SafetensorsFormatException)
        {
            ensemble.Dispose();
            throw;
        }

        return (version, observation, ensemble);
    }

    // A head and a layer have two tensors at least, so that no damaged number asks for more memory than the bundle itself.
    private static int ReadCount(SafetensorsDocument bundle, string key, int minimum)
    {
        var count = LearnerCheckpoint.LoadNumber(bundle, key);
        return count >= minimum && count <= bundle.Tensors.Count / 2
            ? (int)count
            : throw new SafetensorsFormatException(bundle.Source, string.Create(CultureInfo.InvariantCulture, $"metadata '{key}': expected {minimum} or more that are there but got {count}."));
    }
}
