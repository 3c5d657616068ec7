using MemoryRL.Core;

namespace MemoryRL.Learning;

/// <summary>Random orders from a learner's own stream.</summary>
internal static class Shuffles
{
    /// <summary>Shuffles in place (Fisher and Yates).</summary>
    /// <param name="items">The items.</param>
    /// <param name="random">The stream to draw from.</param>
    public static void Shuffle(Span<long> items, ref RandomStream random)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var j = random.NextInt32(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }
}
