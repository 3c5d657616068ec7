using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace MemoryRL.Core;

/// <summary>A Safetensors file that was read and checked: 8 bytes of header length, a JSON header, raw little-endian data.</summary>
/// <remarks>The format of https://github.com/huggingface/safetensors.</remarks>
public sealed class SafetensorsDocument
{
    private readonly Dictionary<string, SafetensorsTensor> _byName;

    private SafetensorsDocument(string source, ImmutableArray<SafetensorsTensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        Source = source;
        Tensors = tensors;
        Metadata = metadata;
        _byName = tensors.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
    }

    /// <summary>Gets what the bytes came from.</summary>
    public string Source { get; }

    /// <summary>Gets the metadata: text by name.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Gets the tensors in the order of their data.</summary>
    public IReadOnlyCollection<SafetensorsTensor> Tensors { get; }

    /// <summary>Gets a tensor by name.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The tensor.</returns>
    /// <exception cref="SafetensorsFormatException">There is none; the message names it and what there is.</exception>
    [SuppressMessage("Design", "CA1065:Do not raise exceptions in unexpected locations", Justification = "A file that lacks a tensor is a fault of the file, which is what callers catch.")]
    public SafetensorsTensor this[string name] =>
        _byName.TryGetValue(name, out var tensor)
            ? tensor
            : throw new SafetensorsFormatException(Source, $"expected a tensor '{SafetensorsHeader.Shorten(name)}' but the file has {DescribeNames()}.");

    /// <summary>Reads and checks a file; the tensors are slices of the given bytes.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="source">What the bytes came from, for error messages.</param>
    /// <returns>The document.</returns>
    /// <exception cref="SafetensorsFormatException">The bytes are no Safetensors file; the message names the fault.</exception>
    public static SafetensorsDocument Parse(ReadOnlyMemory<byte> bytes, string source)
    {
        var header = SafetensorsHeader.Read(bytes.Span, source);
        var data = bytes[header.DataStart..];
        var tensors = ImmutableArray.CreateBuilder<SafetensorsTensor>(header.Entries.Count);
        foreach (var entry in header.Entries)
        {
            tensors.Add(new SafetensorsTensor(entry.Name, entry.ElementType, entry.Shape, data[(int)entry.Start..(int)entry.End]));
        }

        return new SafetensorsDocument(source, tensors.MoveToImmutable(), header.Metadata);
    }

    /// <summary>Looks a tensor up.</summary>
    /// <param name="name">The name.</param>
    /// <param name="tensor">The tensor, or null.</param>
    /// <returns>Whether there is one.</returns>
    public bool TryGet(string name, [NotNullWhen(true)] out SafetensorsTensor? tensor) => _byName.TryGetValue(name, out tensor);

    /// <summary>Gets a tensor that must have a certain element type and shape.</summary>
    /// <param name="name">The name.</param>
    /// <param name="elementType">The element type that it must have.</param>
    /// <param name="shape">The shape that it must have; -1 for any length of a dimension.</param>
    /// <returns>The tensor.</returns>
    /// <exception cref="SafetensorsFormatException">There is none, or it has another type or shape; the message names both.</exception>
    public SafetensorsTensor Require(string name, ElementType elementType, params ReadOnlySpan<int> shape)
    {
        var tensor = this[name];
        var fits = tensor.ElementType == elementType && tensor.Shape.Length == shape.Length;
        for (var i = 0; fits && i < shape.Length; i++)
        {
            fits = shape[i] == -1 || shape[i] == tensor.Shape[i];
        }

        return fits
            ? tensor
            : throw new SafetensorsFormatException(
                Source,
                $"tensor '{SafetensorsHeader.Shorten(name)}': expected {elementType} of shape [{string.Join(", ", shape.ToArray())}] but got {tensor.ElementType} of shape [{string.Join(", ", tensor.Shape)}].");
    }

    /// <summary>Gets a metadata entry that must be there.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The text.</returns>
    /// <exception cref="SafetensorsFormatException">There is none; the message names it.</exception>
    public string RequireMetadata(string name) =>
        Metadata.TryGetValue(name, out var text)
            ? text
            : throw new SafetensorsFormatException(Source, $"expected a metadata entry '{SafetensorsHeader.Shorten(name)}' but there is none.");

    private string DescribeNames()
    {
        const int Shown = 8;
        var names = string.Join(", ", Tensors.Take(Shown).Select(tensor => $"'{SafetensorsHeader.Shorten(tensor.Name)}'"));
        return Tensors.Count switch
        {
            0 => "no tensors",
            > Shown => $"{names} and {Tensors.Count - Shown} more",
            _ => names,
        };
    }
}
