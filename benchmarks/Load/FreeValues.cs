using System.Runtime.InteropServices;
using MemoryRL.Core;

namespace MemoryRL.Benchmarks.Load;

/// <summary>Four values of an observation that cost next to nothing: what is left is the shard's own work.</summary>
internal sealed class FreeValues : IValueFunction
{
    /// <inheritdoc/>
    public long Version => 1;

    /// <inheritdoc/>
    public int HeadCount => 4;

    /// <inheritdoc/>
    public void Evaluate(ReadOnlySpan<byte> observations, Span<float> values)
    {
        var numbers = MemoryMarshal.Cast<byte, float>(observations);
        var width = numbers.Length / (values.Length / HeadCount);
        for (var row = 0; row < values.Length / HeadCount; row++)
        {
            numbers.Slice(row * width, HeadCount).CopyTo(values[(row * HeadCount)..]);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    /// <summary>Makes them from any bundle.</summary>
    public sealed class Factory : IValueFunctionFactory
    {
        /// <inheritdoc/>
        public string Algorithm => "free";

        /// <inheritdoc/>
        public IValueFunction Create(ReadOnlyMemory<byte> bundle) => new FreeValues();
    }
}
