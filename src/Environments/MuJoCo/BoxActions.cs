using System.Runtime.InteropServices;
using MemoryRL.Core;

namespace MemoryRL.Environments;

/// <summary>Reads the actions of tasks whose every control lies in [-1, 1].</summary>
internal static class BoxActions
{
    /// <summary>Reads an action and checks it.</summary>
    /// <param name="action">The action, float32 as bytes.</param>
    /// <param name="count">The number of controls.</param>
    /// <returns>The controls, <c>[count]</c>.</returns>
    /// <exception cref="InvalidExperienceException">A control is outside [-1, 1] or no number; the message names it.</exception>
    public static ReadOnlySpan<float> Read(ReadOnlySpan<byte> action, int count)
    {
        var controls = MemoryMarshal.Cast<byte, float>(action[..(count * sizeof(float))]);
        for (var i = 0; i < controls.Length; i++)
        {
            if (!(MathF.Abs(controls[i]) <= 1))
            {
                throw new InvalidExperienceException(FormattableString.Invariant($"action[{i}]"), "a number in [-1, 1]", FormattableString.Invariant($"{controls[i]}"));
            }
        }

        return controls;
    }
}
