using System.Runtime.InteropServices;

namespace MemoryRL.Core.Tests;

/// <summary>Values that follow from the first number of an observation and the version.</summary>
internal sealed class StateValues(long version) : IValueFunction
{
    public long Version => version;

    public int HeadCount => 1;

    public float? Spoilt { get; init; }

    public int LargestBatch { get; private set; }

    public static float Of(ReadOnlySpan<byte> observation, long version) => (MemoryMarshal.Read<float>(observation) % 7) * version;

    public void Evaluate(ReadOnlySpan<byte> observations, Span<float> values)
    {
        LargestBatch = Math.Max(LargestBatch, values.Length);
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = Of(observations.Slice(i * 44, 44), version);
        }

        values[^1] = Spoilt ?? values[^1];
    }

    public void Dispose()
    {
    }
}
