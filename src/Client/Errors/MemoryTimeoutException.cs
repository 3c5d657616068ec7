namespace MemoryRL.Client;

/// <summary>A wait ended at the caller's deadline. It says what was waited for; nothing was changed.</summary>
public sealed class MemoryTimeoutException : TimeoutException
{
    /// <summary>Initializes the error.</summary>
    /// <param name="operation">What waited, such as <c>sampling</c>.</param>
    /// <param name="memoryName">The memory.</param>
    /// <param name="deadline">How long the caller allowed.</param>
    /// <param name="reason">What was waited for, such as <c>120 of 1000 steps inserted</c>.</param>
    /// <param name="innerException">The last error of a call, or null.</param>
    public MemoryTimeoutException(string operation, string memoryName, TimeSpan deadline, string reason, Exception? innerException = null)
        : base($"Memory '{memoryName}' gave no answer within {deadline.TotalSeconds} s. {Sentence(operation, reason)}.", innerException)
    {
        Operation = operation;
        MemoryName = memoryName;
        Deadline = deadline;
        Reason = reason;
    }

    /// <summary>Gets what waited.</summary>
    public string Operation { get; }

    /// <summary>Gets the memory.</summary>
    public string MemoryName { get; }

    /// <summary>Gets how long the caller allowed.</summary>
    public TimeSpan Deadline { get; }

    /// <summary>Gets what was waited for.</summary>
    public string Reason { get; }

    private static string Sentence(string operation, string reason) =>
        reason.StartsWith(operation, StringComparison.OrdinalIgnoreCase) ? reason.TrimEnd('.') : $"{operation} waits: {reason.TrimEnd('.')}";
}
