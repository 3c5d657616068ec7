using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using MemoryRL.Core;

namespace MemoryRL.Learning;

/// <summary>Turns observations into the features that networks read: one-hot for discrete spaces, float32 as it is, bytes scaled to [0, 1].</summary>
internal sealed class ObservationEncoder
{
    private readonly ElementType _elementType;

    /// <summary>Initializes the encoder of a space.</summary>
    /// <param name="space">The observation space.</param>
    public ObservationEncoder(Space space)
    {
        _elementType = space.ElementType;
        DiscreteCount = space is DiscreteSpace discrete ? discrete.Count : 0;
        FeatureCount = space is DiscreteSpace ? DiscreteCount : space.ElementCount;
        ByteCount = space.ByteCount;
    }

    /// <summary>Gets the number of observations of a discrete space; 0 for a box.</summary>
    public int DiscreteCount { get; }

    /// <summary>Gets the number of features of one observation.</summary>
    public int FeatureCount { get; }

    /// <summary>Gets the number of bytes of one observation.</summary>
    public int ByteCount { get; }

    /// <summary>Encodes rows.</summary>
    /// <param name="observations">The observations, <c>[B, ...obsShape]</c> as bytes.</param>
    /// <param name="features">Receives <c>[B, FeatureCount]</c>.</param>
    public void Encode(ReadOnlySpan<byte> observations, Span<float> features)
    {
        if (DiscreteCount > 0)
        {
            var indices = MemoryMarshal.Cast<byte, int>(observations);
            features[..(indices.Length * FeatureCount)].Clear();
            for (var row = 0; row < indices.Length; row++)
            {
                features[(row * FeatureCount) + indices[row]] = 1;
            }
        }
        else if (_elementType == ElementType.UInt8)
        {
            TensorPrimitives.ConvertTruncating(observations, features[..observations.Length]);
            TensorPrimitives.Multiply(features[..observations.Length], 1f / byte.MaxValue, features);
        }
        else
        {
            MemoryMarshal.Cast<byte, float>(observations).CopyTo(features);
        }
    }
}
