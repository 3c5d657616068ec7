namespace MemoryRL.Datasets;

/// <summary>
/// Rows that the file keeps in chunks, each perhaps packed. A band is all chunks over the same rows; the last band used is kept, so that reading
/// forward unpacks every chunk once, whatever the chunks' shape.
/// </summary>
/// <remarks>
/// The usual chunks (plain, zlib, shuffled) are fetched as they lie in the file and unpacked here: .NET's zlib is the faster one, other threads
/// can use the library meanwhile, and a chunk that is missing, cut or of another size than promised is found, which the library would fill with
/// zeros or take for granted. Other filters and orders of bytes are the library's work.
/// </remarks>
internal sealed class Hdf5ChunkedRows : Hdf5Rows
{
    // Far above any file met (h5py's own choice is at most 1 MiB), far below what a damaged number would ask for.
    private const long MaxBandBytes = 512L << 20;

    private readonly Hdf5ChunkUnpacker? _unpacker;
    private readonly long _fileLength;
    private readonly int[] _chunk;
    private readonly long[] _tiles;
    private readonly long[] _tile;
    private readonly long _bandRows;
    private byte[] _band = [];
    private long _bandIndex = -1;

    /// <summary>Initializes the rows.</summary>
    /// <param name="reader">The file.</param>
    /// <param name="dataset">The dataset.</param>
    /// <param name="handle">Its handle.</param>
    /// <param name="chunk">The lengths of a chunk's dimensions.</param>
    /// <param name="filters">How chunks are packed, in the order in which they were.</param>
    /// <exception cref="DatasetFormatException">The chunks are larger than any that are read.</exception>
    public Hdf5ChunkedRows(Hdf5Reader reader, Hdf5Dataset dataset, Hdf5Handle handle, ReadOnlySpan<ulong> chunk, Hdf5Filter[] filters)
        : base(dataset, handle)
    {
        _fileLength = reader.Length;
        _chunk = new int[chunk.Length];
        _tiles = new long[chunk.Length];
        _tile = new long[chunk.Length];
        Int128 chunkBytes = dataset.Type.Bytes;
        for (var i = 0; i < chunk.Length; i++)
        {
            chunkBytes = Int128.Min(chunkBytes * Math.Max(chunk[i], 1), long.MaxValue);
            CheckSize(chunkBytes);
            _chunk[i] = (int)Math.Max(chunk[i], 1);
            _tiles[i] = (dataset.Shape[i] / _chunk[i]) + (dataset.Shape[i] % _chunk[i] == 0 ? 0 : 1);
        }

        _bandRows = Math.Max(1, Math.Min(_chunk[0], dataset.RowCount));
        CheckSize((Int128)_bandRows * dataset.RowBytes);
        _unpacker = dataset.Type.IsLittleEndian && Hdf5ChunkUnpacker.CanUnpack(filters) ? new Hdf5ChunkUnpacker(dataset, (int)chunkBytes, filters) : null;
    }

    /// <inheritdoc/>
    public override long RowsPerChunk => _bandRows;

