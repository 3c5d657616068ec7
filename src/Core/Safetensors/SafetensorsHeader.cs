using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Unicode;

namespace MemoryRL.Core;

/// <summary>The header of a Safetensors file, checked against the whole file: whatever passes here can be sliced without another thought.</summary>
/// <remarks>
/// The rules of the reference implementation (huggingface/safetensors, safetensors/src/tensor.rs): tensors tile the data without overlap, gap
/// or remainder, and each spans exactly its shape times its element size. Stricter than it in two points that the format's page asks for:
/// a name given twice is an error, and so is a field that the format does not have.
/// </remarks>
internal sealed class SafetensorsHeader
{
    private static readonly JsonReaderOptions ReaderOptions = new() { MaxDepth = 4 };

    private readonly string _source;

    private SafetensorsHeader(string source, int dataStart)
    {
        _source = source;
        DataStart = dataStart;
    }

    /// <summary>Gets where the data start in the file.</summary>
    public int DataStart { get; }

    /// <summary>Gets the tensors in the order of their data.</summary>
    public List<Entry> Entries { get; } = [];

    /// <summary>Gets the metadata.</summary>
    public Dictionary<string, string> Metadata { get; } = new(StringComparer.Ordinal);

    /// <summary>Reads and checks the header of a file.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="source">What the bytes came from.</param>
    /// <returns>The header.</returns>
    /// <exception cref="SafetensorsFormatException">The bytes are no Safetensors file; the message names the fault.</exception>
    public static SafetensorsHeader Read(ReadOnlySpan<byte> file, string source)
    {
        if (file.Length < SafetensorsFormat.PrefixBytes)
        {
            throw new SafetensorsFormatException(source, $"too short: expected at least {SafetensorsFormat.PrefixBytes} bytes of header length but the file has {file.Length} bytes.");
        }

        var length = BinaryPrimitives.ReadUInt64LittleEndian(file);
        if (length > SafetensorsFormat.MaxHeaderBytes)
        {
            throw new SafetensorsFormatException(source, $"header too long: expected at most {SafetensorsFormat.MaxHeaderBytes} bytes but its length says {length}.");
        }

        var dataStart = SafetensorsFormat.PrefixBytes + (int)length;
        if (dataStart > file.Length)
        {
            throw new SafetensorsFormatException(source, $"header length beyond the file: it says {length} bytes but {file.Length - SafetensorsFormat.PrefixBytes} follow it.");
        }

        var json = file[SafetensorsFormat.PrefixBytes..dataStart];
        var header = new SafetensorsHeader(source, dataStart);
        header.ReadJson(json);
        header.CheckOffsets(file.Length - dataStart);
        return header;
    }

    /// <summary>Shortens a name that may be of any length for a message.</summary>
    /// <param name="name">The name.</param>
    /// <returns>At most 100 characters of it.</returns>
    public static string Shorten(string name) => name.Length <= 100 ? name : string.Concat(name.AsSpan(0, 97), "...");

    private void ReadJson(ReadOnlySpan<byte> json)
    {
        if (!Utf8.IsValid(json))
        {
            throw Fault("the header is not valid UTF-8.");
        }

        if (json.IsEmpty || json[0] != (byte)'{')
        {
            throw Fault("the header is no JSON object: expected it to begin with '{'.");
        }

        try
        {
            var reader = new Utf8JsonReader(json, ReaderOptions);
            _ = reader.Read();
            ReadObject(ref reader);

            // Whatever follows the object but white space is an error that the reader itself throws.
            _ = reader.Read();
        }
        catch (JsonException error)
        {
            throw Fault($"the header is not valid JSON: {error.Message}");
        }
    }

    private void ReadObject(ref Utf8JsonReader reader)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = ReadText(ref reader);
            if (!names.Add(name))
            {
                throw Fault($"duplicate name '{Shorten(name)}' in the header.");
            }

