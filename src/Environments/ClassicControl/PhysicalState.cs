using System.Runtime.InteropServices;
using MemoryRL.Core;

namespace MemoryRL.Environments;

/// <summary>Moves the few numbers of a classic task in and out.</summary>
internal static class PhysicalState
{
    /// <summary>Checks a state that a caller wants to put.</summary>
    /// <param name="task">The task.</param>
    /// <param name="positions">Its positions.</param>
    /// <param name="velocities">Its velocities.</param>
    /// <exception cref="InvalidExperienceException">There are too many or too few numbers, or one is not finite.</exception>
    public static void Check(IPhysicalEnvironment task, ReadOnlySpan<double> positions, ReadOnlySpan<double> velocities)
    {
        Check("state.positions", positions, task.PositionCount);
        Check("state.velocities", velocities, task.VelocityCount);
    }

    /// <summary>Writes an observation of float32 numbers.</summary>
    /// <param name="observation">Receives the numbers as bytes.</param>
    /// <param name="values">The numbers.</param>
    /// <exception cref="ArgumentException">The observation is too short.</exception>
    public static void Observe(Span<byte> observation, params ReadOnlySpan<double> values)
    {
        var numbers = MemoryMarshal.Cast<byte, float>(observation[..(values.Length * sizeof(float))]);
        for (var i = 0; i < values.Length; i++)
        {
            numbers[i] = (float)values[i];
        }
    }

    private static void Check(string field, ReadOnlySpan<double> values, int count)
    {
        InvalidExperienceException.ThrowUnless(values.Length == count, field, $"{count} numbers", values.Length);
        foreach (var value in values)
        {
            InvalidExperienceException.ThrowUnless(double.IsFinite(value), field, "finite numbers", value);
        }
    }
}
