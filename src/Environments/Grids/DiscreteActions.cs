using System.Runtime.InteropServices;
using MemoryRL.Core;

namespace MemoryRL.Environments;

/// <summary>Reads the choice of one of a few actions.</summary>
internal static class DiscreteActions
{
    /// <summary>Reads an action and checks it.</summary>
    /// <param name="action">The action, one int32.</param>
    /// <param name="count">The number of actions.</param>
    /// <returns>The action in [0, <paramref name="count"/>).</returns>
    /// <exception cref="InvalidExperienceException">The action is outside its space.</exception>
    public static int Read(ReadOnlySpan<byte> action, int count)
    {
        var choice = MemoryMarshal.Read<int>(action);
        if ((uint)choice >= (uint)count)
        {
            throw new InvalidExperienceException("action", $"one of 0 to {count - 1}", choice.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        return choice;
    }
}
