using System.Globalization;
using System.Runtime.InteropServices;
using MemoryRL.Core;

namespace MemoryRL.Datasets;

/// <summary>Turns the numbers of a file into those of a column.</summary>
internal static class Hdf5Numbers
{
    /// <summary>Gets the element type that keeps every value of a file's numbers, or their nearest: what a column read without a spec is made of.</summary>
    /// <param name="type">The file's type, a numeric one.</param>
    /// <returns>The element type.</returns>
    public static ElementType Widen(Hdf5Type type) => type switch
    {
        { Kind: Hdf5Kind.Float, Bytes: 4 } => ElementType.Float32,
        { Kind: Hdf5Kind.Float } => ElementType.Float64,
        { Kind: Hdf5Kind.Boolean } => ElementType.Boolean,
        { Kind: Hdf5Kind.Unsigned, Bytes: 1 } => ElementType.UInt8,
        { Kind: Hdf5Kind.Unsigned, Bytes: 8 } => ElementType.UInt64,
        { Kind: Hdf5Kind.Unsigned, Bytes: 4 } or { Kind: Hdf5Kind.Signed, Bytes: 8 } => ElementType.Int64,
        _ => ElementType.Int32,
    };

    /// <summary>Says whether a file's numbers can become those of a column: floats and truth values from any numbers, whole numbers only from whole ones.</summary>
    /// <param name="from">The file's type.</param>
    /// <param name="to">The column's element type.</param>
    /// <returns>Whether <see cref="Convert"/> takes them.</returns>
    public static bool CanConvert(Hdf5Type from, ElementType to) => from.IsNumeric && (to is ElementType.Float32 or ElementType.Float64 or ElementType.Boolean || from.Kind != Hdf5Kind.Float);

    /// <summary>Says whether the bytes of a file's numbers are a column's bytes.</summary>
    /// <param name="from">The file's type.</param>
    /// <param name="to">The column's element type.</param>
    /// <returns>Whether nothing needs converting.</returns>
    public static bool IsSame(Hdf5Type from, ElementType to) =>
        Widen(from) == to && from.Bytes == to.ByteCount();

    /// <summary>Converts numbers.</summary>
    /// <param name="from">The file's type.</param>
    /// <param name="source">The file's numbers.</param>
    /// <param name="to">The column's element type.</param>
    /// <param name="destination">Where the column's numbers go, as many.</param>
    /// <returns>The index of the first number that the column's type cannot hold; -1 for none.</returns>
    public static int Convert(Hdf5Type from, ReadOnlySpan<byte> source, ElementType to, Span<byte> destination)
    {
        switch (to)
        {
            case ElementType.Float32 when from is { Kind: Hdf5Kind.Float, Bytes: 8 }:
                Narrow(MemoryMarshal.Cast<byte, double>(source), MemoryMarshal.Cast<byte, float>(destination));
                return -1;
            case ElementType.Float32:
                return ToSingle(from, source, MemoryMarshal.Cast<byte, float>(destination));
            case ElementType.Float64:
                return ToDouble(from, source, MemoryMarshal.Cast<byte, double>(destination));
            case ElementType.Boolean when from.Kind == Hdf5Kind.Float:
                return ToFlags(from, source, destination);
            default:
                return ToWhole(from, source, to, destination);
        }
    }

    /// <summary>Writes one number or truth value.</summary>
    /// <param name="type">The file's type.</param>
    /// <param name="source">The numbers.</param>
    /// <param name="index">Which one.</param>
    /// <returns>The number, invariantly.</returns>
    public static string Format(Hdf5Type type, ReadOnlySpan<byte> source, int index) => type switch
    {
        { Kind: Hdf5Kind.Boolean } => source[index] == 0 ? "false" : "true",
        { Kind: Hdf5Kind.Float } => ReadFloat(type, source, index).ToString(type.Bytes == 4 ? "G9" : "R", CultureInfo.InvariantCulture),
        { Kind: Hdf5Kind.Unsigned, Bytes: 8 } => ((ulong)ReadWhole(type, source, index)).ToString(CultureInfo.InvariantCulture),
        _ => ReadWhole(type, source, index).ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>Reads one whole number or truth value.</summary>
    /// <param name="type">The file's type.</param>
    /// <param name="source">The numbers.</param>
    /// <param name="index">Which one.</param>
    /// <returns>The number; of unsigned ones of 8 bytes those above 2^63 wrap.</returns>
    public static long ReadWhole(Hdf5Type type, ReadOnlySpan<byte> source, int index)
    {
        var element = source.Slice(index * type.Bytes, type.Bytes);
        return (type.Kind, type.Bytes) switch
        {
            (Hdf5Kind.Signed, 1) => (sbyte)element[0],
            (_, 1) => element[0],
            (Hdf5Kind.Signed, 2) => MemoryMarshal.Read<short>(element),
            (_, 2) => MemoryMarshal.Read<ushort>(element),
            (Hdf5Kind.Signed, 4) => MemoryMarshal.Read<int>(element),
            (_, 4) => MemoryMarshal.Read<uint>(element),
            _ => MemoryMarshal.Read<long>(element),
        };
    }

    private static void Narrow(ReadOnlySpan<double> source, Span<float> destination)
    {
        for (var i = 0; i < source.Length; i++)
        {
            destination[i] = (float)source[i];
        }
    }

    private static int ToSingle(Hdf5Type from, ReadOnlySpan<byte> source, Span<float> destination)
    {
        for (var i = 0; i < destination.Length; i++)
        {
            destination[i] = ReadWhole(from, source, i);
        }

        return -1;
    }

    private static int ToDouble(Hdf5Type from, ReadOnlySpan<byte> source, Span<double> destination)
    {
        for (var i = 0; i < destination.Length; i++)
        {
            destination[i] = from.Kind == Hdf5Kind.Float ? ReadFloat(from, source, i) : ReadWhole(from, source, i);
        }

        return -1;
    }

    private static int ToFlags(Hdf5Type from, ReadOnlySpan<byte> source, Span<byte> destination)
    {
        for (var i = 0; i < destination.Length; i++)
        {
            var value = ReadFloat(from, source, i);
            if (value is not (0 or 1))
            {
                return i;
            }

            destination[i] = (byte)value;
        }

        return -1;
    }

    private static double ReadFloat(Hdf5Type type, ReadOnlySpan<byte> source, int index) =>
        type.Bytes == sizeof(float) ? MemoryMarshal.Read<float>(source[(index * sizeof(float))..]) : MemoryMarshal.Read<double>(source[(index * sizeof(double))..]);

    private static int ToWhole(Hdf5Type from, ReadOnlySpan<byte> source, ElementType to, Span<byte> destination)
    {
        var count = destination.Length / to.ByteCount();
        for (var i = 0; i < count; i++)
        {
            var value = ReadWhole(from, source, i);
            var wraps = from is { Kind: Hdf5Kind.Unsigned, Bytes: 8 } && value < 0;
            switch (to)
            {
                case ElementType.Boolean when value is 0 or 1:
                case ElementType.UInt8 when value is >= 0 and <= byte.MaxValue:
                    destination[i] = (byte)value;
                    break;
                case ElementType.Int32 when value is >= int.MinValue and <= int.MaxValue && !wraps:
                    MemoryMarshal.Write(destination[(i * sizeof(int))..], (int)value);
                    break;
                case ElementType.Int64 when !wraps:
                case ElementType.UInt64 when value >= 0:
                    MemoryMarshal.Write(destination[(i * sizeof(long))..], value);
                    break;
                default:
                    return i;
            }
        }

        return -1;
    }
}
