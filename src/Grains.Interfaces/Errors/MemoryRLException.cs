namespace MemoryRL.Grains.Interfaces;

/// <summary>The base of the errors that grains answer with.</summary>
[GenerateSerializer, Alias("memoryrl.MemoryRLException")]
public class MemoryRLException : Exception
{
    /// <summary>Initializes the error.</summary>
    /// <param name="message">What was expected, what came, and what to do.</param>
    public MemoryRLException(string message)
        : base(message)
    {
    }
}