    /// <inheritdoc/>
    public override void Read(long first, Span<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            var index = first / _chunk[0];
            var start = index * _chunk[0];
            var bandBytes = (int)(Math.Min(_chunk[0], Dataset.RowCount - start) * Dataset.RowBytes);
            var skipped = (int)(first - start) * Dataset.RowBytes;
            var taken = Math.Min(bandBytes - skipped, destination.Length);
            if (taken == bandBytes)
            {
                Load(index, destination[..taken]);
            }
            else
            {
                Keep(index, bandBytes).Slice(skipped, taken).CopyTo(destination);
            }

            destination = destination[taken..];
            first += taken / Dataset.RowBytes;
        }
    }

    private ReadOnlySpan<byte> Keep(long index, int bandBytes)
    {
        if (_bandIndex != index)
        {
            _bandIndex = -1;
            _band = _band.Length >= bandBytes ? _band : new byte[bandBytes];
            Load(index, _band.AsSpan(0, bandBytes));
            _bandIndex = index;
        }

        return _band.AsSpan(0, bandBytes);
    }

    private void Load(long index, Span<byte> band)
    {
        if (_unpacker is null)
        {
            ReadByLibrary(index * _chunk[0], band);
            return;
        }

        Array.Clear(_tile);
        _tile[0] = index;
        do
        {
            Scatter(Fetch(_unpacker), 0, band, 0, 0);
        }
        while (NextTile());
    }

    private unsafe ReadOnlySpan<byte> Fetch(Hdf5ChunkUnpacker unpacker)
    {
        var offset = stackalloc ulong[_tile.Length];
        for (var i = 0; i < _tile.Length; i++)
        {
            offset[i] = (ulong)(_tile[i] * _chunk[i]);
        }

        var row = (long)offset[0];
        var skipped = 0u;
        Span<byte> packed;
        using (Hdf5Library.Enter())
        {
            var bytes = 0UL;
            if (Hdf5Native.GetChunkStorageSize(Handle.Id, offset, &bytes) < 0 || bytes == 0)
            {
                throw Dataset.Fault(row, "expected a chunk of rows in the file but there is none.");
            }

            if (bytes > (ulong)_fileLength || bytes > (ulong)Array.MaxLength)
            {
                throw Dataset.Fault(row, $"expected a chunk within the file's {_fileLength} bytes but got one of {bytes}.");
            }

            packed = unpacker.TakePacked((int)bytes);
            fixed (byte* target = packed)
            {
                if (Hdf5Native.ReadChunk(Handle.Id, Hdf5Native.DefaultProperties, offset, &skipped, target) < 0)
                {
                    _ = Hdf5Errors.CheckRead(-1, Dataset.File, Dataset.Place, $"the chunk at row {row} cannot be read");
                }
            }
        }

        return unpacker.Unpack(packed.Length, skipped, row);
    }

    // The chunk hangs over the edge of the data where the lengths do not divide: only what lies inside is copied.
    private void Scatter(ReadOnlySpan<byte> chunk, long chunkIndex, Span<byte> band, long bandIndex, int dimension)
    {
        var origin = dimension == 0 ? 0 : _tile[dimension] * _chunk[dimension];
        var rows = dimension == 0 ? band.Length / Dataset.RowBytes : Dataset.Shape[dimension];
        var count = (int)Math.Min(_chunk[dimension], rows - origin);
        bandIndex = (bandIndex * rows) + origin;
        chunkIndex *= _chunk[dimension];
        var bytes = Dataset.Type.Bytes;
        if (dimension == _chunk.Length - 1)
        {
            chunk.Slice((int)chunkIndex * bytes, count * bytes).CopyTo(band[((int)bandIndex * bytes)..]);
        }
        else if (dimension == _chunk.Length - 2)
        {
            ScatterLines(chunk[((int)chunkIndex * _chunk[^1] * bytes)..], band[(int)(bandIndex * Dataset.Shape[^1] * bytes)..], count);
        }
        else
        {
            for (var i = 0; i < count; i++)
            {
                Scatter(chunk, chunkIndex + i, band, bandIndex + i, dimension + 1);
            }
        }
    }

    private void ScatterLines(ReadOnlySpan<byte> chunk, Span<byte> band, int count)
    {
        var bytes = Dataset.Type.Bytes;
        var (from, to) = (_chunk[^1] * bytes, (int)Dataset.Shape[^1] * bytes);
        var origin = (int)(_tile[^1] * _chunk[^1]) * bytes;
        var taken = Math.Min(from, to - origin);
        if (from == to)
        {
            chunk[..(count * from)].CopyTo(band);
            return;
        }

        for (var i = 0; i < count; i++)
        {
            chunk.Slice(i * from, taken).CopyTo(band[((i * to) + origin)..]);
        }
    }

    private bool NextTile()
    {
        for (var i = _tile.Length - 1; i > 0; i--)
        {
            if (++_tile[i] < _tiles[i])
            {
                return true;
            }

            _tile[i] = 0;
        }

        return false;
    }

    private void CheckSize(Int128 bytes)
    {
        if (bytes > MaxBandBytes)
        {
            throw Dataset.Fault(null, $"expected chunks of rows of at most {MaxBandBytes} bytes but got {bytes}.");
        }
    }
}
