using System.Runtime.InteropServices;
using MemoryRL.Core;

namespace MemoryRL.Benchmarks;

/// <summary>Episodes with the shape of MuJoCo's Hopper: 11 numbers of observation, 3 of action, all float32.</summary>
internal static class HopperShaped
{
    private const int ObservationLength = 11;
    private const int ActionLength = 3;

    /// <summary>Gets what a step is made of.</summary>
    public static ExperienceSpec Spec { get; } = new(new BoxSpace(ObservationLength), new BoxSpace(ActionLength, -1, 1));

    /// <summary>Makes an episode of random numbers.</summary>
    /// <param name="number">The number of the episode, which seeds it.</param>
    /// <param name="length">The number of steps.</param>
    /// <returns>The episode.</returns>
    public static Episode Episode(int number, int length)
    {
        var random = new RandomStream(11, (ulong)number);
        var observations = Numbers(ref random, (length + 1) * ObservationLength);
        var actions = Numbers(ref random, length * ActionLength);
        return Core.Episode.Create(Spec, NewId(ref random), EpisodeEnd.Truncated, MemoryMarshal.AsBytes<float>(observations), MemoryMarshal.AsBytes<float>(actions), Numbers(ref random, length));
    }

    private static float[] Numbers(ref RandomStream random, int count)
    {
        var numbers = new float[count];
        foreach (ref var number in numbers.AsSpan())
        {
            number = (2 * random.NextSingle()) - 1;
        }

        return numbers;
    }

    private static Guid NewId(ref RandomStream random)
    {
        Span<ulong> bits = [random.NextUInt64(), random.NextUInt64() | 1];
        return new Guid(MemoryMarshal.AsBytes(bits));
    }
}
