using System.Globalization;
using MemoryRL.Core;

namespace MemoryRL.Learning;

/// <summary>
/// A policy for continuous actions as numbers: the form that cloned, searched and published policies share, and from which a policy bundle is
/// made.
/// </summary>
/// <remarks>
/// The mean action is that of a network of linear layers over <c>clip((observation - mean) / deviation)</c>. Where its answer goes through tanh
/// the action space's bounds lie at -1 and 1 (normalised units); where it does not, the answer is the action itself, in its own units.
/// </remarks>
public sealed record GaussianActorWeights
{
    /// <summary>Gets the layers, first to last, at least one; the first has as many inputs as the observation has features.</summary>
    public required IReadOnlyList<GaussianActorLayer> Layers { get; init; }

    /// <summary>Gets what follows every layer but the last.</summary>
    public DenseActivation Hidden { get; init; } = DenseActivation.Relu;

    /// <summary>Gets whether tanh follows the last layer.</summary>
    public bool IsTanhOutput { get; init; }

    /// <summary>Gets what is subtracted from an observation, <c>[features]</c>; empty for nothing.</summary>
    public ReadOnlyMemory<float> ObservationMean { get; init; }

    /// <summary>Gets what an observation is divided by then, each above 0, <c>[features]</c>; empty for nothing.</summary>
    public ReadOnlyMemory<float> ObservationDeviation { get; init; }

    /// <summary>Gets the bound of a normalised observation's absolute value, above 0; null for none.</summary>
    public float? ObservationClip { get; init; }

    /// <summary>Gets the natural logarithms of the deviations with which an exploring policy samples, <c>[actions]</c>; empty where it never does.</summary>
    public ReadOnlyMemory<float> LogDeviation { get; init; }

    /// <summary>
    /// Gets whether a sample is drawn before tanh, as soft actor-critic does (Haarnoja et al. 2018, arXiv:1801.01290, appendix C), and not added
    /// behind it; only with <see cref="IsTanhOutput"/>.
    /// </summary>
    public bool IsSquashed { get; init; }

    /// <summary>Makes a policy bundle.</summary>
    /// <param name="algorithm">The algorithm's name.</param>
    /// <param name="version">The version.</param>
    /// <param name="spec">The spaces; the actions are a float32 box.</param>
    /// <returns>The bundle, to which metadata may be added.</returns>
    /// <exception cref="InvalidExperienceException">The numbers do not fit each other or the spaces, or one is not finite; the message names the field.</exception>
    public SafetensorsBuilder ToBundle(string algorithm, long version, ExperienceSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var action = new ActionEncoder(spec.Action);
        InvalidExperienceException.ThrowUnless(action.DiscreteCount == 0, "policy.action_space", "a float32 box", spec.Action);
        var features = new ObservationEncoder(spec.Observation).FeatureCount;
        var bundle = PolicyBundles.Start(algorithm, version, spec);
        GaussianActorFormat.WriteShape(bundle, this);
        AddLayers(bundle, features, action.Width);
        AddVector(bundle, GaussianActorFormat.ObservationMean, ObservationMean, features);
        AddVector(bundle, GaussianActorFormat.ObservationDeviation, ObservationDeviation, features, minimum: float.Epsilon);
        AddVector(bundle, GaussianActorFormat.LogDeviation, LogDeviation, action.Width);
        if (ObservationClip is { } clip)
        {
            InvalidExperienceException.ThrowUnless(clip > 0 && float.IsFinite(clip), "policy.observation_clip", "a number above 0", clip);
            bundle.Add<float>(GaussianActorFormat.ObservationClip, [1], [clip]);
        }

        InvalidExperienceException.ThrowUnless(!IsSquashed || IsTanhOutput, "policy.squashed", "a policy whose answer goes through tanh", "one without");
        return bundle;
    }

    private static void AddVector(SafetensorsBuilder bundle, string name, ReadOnlyMemory<float> values, int length, float minimum = float.MinValue)
    {
        if (!values.IsEmpty)
        {
            InvalidExperienceException.ThrowUnless(values.Length == length, $"policy.{name}", $"{length} numbers", values.Length);
            CheckFinite($"policy.{name}", values.Span, minimum);
            bundle.Add(name, [length], values.Span);
        }
    }

    private static void CheckFinite(string field, ReadOnlySpan<float> values, float minimum = float.MinValue)
    {
        for (var i = 0; i < values.Length; i++)
        {
            var isAllowed = float.IsFinite(values[i]) && values[i] >= minimum;
            InvalidExperienceException.ThrowUnless(isAllowed, string.Create(CultureInfo.InvariantCulture, $"{field}[{i}]"), minimum > 0 ? "a finite number above 0" : "a finite number", values[i]);
        }
    }

    private void AddLayers(SafetensorsBuilder bundle, int features, int actions)
    {
        InvalidExperienceException.ThrowUnless(Layers.Count > 0, "policy.layers", "1 or more layers", Layers.Count);
        var inputs = features;
        for (var i = 0; i < Layers.Count; i++)
        {
            var (weight, bias) = (Layers[i].Weight, Layers[i].Bias);
            var field = string.Create(CultureInfo.InvariantCulture, $"policy.layers[{i}]");
            InvalidExperienceException.ThrowUnless(bias.Length > 0 && (i < Layers.Count - 1 || bias.Length == actions), $"{field}.bias", i < Layers.Count - 1 ? "1 or more numbers" : $"{actions} numbers, one for each element of an action", bias.Length);
            InvalidExperienceException.ThrowUnless(weight.Length == (long)bias.Length * inputs, $"{field}.weight", $"[{bias.Length}, {inputs}], which is {(long)bias.Length * inputs} numbers", weight.Length);
            CheckFinite($"{field}.weight", weight.Span);
            CheckFinite($"{field}.bias", bias.Span);
            bundle.Add($"{GaussianActorFormat.Layer(i)}.weight", [bias.Length, inputs], weight.Span);
            bundle.Add($"{GaussianActorFormat.Layer(i)}.bias", [bias.Length], bias.Span);
            inputs = bias.Length;
        }
    }
}
