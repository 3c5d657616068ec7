using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace MemoryRL.Core;

/// <summary>Collects tensors and metadata and writes them as one Safetensors file.</summary>
/// <remarks>
/// Data start at a multiple of 8 bytes and tensors of wider elements come first, so that every tensor is aligned to its element size; among
/// equally wide ones the order is that of their addition. The same content gives the same bytes.
/// </remarks>
public sealed class SafetensorsBuilder
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly List<Entry> _tensors = [];
    private readonly HashSet<string> _names = [];

    /// <summary>Gets the metadata: text by name.</summary>
    public IDictionary<string, string> Metadata { get; } = new SortedDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Gets the number of tensors added.</summary>
    public int Count => _tensors.Count;

    /// <summary>Adds a tensor.</summary>
    /// <param name="name">A name not yet used.</param>
    /// <param name="elementType">The type of one element.</param>
    /// <param name="shape">The shape; empty for a scalar.</param>
    /// <param name="data">The elements, row-major, little-endian; not copied, so leave them alone until the file is written.</param>
    /// <exception cref="ArgumentException">The name is used, or the data do not fill the shape.</exception>
    public void Add(string name, ElementType elementType, ReadOnlySpan<int> shape, ReadOnlyMemory<byte> data) => Add(name, elementType, shape, [data]);

    /// <summary>Adds a tensor whose elements lie in several places, so that nobody has to gather them before the file is written.</summary>
    /// <param name="name">A name not yet used.</param>
    /// <param name="elementType">The type of one element.</param>
    /// <param name="shape">The shape; empty for a scalar.</param>
    /// <param name="parts">The elements one part behind the other, row-major, little-endian; not copied, so leave them alone until the file is written.</param>
    /// <exception cref="ArgumentException">The name is used, or the parts do not fill the shape.</exception>
    public void Add(string name, ElementType elementType, ReadOnlySpan<int> shape, ImmutableArray<ReadOnlyMemory<byte>> parts)
    {
        ArgumentNullException.ThrowIfNull(name);
        _ = StrictUtf8.GetByteCount(name);
        Int128 expected = elementType.ByteCount();
        foreach (var length in shape)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(length, nameof(shape));
            expected = Int128.Min(expected * length, long.MaxValue);
        }

        var bytes = 0L;
        foreach (var part in parts)
        {
            bytes += part.Length;
        }

        if (expected != bytes)
        {
            throw new ArgumentException($"Expected {expected} bytes for tensor '{name}' of shape [{string.Join(", ", shape.ToArray())}] but got {bytes}.", nameof(parts));
        }

        if (name == SafetensorsFormat.MetadataKey || !_names.Add(name))
        {
            throw new ArgumentException($"Expected a tensor name that is not used yet but got '{name}'.", nameof(name));
        }

        _tensors.Add(new Entry(name, elementType, [.. shape], bytes, parts));
    }

    /// <summary>Adds a copy of numbers as a tensor.</summary>
    /// <typeparam name="T">A .NET type that is an element type: float, double, byte, int, long, ulong or bool.</typeparam>
    /// <param name="name">A name not yet used.</param>
    /// <param name="shape">The shape; empty for a scalar.</param>
    /// <param name="values">The elements, row-major.</param>
    /// <exception cref="ArgumentException">The name is used, or the values do not fill the shape.</exception>
    public void Add<T>(string name, ReadOnlySpan<int> shape, ReadOnlySpan<T> values)
        where T : unmanaged =>
        Add(name, ElementTypes.Of<T>(), shape, MemoryMarshal.AsBytes(values).ToArray());

    /// <summary>Writes the file into an array.</summary>
    /// <returns>The whole file.</returns>
    /// <exception cref="InvalidOperationException">The file would pass 2 GiB, or its header 100 MB.</exception>
    public byte[] ToArray()
    {
        var ordered = Order();
        var header = CreateHeader(ordered, out var dataBytes);
        if (header.Length + dataBytes > Array.MaxLength)
        {
            throw new InvalidOperationException($"Expected a file of at most {Array.MaxLength} bytes but got {header.Length + dataBytes}. Write it to a stream, or in parts.");
        }

        var file = GC.AllocateUninitializedArray<byte>((int)(header.Length + dataBytes));
        header.CopyTo(file);
        var offset = header.Length;
        foreach (var tensor in ordered)
        {
            foreach (var part in tensor.Parts)
            {
                part.Span.CopyTo(file.AsSpan(offset));
                offset += part.Length;
            }
        }

        return file;
    }

    /// <summary>Writes the file to a stream.</summary>
    /// <param name="destination">Where the bytes go.</param>
    /// <exception cref="InvalidOperationException">The header would pass 100 MB.</exception>
    public void WriteTo(Stream destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        var ordered = Order();
        destination.Write(CreateHeader(ordered, out _).Span);
        foreach (var tensor in ordered)
        {
            foreach (var part in tensor.Parts)
            {
                destination.Write(part.Span);
            }
        }
    }

    private ImmutableArray<Entry> Order() => [.. _tensors.OrderByDescending(tensor => tensor.ElementType.ByteCount())];

    private ReadOnlyMemory<byte> CreateHeader(ImmutableArray<Entry> ordered, out long dataBytes)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        buffer.GetSpan(SafetensorsFormat.PrefixBytes)[..SafetensorsFormat.PrefixBytes].Clear();
        buffer.Advance(SafetensorsFormat.PrefixBytes);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            WriteMetadata(json);
            dataBytes = 0;
            foreach (var tensor in ordered)
            {
                WriteEntry(json, tensor, dataBytes);
                dataBytes += tensor.ByteCount;
            }

            json.WriteEndObject();
        }

        var padding = -buffer.WrittenCount & (SafetensorsFormat.Alignment - 1);
        buffer.GetSpan(SafetensorsFormat.Alignment)[..padding].Fill((byte)' ');
        buffer.Advance(padding);
        var length = buffer.WrittenCount - SafetensorsFormat.PrefixBytes;
        if (length > SafetensorsFormat.MaxHeaderBytes)
        {
            throw new InvalidOperationException($"Expected a header of at most {SafetensorsFormat.MaxHeaderBytes} bytes but got {length}.");
        }

        var header = MemoryMarshal.AsMemory(buffer.WrittenMemory);
        BinaryPrimitives.WriteUInt64LittleEndian(header.Span, (ulong)length);
        return header;
    }

    private void WriteMetadata(Utf8JsonWriter json)
    {
        if (Metadata.Count == 0)
        {
            return;
        }

        json.WriteStartObject(SafetensorsFormat.MetadataKey);
        foreach (var (name, text) in Metadata)
        {
            json.WriteString(name, text);
        }

        json.WriteEndObject();
    }

    private static void WriteEntry(Utf8JsonWriter json, Entry tensor, long start)
    {
        json.WriteStartObject(tensor.Name);
        json.WriteString("dtype", SafetensorsFormat.NameOf(tensor.ElementType));
        json.WriteStartArray("shape");
        foreach (var length in tensor.Shape)
        {
            json.WriteNumberValue(length);
        }

        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(start);
        json.WriteNumberValue(start + tensor.ByteCount);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private sealed record Entry(string Name, ElementType ElementType, ImmutableArray<int> Shape, long ByteCount, ImmutableArray<ReadOnlyMemory<byte>> Parts);
}
