using System.Runtime.InteropServices;
using MemoryRL.Core;

namespace MemoryRL.Environments;

/// <summary>Reads the actions of tasks whose controls all have the same bound on both sides.</summary>
internal static class BoxActions
{
    /// <summary>Reads an action and checks it.</summary>
    /// <param name="action">The action, float32 as bytes.</param>
    /// <param name="count">The number of controls.</param>
    /// <param name="limit">The largest magnitude of a control.</param>
    /// <returns>The controls, <c>[count]</c>.</returns>
    /// <exception cref="InvalidExperienceException">A control is beyond the limit or no number; the message names it.</exception>
    public static ReadOnlySpan<float> Read(ReadOnlySpan<byte> action, int count, float limit = 1)
    {
        var controls = MemoryMarshal.Cast<byte, float>(action[..(count * sizeof(float))]);
        for (var i = 0; i < controls.Length; i++)
        {
            if (!(MathF.Abs(controls[i]) <= limit))
            {
                throw new InvalidExperienceException(FormattableString.Invariant($"action[{i}]"), FormattableString.Invariant($"a number in [{-limit}, {limit}]"), FormattableString.Invariant($"{controls[i]}"));
            }
        }

        return controls;
    }
}
