using System.Buffers.Binary;

namespace MemoryRL.Datasets;

/// <summary>
/// Text of any length, which a dataset only refers to: it lies in a global heap elsewhere in the file (HDF5 File Format Specification 3.0,
/// section III.E), among other pieces of text.
/// </summary>
/// <remarks>It is read here, with every number checked: HDF5 1.10 follows damaged numbers of a heap out of its memory, or in circles.</remarks>
internal static class Hdf5TextHeap
{
    /// <summary>The bytes of a reference: length (4), address of the heap (8), number in the heap (4).</summary>
    public const int ReferenceBytes = 16;

    private const int HeaderBytes = 16;
    private const int EntryBytes = 16;
    private const int MaxHeapBytes = 64 << 20;
    private const byte Version = 1;

    /// <summary>Reads the text that a reference leads to.</summary>
    /// <param name="dataset">The dataset, for the file and error messages.</param>
    /// <param name="address">Where the reference lies in the file.</param>
    /// <returns>The text.</returns>
    /// <exception cref="DatasetFormatException">The reference or the heap is damaged.</exception>
    public static string Read(Hdf5Dataset dataset, long address)
    {
        using var file = File.OpenHandle(dataset.File, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var reference = ReadBytes(file, dataset, address, ReferenceBytes);
        var length = BinaryPrimitives.ReadUInt32LittleEndian(reference);
        var heap = BinaryPrimitives.ReadInt64LittleEndian(reference.AsSpan(4));
        var number = BinaryPrimitives.ReadUInt32LittleEndian(reference.AsSpan(12));
        if (length == 0)
        {
            return "";
        }

        var header = ReadBytes(file, dataset, heap, HeaderBytes);
        var size = BinaryPrimitives.ReadInt64LittleEndian(header.AsSpan(8));
        if (!header.AsSpan().StartsWith("GCOL"u8) || header[4] != Version || size is < HeaderBytes or > MaxHeapBytes)
        {
            throw Fault(dataset);
        }

        return Find(dataset, ReadBytes(file, dataset, heap, (int)size).AsSpan(HeaderBytes), number, length);
    }

    private static string Find(Hdf5Dataset dataset, ReadOnlySpan<byte> entries, uint number, uint length)
    {
        while (entries.Length >= EntryBytes)
        {
            var found = BinaryPrimitives.ReadUInt16LittleEndian(entries);
            var size = BinaryPrimitives.ReadInt64LittleEndian(entries[8..]);
            entries = entries[EntryBytes..];
            if (found == 0 || size < 0 || size > entries.Length)
            {
                break;
            }

            if (found == number)
            {
                return length <= size ? Hdf5Text.Decode(entries[..(int)length]) : throw Fault(dataset);
            }

            entries = entries[(int)Math.Min((size + 7) & -8, entries.Length)..];
        }

        throw Fault(dataset);
    }

    private static byte[] ReadBytes(Microsoft.Win32.SafeHandles.SafeFileHandle file, Hdf5Dataset dataset, long address, int count)
    {
        var bytes = new byte[count];
        var isInside = address >= 0 && address <= RandomAccess.GetLength(file) - count;
        return isInside && RandomAccess.Read(file, bytes, address) == count ? bytes : throw Fault(dataset);
    }

    private static DatasetFormatException Fault(Hdf5Dataset dataset) => dataset.Fault(null, "expected a reference to text in the file but it leads nowhere.");
}
