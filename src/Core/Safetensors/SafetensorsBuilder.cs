namespace MemoryRL.Core;

/// <summary>Collects tensors and metadata and writes them as one Safetensors file.</summary>
public sealed class SafetensorsBuilder
{
    private readonly List<SafetensorsTensor> _tensors = [];

    /// <summary>Gets the metadata: text by name.</summary>
    public IDictionary<string, string> Metadata { get; } = new SortedDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Adds a tensor.</summary>
    /// <param name="name">A name not yet used.</param>
    /// <param name="elementType">The type of one element.</param>
    /// <param name="shape">The shape; empty for a scalar.</param>
    /// <param name="data">The elements, row-major, little-endian; not copied, so leave them alone until the file is written.</param>
    /// <exception cref="ArgumentException">The name is used, or the data do not fill the shape.</exception>
    public void Add(string name, ElementType elementType, ReadOnlySpan<int> shape, ReadOnlyMemory<byte> data) =>
        _tensors.Add(new SafetensorsTensor(name, elementType, [.. shape], data));

    /// <summary>Writes the file into an array.</summary>
    /// <returns>The whole file.</returns>
    public byte[] ToArray() => throw new NotSupportedException(_tensors.Count.ToString(System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>Writes the file to a stream.</summary>
    /// <param name="destination">Where the bytes go.</param>
    public void WriteTo(Stream destination) => throw new NotSupportedException(_tensors.Count.ToString(System.Globalization.CultureInfo.InvariantCulture));
}
