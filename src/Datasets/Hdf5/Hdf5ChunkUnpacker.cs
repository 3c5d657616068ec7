using System.IO.Compression;

namespace MemoryRL.Datasets;

/// <summary>Unpacks chunks of one dataset, each to exactly the size that the dataset promises.</summary>
/// <param name="dataset">The dataset.</param>
/// <param name="chunkBytes">The bytes of an unpacked chunk.</param>
/// <param name="filters">How chunks are packed, in the order in which they were.</param>
internal sealed class Hdf5ChunkUnpacker(Hdf5Dataset dataset, int chunkBytes, Hdf5Filter[] filters)
{
    private byte[] _packed = [];
    private byte[] _unpacked = [];
    private byte[] _spare = [];

    /// <summary>Says whether chunks packed so can be unpacked here.</summary>
    /// <param name="filters">The filters.</param>
    /// <returns>Whether they are zlib and shuffling, each at most once.</returns>
    public static bool CanUnpack(Hdf5Filter[] filters) => filters is [] or [Hdf5Filter.Deflate] or [Hdf5Filter.Shuffle] or [Hdf5Filter.Shuffle, Hdf5Filter.Deflate];

    /// <summary>Gets room for a packed chunk.</summary>
    /// <param name="bytes">Its bytes.</param>
    /// <returns>The room.</returns>
    public Span<byte> TakePacked(int bytes)
    {
        _packed = _packed.Length >= bytes ? _packed : new byte[bytes];
        return _packed.AsSpan(0, bytes);
    }

    /// <summary>Unpacks the chunk in the room last taken.</summary>
    /// <param name="bytes">Its bytes.</param>
    /// <param name="skipped">A bit for each filter that was not applied to it.</param>
    /// <param name="row">Its first row, for error messages.</param>
    /// <returns>The chunk, until the next one is unpacked.</returns>
    /// <exception cref="DatasetFormatException">It is damaged.</exception>
    public ReadOnlySpan<byte> Unpack(int bytes, uint skipped, long row)
    {
        var chunk = _packed.AsSpan(0, bytes);
        for (var i = filters.Length - 1; i >= 0; i--)
        {
            if ((skipped & (1u << i)) == 0)
            {
                chunk = filters[i] == Hdf5Filter.Deflate ? Inflate(chunk.Length, row) : Unshuffle(chunk, row);
            }
        }

        CheckSize(chunk.Length, row);
        return chunk;
    }

    private Span<byte> Inflate(int bytes, long row)
    {
        _unpacked = _unpacked.Length > 0 ? _unpacked : new byte[chunkBytes];
        try
        {
            using var stream = new ZLibStream(new MemoryStream(_packed, 0, bytes, writable: false), CompressionMode.Decompress);
            var count = stream.ReadAtLeast(_unpacked, chunkBytes, throwOnEndOfStream: false);
            CheckSize(count, row);

            // The check sum comes after the data: one more byte must not, and asking for it makes zlib compare.
            CheckSize(count + Math.Max(0, stream.ReadByte() < 0 ? 0 : 1), row);
            return _unpacked.AsSpan(0, count);
        }
        catch (InvalidDataException error)
        {
            throw new DatasetFormatException(dataset.File, dataset.Place, row, "expected a chunk packed by zlib but it is damaged.", error);
        }
    }

    private Span<byte> Unshuffle(Span<byte> chunk, long row)
    {
        CheckSize(chunk.Length, row);
        _spare = _spare.Length > 0 ? _spare : new byte[chunkBytes];
        var width = dataset.Type.Bytes;
        var count = chunk.Length / width;
        for (var place = 0; place < width; place++)
        {
            var plane = chunk.Slice(place * count, count);
            for (var i = 0; i < plane.Length; i++)
            {
                _spare[(i * width) + place] = plane[i];
            }
        }

        return _spare.AsSpan(0, chunkBytes);
    }

    private void CheckSize(int bytes, long row)
    {
        if (bytes != chunkBytes)
        {
            throw dataset.Fault(row, $"expected a chunk of {chunkBytes} bytes but got {(bytes > chunkBytes ? "more" : bytes)}.");
        }
    }
}
