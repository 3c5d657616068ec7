using System.Runtime.InteropServices;
using MemoryRL.Core;
using static TorchSharp.torch;

namespace MemoryRL.Learning;

/// <summary>Value heads on the tensor engine, frozen: observations in, one value of each head out.</summary>
/// <remarks>Scopes and grad modes are the thread's own and live inside one call only, so that each call may come from another thread.</remarks>
internal sealed class EnsembleValueFunction : IValueFunction
{
    // It bounds the memory that a call takes; from 256 to 4096 rows the time is the same.
    private const int ChunkRows = 2048;

    private readonly ObservationEncoder _observation;
    private readonly ValueEnsemble _heads;
    private readonly Device _device;

    /// <summary>Reads a value function.</summary>
    /// <param name="bundle">The bundle.</param>
    /// <param name="algorithm">The algorithm that it must be of.</param>
    /// <param name="device">Where it is evaluated.</param>
    /// <exception cref="SafetensorsFormatException">The bundle is damaged or another algorithm's; the message names the entry.</exception>
    public EnsembleValueFunction(ReadOnlyMemory<byte> bundle, string algorithm, Device device)
    {
        _device = device;
        (Version, _observation, _heads) = ValueBundles.Read(bundle, algorithm, device);
    }

    /// <inheritdoc/>
    public long Version { get; }

    /// <inheritdoc/>
    public int HeadCount => _heads.Heads.Count;

    /// <inheritdoc/>
    public void Evaluate(ReadOnlySpan<byte> observations, Span<float> values)
    {
        var count = values.Length / HeadCount;
        if (values.Length % HeadCount != 0 || observations.Length != count * _observation.ByteCount)
        {
            throw new ArgumentException($"Expected rows of {_observation.ByteCount} bytes and {HeadCount} values for each but got {observations.Length} bytes and {values.Length} values.", nameof(observations));
        }

        using var frozen = no_grad();
        for (var start = 0; start < count; start += ChunkRows)
        {
            using var scope = NewDisposeScope();
            var rows = Math.Min(ChunkRows, count - start);
            var features = empty(rows, _observation.FeatureCount, dtype: ScalarType.Float32);
            _observation.Encode(observations.Slice(start * _observation.ByteCount, rows * _observation.ByteCount), MemoryMarshal.Cast<byte, float>(features.bytes));
            _heads.call(features.to(_device)).cpu().data<float>().CopyTo(values.Slice(start * HeadCount, rows * HeadCount));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _heads.Dispose();
}
