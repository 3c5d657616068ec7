using System.Globalization;
using System.Text.Json;
using MemoryRL.Core;

namespace MemoryRL.Learning;

/// <summary>Reads policies that somebody else published, converted to one JSON form, into policy bundles.</summary>
/// <remarks>
/// The form has <c>obs_mean</c>, <c>obs_std</c> and <c>clip_obs</c> (null for none), <c>layers</c> of <c>W</c> <c>[in][out]</c> and <c>b</c>
/// <c>[out]</c>, <c>hidden</c> (tanh or relu), <c>out</c> (none or tanh), <c>logstd</c> (null for a deterministic policy) and <c>source</c>.
/// A policy whose answer goes through tanh samples before it, as soft actor-critic does. A policy that was trained on longer observations, such
/// as Ant's 111 with the contact forces, reads the task's observation followed by zeros: what the zeros bring goes into the first layer's bias,
/// and the bundle's metadata say how many were cut (<c>cut_observations</c>).
/// </remarks>
public static class PublishedPolicy
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The JSON file.</param>
    /// <param name="spec">The task's spaces: a float32 box of observations and one of actions.</param>
    /// <returns>A bundle of the algorithm <see cref="GaussianActorPolicyFactory.Published"/>, version 0.</returns>
    /// <exception cref="InvalidExperienceException">The file is no such policy, or does not fit the spaces; the message names the file and the field.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static ReadOnlyMemory<byte> Load(string path, ExperienceSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var name = Path.GetFileName(path);
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            return Read(new JsonFields(name, json.RootElement), spec);
        }
        catch (JsonException error)
        {
            throw new InvalidExperienceException(name, "a published policy as JSON", error.Message);
        }
    }

    private static byte[] Read(JsonFields policy, ExperienceSpec spec)
    {
        var features = spec.Observation.ElementCount;
        InvalidExperienceException.ThrowUnless(spec.Observation is BoxSpace { ElementType: ElementType.Float32 }, "spec.observation", "a float32 box", spec.Observation);
        var layers = ReadLayers(policy);
        var inputs = layers[0].Weight.Length / layers[0].Bias.Length;
        InvalidExperienceException.ThrowUnless(inputs >= features, policy.Name("layers[0].W"), $"{features} or more rows, one for each number of an observation", inputs);
        var (mean, deviation, clip) = (policy.Numbers("obs_mean"), policy.Numbers("obs_std"), policy.Number("clip_obs"));
        CheckLength(policy, "obs_mean", mean, inputs);
        CheckLength(policy, "obs_std", deviation, inputs);
        layers[0] = CutInputs(layers[0], inputs, features, mean, deviation, clip);
        var isTanhOutput = policy.Choice("out", "none", "tanh");
        var logDeviation = policy.Numbers("logstd");
        var weights = new GaussianActorWeights
        {
            Layers = layers,
            Hidden = policy.Choice("hidden", "relu", "tanh") ? DenseActivation.Tanh : DenseActivation.Relu,
            IsTanhOutput = isTanhOutput,
            ObservationMean = Floats(mean, features),
            ObservationDeviation = Floats(deviation, features),
            ObservationClip = (float?)clip,
            LogDeviation = Floats(logDeviation, logDeviation?.Length ?? 0),
            IsSquashed = isTanhOutput && logDeviation is not null,
        };
        return ToBundle(policy, weights, spec, inputs - features);
    }

    private static byte[] ToBundle(JsonFields policy, GaussianActorWeights weights, ExperienceSpec spec, int cut)
    {
        try
        {
            var bundle = weights.ToBundle(GaussianActorPolicyFactory.Published, 0, spec);
            bundle.Metadata["file"] = policy.File;
            bundle.Metadata["source"] = policy.Text("source");
            if (cut > 0)
            {
                bundle.Metadata["cut_observations"] = cut.ToString(CultureInfo.InvariantCulture);
            }

            return bundle.ToArray();
        }
        catch (InvalidExperienceException error)
        {
            throw new InvalidExperienceException($"{policy.File}: {error.Field}", error.Expected, error.Actual);
        }
    }

    private static GaussianActorLayer[] ReadLayers(JsonFields policy)
    {
        var layers = new List<GaussianActorLayer>();
        foreach (var layer in policy.Objects("layers"))
        {
            var bias = layer.Numbers("b") ?? [];
            var rows = layer.Rows("W");
            InvalidExperienceException.ThrowUnless(bias.Length > 0, layer.Name("b"), "1 or more numbers", bias.Length);
            var weight = new float[bias.Length * rows.Count];
            for (var input = 0; input < rows.Count; input++)
            {
                CheckLength(layer, string.Create(CultureInfo.InvariantCulture, $"W[{input}]"), rows[input], bias.Length);
                for (var output = 0; output < bias.Length; output++)
                {
                    weight[(output * rows.Count) + input] = (float)rows[input][output];
                }
            }

            InvalidExperienceException.ThrowUnless(rows.Count > 0, layer.Name("W"), "1 or more rows", rows.Count);
            layers.Add(new GaussianActorLayer(weight, Array.ConvertAll(bias, value => (float)value)));
        }

        InvalidExperienceException.ThrowUnless(layers.Count > 0, policy.Name("layers"), "1 or more layers", layers.Count);
        return [.. layers];
    }

    private static GaussianActorLayer CutInputs(GaussianActorLayer layer, int inputs, int kept, double[]? mean, double[]? deviation, double? clip)
    {
        if (inputs == kept)
        {
            return layer;
        }

        var outputs = layer.Bias.Length;
        var (weight, bias) = (new float[outputs * kept], new float[outputs]);
        for (var output = 0; output < outputs; output++)
        {
            var row = layer.Weight.Span.Slice(output * inputs, inputs);
            row[..kept].CopyTo(weight.AsSpan(output * kept));
            double sum = layer.Bias.Span[output];
            for (var input = kept; input < inputs; input++)
            {
                var zero = -(mean?[input] ?? 0) / (deviation?[input] ?? 1);
                sum += row[input] * Math.Clamp(zero, -clip ?? double.NegativeInfinity, clip ?? double.PositiveInfinity);
            }

            bias[output] = (float)sum;
        }

        return new GaussianActorLayer(weight, bias);
    }

    private static void CheckLength(JsonFields fields, string name, double[]? values, int length) =>
        InvalidExperienceException.ThrowUnless(values is null || values.Length == length, fields.Name(name), $"{length} numbers", values?.Length ?? 0);

    private static ReadOnlyMemory<float> Floats(double[]? values, int count) => values is null ? default : Array.ConvertAll(values[..count], value => (float)value);
}
