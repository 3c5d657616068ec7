using System.Buffers.Binary;
using System.Text;

namespace MemoryRL.Cli;

/// <summary>One protobuf message in the making: the few kinds of fields that events have (https://protobuf.dev/programming-guides/encoding).</summary>
internal sealed class ProtobufMessage
{
    private const int Varint = 0;
    private const int EightBytes = 1;
    private const int Counted = 2;
    private const int FourBytes = 5;

    private readonly List<byte> _bytes = [];

    /// <summary>Gets the message.</summary>
    /// <returns>Its bytes.</returns>
    public byte[] ToArray() => [.. _bytes];

    /// <summary>Adds a whole number.</summary>
    /// <param name="field">The field's number.</param>
    /// <param name="value">The number, 0 or more.</param>
    /// <returns>The message.</returns>
    public ProtobufMessage Add(int field, long value)
    {
        AddTag(field, Varint);
        AddVarint((ulong)value);
        return this;
    }

    /// <summary>Adds a number of double precision.</summary>
    /// <param name="field">The field's number.</param>
    /// <param name="value">The number.</param>
    /// <returns>The message.</returns>
    public ProtobufMessage Add(int field, double value)
    {
        AddTag(field, EightBytes);
        Span<byte> bytes = stackalloc byte[sizeof(double)];
        BinaryPrimitives.WriteDoubleLittleEndian(bytes, value);
        _bytes.AddRange(bytes);
        return this;
    }

    /// <summary>Adds a number of single precision.</summary>
    /// <param name="field">The field's number.</param>
    /// <param name="value">The number.</param>
    /// <returns>The message.</returns>
    public ProtobufMessage Add(int field, float value)
    {
        AddTag(field, FourBytes);
        Span<byte> bytes = stackalloc byte[sizeof(float)];
        BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
        _bytes.AddRange(bytes);
        return this;
    }

    /// <summary>Adds a text.</summary>
    /// <param name="field">The field's number.</param>
    /// <param name="value">The text.</param>
    /// <returns>The message.</returns>
    public ProtobufMessage Add(int field, string value) => AddCounted(field, Encoding.UTF8.GetBytes(value));

    /// <summary>Adds a message inside this one.</summary>
    /// <param name="field">The field's number.</param>
    /// <param name="value">The message, which is complete.</param>
    /// <returns>The message.</returns>
    public ProtobufMessage Add(int field, ProtobufMessage value) => AddCounted(field, value.ToArray());

    private ProtobufMessage AddCounted(int field, byte[] value)
    {
        AddTag(field, Counted);
        AddVarint((ulong)value.Length);
        _bytes.AddRange(value);
        return this;
    }

    private void AddTag(int field, int wireType) => AddVarint(((ulong)field << 3) | (uint)wireType);

    // Seven bits a byte, the lowest first; the high bit says that more follow.
    private void AddVarint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            _bytes.Add((byte)(value | 0x80));
        }

        _bytes.Add((byte)value);
    }
}
