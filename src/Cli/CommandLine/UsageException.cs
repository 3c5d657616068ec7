using System.Diagnostics.CodeAnalysis;

namespace MemoryRL.Cli;

/// <summary>The command line asks for something that there is not; the message says what was expected, what came, and what the choices are.</summary>
/// <param name="message">The message.</param>
internal sealed class UsageException(string message) : Exception(message)
{
    /// <summary>Refuses a value of the command line unless a condition holds.</summary>
    /// <param name="condition">The condition.</param>
    /// <param name="key">The option or argument.</param>
    /// <param name="expected">What was expected.</param>
    /// <param name="actual">What came.</param>
    /// <exception cref="UsageException">The condition does not hold.</exception>
    public static void ThrowUnless<T>([DoesNotReturnIf(false)] bool condition, string key, string expected, T actual)
    {
        if (!condition)
        {
            throw new UsageException(FormattableString.Invariant($"{key}: expected {expected} but got {(actual is null ? "nothing" : FormattableString.Invariant($"'{actual}'"))}."));
        }
    }
}
