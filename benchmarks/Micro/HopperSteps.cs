using System.Runtime.InteropServices;
using MemoryRL.Core;

namespace MemoryRL.Benchmarks.Micro;

/// <summary>Experience with the shape of MuJoCo's Hopper: 11 numbers of observation, 3 of action.</summary>
internal static class HopperSteps
{
    /// <summary>Gets what a step is made of.</summary>
    public static ExperienceSpec Spec { get; } = new(new BoxSpace(11), new BoxSpace(3, -1, 1));

    /// <summary>Makes an episode of random numbers.</summary>
    /// <param name="number">The number of the episode, which seeds it.</param>
    /// <param name="length">The number of steps.</param>
    /// <returns>The episode.</returns>
    public static Episode Episode(int number, int length)
    {
        var random = new Random(number);
        var (observations, actions, rewards) = (new float[(length + 1) * 11], new float[length * 3], new float[length]);
        foreach (var column in new[] { observations, actions, rewards })
        {
            foreach (ref var value in column.AsSpan())
            {
                value = (2 * random.NextSingle()) - 1;
            }
        }

        return Core.Episode.Create(Spec, Guid.NewGuid(), EpisodeEnd.Truncated, MemoryMarshal.AsBytes<float>(observations), MemoryMarshal.AsBytes<float>(actions), rewards);
    }
}
