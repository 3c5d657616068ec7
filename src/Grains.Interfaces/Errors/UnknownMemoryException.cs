namespace MemoryRL.Grains.Interfaces;

/// <summary>Nobody has created the memory.</summary>
/// <param name="memoryName">The name that was asked for.</param>
[GenerateSerializer, Alias("memoryrl.UnknownMemoryException")]
public sealed class UnknownMemoryException(string memoryName) : MemoryRLException($"Expected an existing memory but '{memoryName}' was never created. Create it with its spec first.")
{
    /// <summary>Gets the name that was asked for.</summary>
    [Id(0)]
    public string MemoryName { get; } = memoryName;
}