            _ = reader.Read();
            if (name == SafetensorsFormat.MetadataKey)
            {
                ReadMetadata(ref reader);
            }
            else
            {
                Entries.Add(ReadEntry(ref reader, name));
            }
        }
    }

    private void ReadMetadata(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw Fault($"{SafetensorsFormat.MetadataKey}: expected an object of text by name but got {Describe(reader.TokenType)}.");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = ReadText(ref reader);
            _ = reader.Read();
            if (reader.TokenType != JsonTokenType.String)
            {
                throw Fault($"{SafetensorsFormat.MetadataKey}: expected text for '{Shorten(name)}' but got {Describe(reader.TokenType)}.");
            }

            if (!Metadata.TryAdd(name, ReadText(ref reader)))
            {
                throw Fault($"{SafetensorsFormat.MetadataKey}: duplicate name '{Shorten(name)}'.");
            }
        }
    }

    private Entry ReadEntry(ref Utf8JsonReader reader, string name)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw Fault(name, $"expected an object but got {Describe(reader.TokenType)}");
        }

        ElementType? type = null;
        ImmutableArray<int>? shape = null;
        (long Start, long End)? offsets = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = ReadText(ref reader);
            var isNew = field switch
            {
                "dtype" => type is null,
                "shape" => shape is null,
                "data_offsets" => offsets is null,
                _ => throw Fault(name, $"unknown field '{Shorten(field)}': expected dtype, shape and data_offsets"),
            };
            if (!isNew)
            {
                throw Fault(name, $"duplicate field '{field}'");
            }

            _ = reader.Read();
            switch (field)
            {
                case "dtype":
                    type = ReadType(ref reader, name);
                    break;
                case "shape":
                    shape = ReadShape(ref reader, name);
                    break;
                default:
                    offsets = ReadOffsets(ref reader, name);
                    break;
            }
        }

        return new Entry(
            name,
            type ?? throw Fault(name, "missing field 'dtype'"),
            shape ?? throw Fault(name, "missing field 'shape'"),
            offsets?.Start ?? throw Fault(name, "missing field 'data_offsets'"),
            offsets.Value.End);
    }

    private ElementType ReadType(ref Utf8JsonReader reader, string name)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            throw Fault(name, $"dtype: expected text but got {Describe(reader.TokenType)}");
        }

        var text = ReadText(ref reader);
        return SafetensorsFormat.TryParse(text, out var type)
            ? type
            : throw Fault(name, $"dtype: expected F32, F64, I32, I64, U8, U64 or BOOL but got '{Shorten(text)}'");
    }

    private ImmutableArray<int> ReadShape(ref Utf8JsonReader reader, string name)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw Fault(name, $"shape: expected an array but got {Describe(reader.TokenType)}");
        }

        var shape = ImmutableArray.CreateBuilder<int>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt32(out var length) || length < 0)
            {
                throw Fault(name, $"shape: expected whole numbers from 0 to {int.MaxValue} but got {DescribeValue(ref reader)}");
            }

            shape.Add(length);
        }

        return shape.DrainToImmutable();
    }

    private (long Start, long End) ReadOffsets(ref Utf8JsonReader reader, string name)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw Fault(name, $"data_offsets: expected an array but got {Describe(reader.TokenType)}");
        }

        Span<long> offsets = stackalloc long[2];
        var count = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out var offset) || offset < 0)
            {
                throw Fault(name, $"data_offsets: expected whole numbers of 0 or more but got {DescribeValue(ref reader)}");
            }

            if (count == 2)
            {
                throw Fault(name, "data_offsets: expected two numbers but got more");
            }

            offsets[count++] = offset;
        }

        return count == 2 ? (offsets[0], offsets[1]) : throw Fault(name, $"data_offsets: expected two numbers but got {count}");
    }

    private void CheckOffsets(int dataBytes)
    {
        foreach (var entry in Entries)
        {
            CheckSize(entry, dataBytes);
        }

        Entries.Sort(static (left, right) => (left.Start, left.End).CompareTo((right.Start, right.End)));
        var position = 0L;
        foreach (var entry in Entries)
        {
            if (entry.Start != position)
            {
                var what = entry.Start < position ? "overlaps the tensor before it" : "leaves a gap before it";
                throw Fault(entry.Name, $"data_offsets: expected to start at {position} but starts at {entry.Start}, which {what}");
            }

            position = entry.End;
        }

        if (position != dataBytes)
        {
            throw Fault($"trailing bytes: the tensors end at {position} but the file has {dataBytes} bytes of data.");
        }
    }

    private void CheckSize(Entry entry, int dataBytes)
    {
        if (entry.End < entry.Start)
        {
            throw Fault(entry.Name, $"data_offsets: expected an end of at least the start {entry.Start} but got {entry.End}");
        }

        if (entry.End > dataBytes)
        {
            throw Fault(entry.Name, $"data_offsets out of range: they end at {entry.End} but the file has {dataBytes} bytes of data");
        }

        var bytes = (Int128)entry.ElementType.ByteCount();
        foreach (var length in entry.Shape)
        {
            bytes *= length;
            if (bytes > long.MaxValue)
            {
                throw Fault(entry.Name, "shape overflows: its number of bytes is no 64-bit number");
            }
        }

        if (bytes != entry.End - entry.Start)
        {
            throw Fault(entry.Name, $"data_offsets span {entry.End - entry.Start} bytes but {entry.ElementType} of shape [{string.Join(", ", entry.Shape.Take(16))}] takes {bytes}");
        }
    }

    private string ReadText(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw Fault("the header holds text with an unpaired surrogate.");
        }
    }

    private static string Describe(JsonTokenType token) => token switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.String => "text",
        JsonTokenType.Number => "a number",
        JsonTokenType.True or JsonTokenType.False => "a truth value",
        _ => "null",
    };

    private static string DescribeValue(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.Number ? Shorten(System.Text.Encoding.UTF8.GetString(reader.ValueSpan[..Math.Min(reader.ValueSpan.Length, 100)])) : Describe(reader.TokenType);

    private SafetensorsFormatException Fault(string fault) => new(_source, fault);

    private SafetensorsFormatException Fault(string tensor, string fault) => new(_source, $"tensor '{Shorten(tensor)}': {fault}.");

    /// <summary>One tensor's entry.</summary>
    /// <param name="Name">The tensor's name.</param>
    /// <param name="ElementType">The type of one element.</param>
    /// <param name="Shape">The shape.</param>
    /// <param name="Start">Where its data start, from the start of the data.</param>
    /// <param name="End">Where its data end.</param>
    public sealed record Entry(string Name, ElementType ElementType, ImmutableArray<int> Shape, long Start, long End);
}
