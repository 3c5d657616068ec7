using System.Runtime.InteropServices;
using MemoryRL.Core;

namespace MemoryRL.Programs.Tests;

/// <summary>Reads value functions that grow by so much with each metre along x.</summary>
internal sealed class SlopeFactory : IValueFunctionFactory
{
    public string Algorithm => "slope";

    public static byte[] Bundle(float slope)
    {
        var bundle = new SafetensorsBuilder();
        bundle.Metadata["algorithm"] = "slope";
        bundle.Add("slope", [1], [slope]);
        return bundle.ToArray();
    }

    public IValueFunction Create(ReadOnlyMemory<byte> bundle) => new Slope(MemoryMarshal.Cast<byte, float>(SafetensorsDocument.Parse(bundle, "bundle")["slope"].Data.Span)[0]);

    private sealed class Slope(float slope) : IValueFunction
    {
        public long Version => 1;

        public int HeadCount => 1;

        public void Evaluate(ReadOnlySpan<byte> observations, Span<float> values)
        {
            var rows = MemoryMarshal.Cast<byte, float>(observations);
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = slope * rows[4 * i];
            }
        }

        public void Dispose()
        {
        }
    }
}
