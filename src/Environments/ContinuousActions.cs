using System.Globalization;
using System.Runtime.InteropServices;
using MemoryRL.Core;

namespace MemoryRL.Environments;

/// <summary>Reads an action of real numbers.</summary>
internal static class ContinuousActions
{
    /// <summary>Reads an action of one number and checks it.</summary>
    /// <param name="action">The action, one float32.</param>
    /// <param name="limit">The largest magnitude allowed.</param>
    /// <returns>The action in [-<paramref name="limit"/>, <paramref name="limit"/>].</returns>
    /// <exception cref="InvalidExperienceException">The action is outside its space, or not a number.</exception>
    public static double Read(ReadOnlySpan<byte> action, float limit)
    {
        var value = MemoryMarshal.Read<float>(action);
        if (!(Math.Abs(value) <= limit))
        {
            throw new InvalidExperienceException("action", string.Create(CultureInfo.InvariantCulture, $"a number in [{-limit}, {limit}]"), value.ToString(CultureInfo.InvariantCulture));
        }

        return value;
    }
}
