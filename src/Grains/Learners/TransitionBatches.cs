using System.Runtime.InteropServices;
using MemoryRL.Core;

namespace MemoryRL.Grains;

/// <summary>Puts batches of transitions together.</summary>
internal static class TransitionBatches
{
    /// <summary>Makes one batch of several, in order.</summary>
    /// <param name="spec">What a step is made of.</param>
    /// <param name="parts">The batches.</param>
    /// <returns>A batch of all their transitions.</returns>
    public static TransitionBatch Concatenate(ExperienceSpec spec, IReadOnlyList<TransitionBatch> parts)
    {
        if (parts.Count == 1)
        {
            return parts[0];
        }

        var count = parts.Sum(part => part.Count);
        var layout = new TransitionLayout(spec, count);
        var data = new byte[layout.ByteCount];
        var row = 0;
        foreach (var part in parts)
        {
            Put(part.Observations, layout.Observations);
            Put(part.Actions, layout.Actions);
            Put(MemoryMarshal.AsBytes(part.Rewards), layout.Rewards);
            Put(part.NextObservations, layout.NextObservations);
            Put(part.Terminated, layout.Terminated);
            Put(part.Truncated, layout.Truncated);
            Put(MemoryMarshal.AsBytes(part.PolicyVersions), layout.PolicyVersions);
            for (var i = 0; i < spec.ExtraColumns.Length; i++)
            {
                Put(part.Extra(i), layout.Extra(i));
            }

            row += part.Count;

            void Put(ReadOnlySpan<byte> column, Range range) => column.CopyTo(data.AsSpan(range)[(row * (column.Length / part.Count))..]);
        }

        return TransitionBatch.FromBuffer(spec, count, data);
    }
}
