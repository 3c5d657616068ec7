using System.Globalization;
using MemoryRL.Core;

namespace MemoryRL.Learning;

/// <summary>The names in a Gaussian actor's policy bundle, and its shape as metadata.</summary>
internal static class GaussianActorFormat
{
    /// <summary>What is subtracted from an observation, <c>[features]</c>; optional.</summary>
    public const string ObservationMean = "observation.mean";

    /// <summary>What an observation is divided by then, <c>[features]</c>; optional.</summary>
    public const string ObservationDeviation = "observation.deviation";

    /// <summary>The bound of a normalised observation, <c>[1]</c>; optional.</summary>
    public const string ObservationClip = "observation.clip";

    /// <summary>The logarithms of the deviations, <c>[actions]</c>; optional.</summary>
    public const string LogDeviation = "actor.log_deviation";

    private const string LayerCountKey = "layer_count";
    private const string HiddenKey = "hidden_activation";
    private const string OutputKey = "output_activation";
    private const string SquashedKey = "squashed";

    /// <summary>Gets the name of a layer, before <c>.weight</c> and <c>.bias</c>.</summary>
    /// <param name="index">Which layer.</param>
    /// <returns>The name.</returns>
    public static string Layer(int index) => string.Create(CultureInfo.InvariantCulture, $"actor.{index}");

    /// <summary>Adds a network's shape to a bundle's metadata.</summary>
    /// <param name="bundle">The bundle.</param>
    /// <param name="weights">The network.</param>
    public static void WriteShape(SafetensorsBuilder bundle, GaussianActorWeights weights)
    {
        LearnerCheckpoint.SaveNumber(bundle, LayerCountKey, weights.Layers.Count);
        bundle.Metadata[HiddenKey] = weights.Hidden == DenseActivation.Tanh ? "tanh" : "relu";
        bundle.Metadata[OutputKey] = weights.IsTanhOutput ? "tanh" : "none";
        bundle.Metadata[SquashedKey] = weights.IsSquashed ? "true" : "false";
    }

    /// <summary>Reads a network's shape.</summary>
    /// <param name="bundle">The bundle.</param>
    /// <returns>The names of the layers, what follows each but the last, whether tanh follows that, and whether samples are drawn before it.</returns>
    /// <exception cref="SafetensorsFormatException">An entry is missing or says something else; the message names it.</exception>
    public static (string[] Layers, DenseActivation Hidden, bool IsTanhOutput, bool IsSquashed) ReadShape(SafetensorsDocument bundle)
    {
        var count = LearnerCheckpoint.LoadNumber(bundle, LayerCountKey);
        if (count < 1 || count > bundle.Tensors.Count)
        {
            throw new SafetensorsFormatException(bundle.Source, string.Create(CultureInfo.InvariantCulture, $"metadata '{LayerCountKey}': expected 1 or more layers that are there but got {count}."));
        }

        var layers = new string[count];
        for (var i = 0; i < layers.Length; i++)
        {
            layers[i] = Layer(i);
        }

        var hidden = Choice(bundle, HiddenKey, "relu", "tanh") ? DenseActivation.Tanh : DenseActivation.Relu;
        return (layers, hidden, Choice(bundle, OutputKey, "none", "tanh"), Choice(bundle, SquashedKey, "false", "true"));
    }

    private static bool Choice(SafetensorsDocument bundle, string key, string no, string yes)
    {
        var text = bundle.RequireMetadata(key);
        return text == yes || (text == no ? false : throw new SafetensorsFormatException(bundle.Source, $"metadata '{key}': expected '{no}' or '{yes}' but got '{text}'."));
    }
}
