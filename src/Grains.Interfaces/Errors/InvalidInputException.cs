namespace MemoryRL.Grains.Interfaces;

/// <summary>Something given to a grain is not allowed; nothing was changed.</summary>
/// <param name="field">The field at fault.</param>
/// <param name="expected">What was expected.</param>
/// <param name="actual">What came.</param>
[GenerateSerializer, Alias("memoryrl.InvalidInputException")]
public sealed class InvalidInputException(string field, string expected, string actual) : MemoryRLException($"{field}: expected {expected} but got {actual}.")
{
    /// <summary>Gets the field at fault.</summary>
    [Id(0)]
    public string Field { get; } = field;

    /// <summary>Gets what was expected.</summary>
    [Id(1)]
    public string Expected { get; } = expected;

    /// <summary>Gets what came.</summary>
    [Id(2)]
    public string Actual { get; } = actual;
}
