using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace MemoryRL.Core;

/// <summary>A value given to the memory is not allowed: it names the field, what was expected and what came. Nothing was stored.</summary>
public sealed class InvalidExperienceException : ArgumentException
{
    /// <summary>Initializes the error.</summary>
    /// <param name="field">The field, such as <c>episode.actions</c> or <c>spec.capacity_steps</c>.</param>
    /// <param name="expected">What was expected.</param>
    /// <param name="actual">What came.</param>
    public InvalidExperienceException(string field, string expected, string actual)
        : base($"{field}: expected {expected} but got {actual}.")
    {
        Field = field;
        Expected = expected;
        Actual = actual;
    }

    /// <summary>Gets the field at fault.</summary>
    public string Field { get; }

    /// <summary>Gets what was expected.</summary>
    public string Expected { get; }

    /// <summary>Gets what came.</summary>
    public string Actual { get; }

    /// <summary>Gets the step of the episode at fault, from 0; null where no single one is.</summary>
    public int? Step { get; init; }

    /// <summary>Throws unless a condition holds.</summary>
    /// <typeparam name="T">The type of what came.</typeparam>
    /// <param name="condition">What must hold.</param>
    /// <param name="field">The field.</param>
    /// <param name="expected">What was expected.</param>
    /// <param name="actual">What came; formatted invariantly, and only when the error is thrown.</param>
    /// <exception cref="InvalidExperienceException">The condition does not hold.</exception>
    public static void ThrowUnless<T>([DoesNotReturnIf(false)] bool condition, string field, string expected, T actual)
    {
        if (!condition)
        {
            throw new InvalidExperienceException(field, expected, Convert.ToString(actual, CultureInfo.InvariantCulture) ?? "null");
        }
    }

    /// <summary>Throws unless a condition holds; the text of what was expected is written only then.</summary>
    /// <typeparam name="T">The type of what came.</typeparam>
    /// <param name="condition">What must hold.</param>
    /// <param name="field">The field.</param>
    /// <param name="expected">What was expected, as an interpolated string.</param>
    /// <param name="actual">What came; formatted invariantly, and only when the error is thrown.</param>
    /// <exception cref="InvalidExperienceException">The condition does not hold.</exception>
    public static void ThrowUnless<T>(
        [DoesNotReturnIf(false)] bool condition, string field, [InterpolatedStringHandlerArgument(nameof(condition))] ref ExpectedText expected, T actual)
    {
        if (!condition)
        {
            ThrowUnless(condition, field, expected.ToStringAndClear(), actual);
        }
    }
}
