namespace MemoryRL.Environments;

/// <summary>One of the environments of a <see cref="VectorEnvironment"/> failed; the inner exception says why.</summary>
/// <param name="index">Which environment, the first of those that failed.</param>
/// <param name="task">The task's name.</param>
/// <param name="innerException">What it threw.</param>
public sealed class VectorEnvironmentException(int index, string task, Exception innerException)
    : InvalidOperationException($"Environment {index} of '{task}': {innerException?.Message}", innerException)
{
    /// <summary>Gets which environment failed, the first if several did.</summary>
    public int Index { get; } = index;

    /// <summary>Gets the task's name.</summary>
    public string Task { get; } = task;
}
