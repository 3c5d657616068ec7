using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MemoryRL.Core;

/// <summary>
/// Copies many small fields of one size between a column and rows. The size is looked at once a column instead of once a field, and every size
/// up to 64 bytes is two overlapping loads and stores.
/// </summary>
internal static unsafe class RowCopy
{
    /// <summary>Copies fields from one regular place to another.</summary>
    /// <param name="source">The first field.</param>
    /// <param name="sourceStride">Bytes from one field to the next.</param>
    /// <param name="destination">Where the first field goes.</param>
    /// <param name="destinationStride">Bytes from one copy to the next.</param>
    /// <param name="size">The bytes of a field.</param>
    /// <param name="count">The number of fields.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Strided(byte* source, nint sourceStride, byte* destination, nint destinationStride, int size, int count)
    {
        if (sourceStride == size && destinationStride == size)
        {
            Buffer.MemoryCopy(source, destination, (long)size * count, (long)size * count);
            return;
        }

        switch (size)
        {
            case 4:
                for (var i = 0; i < count; i++, source += sourceStride, destination += destinationStride)
                {
                    Unsafe.CopyBlockUnaligned(destination, source, 4);
                }

                break;
            case 8:
                for (var i = 0; i < count; i++, source += sourceStride, destination += destinationStride)
                {
                    Unsafe.CopyBlockUnaligned(destination, source, 8);
                }

                break;
            case > 8 and <= 16:
                for (var i = 0; i < count; i++, source += sourceStride, destination += destinationStride)
                {
                    Copy16(source, destination, size);
                }

                break;
            case > 16 and <= 32:
                for (var i = 0; i < count; i++, source += sourceStride, destination += destinationStride)
                {
                    Copy32(source, destination, size);
                }

                break;
            case > 32 and <= 64:
                for (var i = 0; i < count; i++, source += sourceStride, destination += destinationStride)
                {
                    Copy64(source, destination, size);
                }

                break;
            default:
                for (var i = 0; i < count; i++, source += sourceStride, destination += destinationStride)
                {
                    Unsafe.CopyBlockUnaligned(destination, source, (uint)size);
                }

                break;
        }
    }

    /// <summary>Gathers one field of scattered rows into a column.</summary>
    /// <param name="rows">The addresses of the rows.</param>
    /// <param name="offset">Where the field lies in a row.</param>
    /// <param name="destination">Where the column starts.</param>
    /// <param name="size">The bytes of the field.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gather(ReadOnlySpan<nint> rows, nint offset, byte* destination, int size)
    {
        switch (size)
        {
            case 1:
                foreach (var row in rows)
                {
                    *destination = ((byte*)row)[offset];
                    destination++;
                }

                break;
            case 4:
                foreach (var row in rows)
                {
                    Unsafe.CopyBlockUnaligned(destination, (byte*)row + offset, 4);
                    destination += 4;
                }

                break;
            case 8:
                foreach (var row in rows)
                {
                    Unsafe.CopyBlockUnaligned(destination, (byte*)row + offset, 8);
                    destination += 8;
                }

                break;
            case > 8 and <= 16:
                foreach (var row in rows)
                {
                    Copy16((byte*)row + offset, destination, size);
                    destination += size;
                }

                break;
            case > 16 and <= 32:
                foreach (var row in rows)
                {
                    Copy32((byte*)row + offset, destination, size);
                    destination += size;
                }

                break;
            case > 32 and <= 64:
                foreach (var row in rows)
                {
                    Copy64((byte*)row + offset, destination, size);
                    destination += size;
                }

                break;
            default:
                foreach (var row in rows)
                {
                    Unsafe.CopyBlockUnaligned(destination, (byte*)row + offset, (uint)size);
                    destination += size;
                }

                break;
        }
    }

    // 9 to 16 bytes.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Copy16(byte* source, byte* destination, int size)
    {
        var head = Unsafe.ReadUnaligned<ulong>(source);
        var tail = Unsafe.ReadUnaligned<ulong>(source + size - 8);
        Unsafe.WriteUnaligned(destination, head);
        Unsafe.WriteUnaligned(destination + size - 8, tail);
    }

    // 17 to 32 bytes.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Copy32(byte* source, byte* destination, int size)
    {
        var head = Vector128.Load(source);
        var tail = Vector128.Load(source + size - 16);
        head.Store(destination);
        tail.Store(destination + size - 16);
    }

    // 33 to 64 bytes.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Copy64(byte* source, byte* destination, int size)
    {
        var head = Vector256.Load(source);
        var tail = Vector256.Load(source + size - 32);
        head.Store(destination);
        tail.Store(destination + size - 32);
    }
}
