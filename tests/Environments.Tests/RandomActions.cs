using System.Runtime.InteropServices;
using MemoryRL.Core;

namespace MemoryRL.Environments.Tests;

/// <summary>Uniformly random actions of any space, as bytes.</summary>
internal static class RandomActions
{
    public static byte[] CreateBuffer(EnvironmentSpec spec) => new byte[spec.Experience.Action.ByteCount];

    public static void Fill(this Space space, Span<byte> action, ref RandomStream random)
    {
        if (space is DiscreteSpace discrete)
        {
            MemoryMarshal.Write(action, random.NextInt32(discrete.Count));
            return;
        }

        var box = (BoxSpace)space;
        var numbers = MemoryMarshal.Cast<byte, float>(action);
        for (var i = 0; i < numbers.Length; i++)
        {
            var (low, high) = (box.LowAt(i), box.HighAt(i));
            numbers[i] = low + ((high - low) * random.NextSingle());
        }
    }

    /// <summary>Actions just outside a space.</summary>
    public static IEnumerable<byte[]> Outside(Space space) => space is DiscreteSpace discrete
        ? [.. new[] { -1, discrete.Count, int.MaxValue, int.MinValue }.Select(BitConverter.GetBytes)]
        : OutsideBox((BoxSpace)space);

    private static IEnumerable<byte[]> OutsideBox(BoxSpace box)
    {
        for (var i = 0; i < box.ElementCount; i++)
        {
            foreach (var value in new[] { MathF.BitIncrement(box.HighAt(i)), MathF.BitDecrement(box.LowAt(i)), float.NaN, float.PositiveInfinity })
            {
                var numbers = new float[box.ElementCount];
                numbers[i] = value;
                yield return MemoryMarshal.AsBytes(numbers.AsSpan()).ToArray();
            }
        }
    }
}
