namespace MemoryRL.Cli;

/// <summary>The command line asks for something that there is not; the message says what was expected, what came, and what the choices are.</summary>
/// <param name="message">The message.</param>
internal sealed class UsageException(string message) : Exception(message);
