namespace MemoryRL.Core;

/// <summary>What the reader and the writer of Safetensors files agree on.</summary>
/// <remarks>The format of https://github.com/huggingface/safetensors, README section "Format", and the limits of its reference implementation.</remarks>
internal static class SafetensorsFormat
{
    /// <summary>The number of bytes that hold the header's length.</summary>
    public const int PrefixBytes = sizeof(ulong);

    /// <summary>The longest header that is read or written, in bytes: the reference implementation's limit.</summary>
    public const int MaxHeaderBytes = 100_000_000;

    /// <summary>The header's entry for text by name.</summary>
    public const string MetadataKey = "__metadata__";

    /// <summary>The data start at a multiple of this, for which the header is padded with spaces.</summary>
    public const int Alignment = 8;

    /// <summary>Gets the format's name of an element type.</summary>
    /// <param name="type">The element type.</param>
    /// <returns>The name in a header.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The type is not one of the enumeration's members.</exception>
    public static string NameOf(ElementType type) => type switch
    {
        ElementType.Float32 => "F32",
        ElementType.UInt8 => "U8",
        ElementType.Int32 => "I32",
        ElementType.Int64 => "I64",
        ElementType.Boolean => "BOOL",
        ElementType.Float64 => "F64",
        ElementType.UInt64 => "U64",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Expected a member of ElementType."),
    };

    /// <summary>Looks an element type up by the format's name.</summary>
    /// <param name="name">The name in a header.</param>
    /// <param name="type">The element type.</param>
    /// <returns>Whether this reader has it: the half-precision and small types of newer files are not among them.</returns>
    public static bool TryParse(string name, out ElementType type)
    {
        ElementType? found = name switch
        {
            "F32" => ElementType.Float32,
            "U8" => ElementType.UInt8,
            "I32" => ElementType.Int32,
            "I64" => ElementType.Int64,
            "BOOL" => ElementType.Boolean,
            "F64" => ElementType.Float64,
            "U64" => ElementType.UInt64,
            _ => null,
        };
        type = found.GetValueOrDefault();
        return found.HasValue;
    }
}
