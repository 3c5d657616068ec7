namespace MemoryRL.Client;

/// <summary>An <see cref="EpisodeWriter"/> has failed: some episodes were given up, and it takes no more. The inner error says why.</summary>
/// <param name="memoryName">The memory.</param>
/// <param name="innerException">What made the writer fail.</param>
public sealed class EpisodeWriteException(string memoryName, Exception innerException)
    : Exception($"The writer of memory '{memoryName}' has failed and takes no more episodes: {innerException?.Message}", innerException)
{
    /// <summary>Gets the memory.</summary>
    public string MemoryName { get; } = memoryName;
}
