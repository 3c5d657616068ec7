namespace MemoryRL.Datasets;

/// <summary>
/// Rows of all columns that follow one another, read ahead in large blocks: the rows of the episode being read stay, those of earlier ones go.
/// It grows to the longest episode, and no further.
/// </summary>
internal sealed class D4rlWindow
{
    private const int BlockBytes = 4 << 20;

    private readonly Column[] _columns;
    private readonly long _rowCount;
    private readonly int _blockRows;
    private long _first;
    private int _count;

    /// <summary>Initializes the window, empty before the first row.</summary>
    /// <param name="columns">The columns.</param>
    /// <param name="rowCount">The number of rows in the file.</param>
    public D4rlWindow(IReadOnlyList<Hdf5Column> columns, long rowCount)
    {
        _columns = [.. columns.Select(static column => new Column(column))];
        _rowCount = rowCount;
        var rowBytes = columns.Sum(static column => (long)column.RowBytes);
        var rowsPerChunk = columns.Max(static column => column.Dataset.RowsPerChunk);

        // Whole chunks are unpacked straight into the window.
        var rows = Math.Max(BlockBytes / rowBytes, 1);
        rows = rows > rowsPerChunk ? rows / rowsPerChunk * rowsPerChunk : rows;
        _blockRows = (int)Math.Clamp(rows, 1, int.MaxValue);
    }

    /// <summary>Gets the row after the last one in the window.</summary>
    public long End => _first + _count;

    /// <summary>Gets whether rows follow those in the window.</summary>
    public bool HasMore => End < _rowCount;

    /// <summary>Gets rows of a column.</summary>
    /// <param name="column">Which column.</param>
    /// <param name="first">The first row, in the window.</param>
    /// <param name="count">How many.</param>
    /// <returns>Their bytes, until the window moves.</returns>
    public ReadOnlySpan<byte> Rows(int column, long first, int count) => _columns[column].Rows((int)(first - _first), count);

    /// <summary>Reads the next rows.</summary>
    /// <param name="keepFrom">The first row that is still needed.</param>
    /// <exception cref="DatasetFormatException">The file is damaged there, or the rows kept pass 2 GiB in one column.</exception>
    public void Advance(long keepFrom)
    {
        var dropped = (int)(keepFrom - _first);
        var kept = _count - dropped;
        var added = (int)Math.Min(_blockRows, _rowCount - End);
        foreach (var column in _columns)
        {
            column.Advance(dropped, kept, End, added);
        }

        _first = keepFrom;
        _count = kept + added;
    }

    private sealed class Column(Hdf5Column column)
    {
        private byte[] _rows = [];

        public ReadOnlySpan<byte> Rows(int first, int count) => _rows.AsSpan(first * column.RowBytes, count * column.RowBytes);

        public void Advance(int dropped, int kept, long next, int added)
        {
            var bytes = (long)(kept + added) * column.RowBytes;
            if (bytes > Array.MaxLength)
            {
                throw column.Dataset.Fault(next, $"expected an episode to end within {Array.MaxLength} bytes of rows but it goes on after {kept}.");
            }

            var source = _rows.AsSpan(dropped * column.RowBytes, kept * column.RowBytes);
            if (bytes > _rows.Length)
            {
                // Twice the size, so that a long episode is not copied at every block.
                var larger = new byte[Math.Min(kept == 0 ? bytes : 2 * bytes, Array.MaxLength)];
                source.CopyTo(larger);
                _rows = larger;
            }
            else
            {
                source.CopyTo(_rows);
            }

            column.Read(next, _rows.AsSpan(kept * column.RowBytes, added * column.RowBytes));
        }
    }
}
