using System.Runtime.InteropServices;
using MemoryRL.Core;

namespace MemoryRL.Client.Tests;

/// <summary>A policy of one control that a function computes.</summary>
internal sealed class FixedLinearPolicy(Func<float[], float> control) : IPolicy
{
    public string Algorithm => "fixed";

    public long Version => 1;

    public void Act(ReadOnlySpan<byte> observations, ActMode mode, Span<RandomStream> randoms, ActionBatch actions)
    {
        var width = observations.Length / randoms.Length;
        for (var i = 0; i < randoms.Length; i++)
        {
            var row = MemoryMarshal.Cast<byte, float>(observations.Slice(i * width, width)).ToArray();
            MemoryMarshal.Write(actions.Actions.AsSpan(i * sizeof(float)), Math.Clamp(control(row), -50, 50));
        }
    }

    public void Dispose()
    {
        // Nothing is held.
    }
}
