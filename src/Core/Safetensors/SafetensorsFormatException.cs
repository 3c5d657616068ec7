namespace MemoryRL.Core;

/// <summary>Bytes that claim to be a Safetensors file are not one, or lack what was looked for. The message names the file and the fault.</summary>
/// <param name="source">The file, or what else the bytes came from.</param>
/// <param name="fault">The fault.</param>
public sealed class SafetensorsFormatException(string source, string fault) : FormatException($"{source}: {fault}")
{
    /// <summary>Gets what the bytes came from.</summary>
    public string Origin { get; } = source;

    /// <summary>Gets the fault.</summary>
    public string Fault { get; } = fault;
}
