using System.Numerics.Tensors;
using MemoryRL.Core;

namespace MemoryRL.Learning;

/// <summary>Brings an observation to what a Gaussian actor was trained on: <c>clip((x - mean) / deviation)</c>, each part where the bundle has it.</summary>
internal sealed class ObservationNormalizer
{
    private readonly float[]? _mean;
    private readonly float[]? _deviation;
    private readonly float? _clip;

    /// <summary>Reads the numbers.</summary>
    /// <param name="bundle">The bundle.</param>
    /// <param name="features">The number of features of an observation.</param>
    /// <exception cref="SafetensorsFormatException">A tensor has another shape.</exception>
    public ObservationNormalizer(SafetensorsDocument bundle, int features)
    {
        _mean = Read(bundle, GaussianActorFormat.ObservationMean, features);
        _deviation = Read(bundle, GaussianActorFormat.ObservationDeviation, features);
        _clip = Read(bundle, GaussianActorFormat.ObservationClip, 1)?[0];
    }

    /// <summary>Normalises one observation in place.</summary>
    /// <param name="features">The observation, <c>[features]</c>.</param>
    public void Normalize(Span<float> features)
    {
        if (_mean is not null)
        {
            TensorPrimitives.Subtract(features, _mean, features);
        }

        if (_deviation is not null)
        {
            TensorPrimitives.Divide(features, _deviation, features);
        }

        if (_clip is { } clip)
        {
            TensorPrimitives.Clamp(features, -clip, clip, features);
        }
    }

    private static float[]? Read(SafetensorsDocument bundle, string name, int length) =>
        bundle.TryGet(name, out _) ? bundle.Require(name, ElementType.Float32, length).Values<float>().ToArray() : null;
}
