using System.Collections.Immutable;
using System.IO.Compression;

namespace MemoryRL.Datasets;

/// <summary>How the rows of a dataset are chunked and packed.</summary>
/// <param name="CompressionLevel">zlib's level from 1 (fastest) to 9 (smallest); 0 for no packing.</param>
/// <param name="ChunkBytes">About how many bytes a chunk has unpacked.</param>
/// <param name="MaxChunkRows">How many rows a chunk has at most.</param>
internal readonly record struct Hdf5ColumnOptions(int CompressionLevel, int ChunkBytes = 256 << 10, int MaxChunkRows = 16384)
{
    /// <summary>Chooses the rows of a chunk.</summary>
    /// <param name="rowBytes">The bytes of a row.</param>
    /// <returns>How many.</returns>
    public int ChunkRows(long rowBytes) => (int)Math.Clamp(ChunkBytes / Math.Max(rowBytes, 1), 1, MaxChunkRows);
}

/// <summary>A dataset that grows by rows, whole chunks at a time: each is packed here and written once.</summary>
internal sealed class Hdf5ColumnWriter : IDisposable
{
    private readonly string _file;
    private readonly string _place;
    private readonly Hdf5Handle _dataset;
    private readonly ImmutableArray<int> _rowShape;
    private readonly int _rowBytes;
    private readonly int _compressionLevel;
    private readonly byte[] _chunk;
    private readonly MemoryStream _packed = new();
    private int _filled;
    private long _rowsWritten;

    /// <summary>Initializes the column.</summary>
    /// <param name="file">The file, for error messages.</param>
    /// <param name="place">The dataset's path.</param>
    /// <param name="dataset">The dataset, which is closed with this one.</param>
    /// <param name="rowShape">The shape of a row.</param>
    /// <param name="rowBytes">The bytes of a row.</param>
    /// <param name="chunkRows">The rows of a chunk.</param>
    /// <param name="compressionLevel">zlib's level; 0 for no packing.</param>
    public Hdf5ColumnWriter(string file, string place, Hdf5Handle dataset, ImmutableArray<int> rowShape, int rowBytes, int chunkRows, int compressionLevel)
    {
        _file = file;
        _place = place;
        _dataset = dataset;
        _rowShape = rowShape;
        _rowBytes = rowBytes;
        _compressionLevel = compressionLevel;
        _chunk = new byte[checked(chunkRows * rowBytes)];
    }

    /// <summary>Adds rows.</summary>
    /// <param name="rows">Whole rows as bytes.</param>
    /// <exception cref="IOException">They cannot be written.</exception>
    public void Append(ReadOnlySpan<byte> rows)
    {
        while (!rows.IsEmpty)
        {
            var taken = Math.Min(rows.Length, _chunk.Length - _filled);
            rows[..taken].CopyTo(_chunk.AsSpan(_filled));
            Advance(taken);
            rows = rows[taken..];
        }
    }

    /// <summary>Adds the same byte many times.</summary>
    /// <param name="value">The byte.</param>
    /// <param name="count">How often.</param>
    /// <exception cref="IOException">The rows cannot be written.</exception>
    public void AppendRepeated(byte value, int count)
    {
        while (count > 0)
        {
            var taken = Math.Min(count, _chunk.Length - _filled);
            _chunk.AsSpan(_filled, taken).Fill(value);
            Advance(taken);
            count -= taken;
        }
    }

    /// <summary>Writes the rows that do not fill a chunk: the last ones.</summary>
    /// <exception cref="IOException">They cannot be written.</exception>
    public void Complete()
    {
        if (_filled > 0)
        {
            _chunk.AsSpan(_filled).Clear();
            WriteChunk(_filled / _rowBytes);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _packed.Dispose();
        _dataset.Dispose();
    }

    private void Advance(int bytes)
    {
        _filled += bytes;
        if (_filled == _chunk.Length)
        {
            WriteChunk(_chunk.Length / _rowBytes);
        }
    }

    private unsafe void WriteChunk(int rows)
    {
        var bytes = Pack();
        var rank = _rowShape.Length + 1;
        var shape = stackalloc ulong[rank];
        var offset = stackalloc ulong[rank];
        (shape[0], offset[0]) = ((ulong)(_rowsWritten + rows), (ulong)_rowsWritten);
        for (var i = 1; i < rank; i++)
        {
            (shape[i], offset[i]) = ((ulong)_rowShape[i - 1], 0);
        }

        using var library = Hdf5Library.Enter();
        _ = Hdf5Errors.CheckWritten(Hdf5Native.SetExtent(_dataset.Id, shape), _file, _place);
        fixed (byte* source = bytes)
        {
            _ = Hdf5Errors.CheckWritten(Hdf5Native.WriteChunk(_dataset.Id, Hdf5Native.DefaultProperties, 0, offset, (nuint)bytes.Length, source), _file, _place);
        }

        _rowsWritten += rows;
        _filled = 0;
    }

    private ReadOnlySpan<byte> Pack()
    {
        if (_compressionLevel == 0)
        {
            return _chunk;
        }

        _packed.SetLength(0);
        using (var stream = new ZLibStream(_packed, new ZLibCompressionOptions { CompressionLevel = _compressionLevel }, leaveOpen: true))
        {
            stream.Write(_chunk);
        }

        return _packed.GetBuffer().AsSpan(0, (int)_packed.Length);
    }
}
