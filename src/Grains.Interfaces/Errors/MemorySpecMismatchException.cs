namespace MemoryRL.Grains.Interfaces;

/// <summary>A memory exists with another spec.</summary>
/// <param name="memoryName">The memory's name.</param>
/// <param name="difference">The first difference: the field, what the memory has, what was asked for.</param>
[GenerateSerializer, Alias("memoryrl.MemorySpecMismatchException")]
public sealed class MemorySpecMismatchException(string memoryName, string difference) : MemoryRLException($"Memory '{memoryName}' exists with another spec: {difference}.")
{
    /// <summary>Gets the memory's name.</summary>
    [Id(0)]
    public string MemoryName { get; } = memoryName;

    /// <summary>Gets the first difference.</summary>
    [Id(1)]
    public string Difference { get; } = difference;
}
