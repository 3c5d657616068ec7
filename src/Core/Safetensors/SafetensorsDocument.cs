using System.Diagnostics.CodeAnalysis;

namespace MemoryRL.Core;

/// <summary>A Safetensors file that was read and checked: 8 bytes of header length, a JSON header, raw little-endian data.</summary>
/// <remarks>The format of https://github.com/huggingface/safetensors.</remarks>
public sealed class SafetensorsDocument
{
    private readonly Dictionary<string, SafetensorsTensor> _tensors = [];

    /// <summary>Gets the metadata: text by name.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; } = new Dictionary<string, string>();

    /// <summary>Gets the tensors in the order of their data.</summary>
    public IReadOnlyCollection<SafetensorsTensor> Tensors => _tensors.Values;

    /// <summary>Gets a tensor by name.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The tensor.</returns>
    /// <exception cref="SafetensorsFormatException">There is none; the message names it and what there is.</exception>
    public SafetensorsTensor this[string name] => _tensors[name];

    /// <summary>Reads and checks a file; the tensors are slices of the given bytes.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="source">What the bytes came from, for error messages.</param>
    /// <returns>The document.</returns>
    /// <exception cref="SafetensorsFormatException">The bytes are no Safetensors file; the message names the fault.</exception>
    public static SafetensorsDocument Parse(ReadOnlyMemory<byte> bytes, string source) => throw new NotSupportedException(source);

    /// <summary>Looks a tensor up.</summary>
    /// <param name="name">The name.</param>
    /// <param name="tensor">The tensor, or null.</param>
    /// <returns>Whether there is one.</returns>
    public bool TryGet(string name, [NotNullWhen(true)] out SafetensorsTensor? tensor) => _tensors.TryGetValue(name, out tensor);
}
