namespace MemoryRL.Environments;

/// <summary>A task cannot be made on this machine; the message says what is missing and how to get it.</summary>
/// <param name="task">The task's name.</param>
/// <param name="reason">What is missing, with the remedy.</param>
public sealed class EnvironmentUnavailableException(string task, string reason) : InvalidOperationException($"The task '{task}' is not available here: {reason}")
{
    /// <summary>Gets the task's name.</summary>
    public string Task { get; } = task;

    /// <summary>Gets what is missing, with the remedy.</summary>
    public string Reason { get; } = reason;
}
