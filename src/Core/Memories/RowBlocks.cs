using System.Runtime.CompilerServices;

namespace MemoryRL.Core;

/// <summary>
/// Rows numbered upwards without end, of which a sliding window is in memory: big aligned blocks are taken when the newest row enters one and
/// used again when the oldest has left one. A row's number never changes, so nothing wraps.
/// </summary>
/// <remarks>
/// Each block has one row more than it is numbered for: a copy of the first observation of the next block. So a step's next observation is
/// always one stride behind it. Behind the rows lies one bit a row: whether the row holds a step that may be sampled.
/// </remarks>
internal sealed unsafe class RowBlocks
{
    private const long SmallestBlockBytes = 64 << 10;
    private const long LargestBlockBytes = 32 << 20;

    private readonly int _stride;
    private readonly int _shift;
    private readonly int _mask;
    private readonly int _stepBits;
    private readonly int _blockBytes;
    private readonly Stack<RowBlock> _free = new();
    private nint[] _addresses = new nint[4];
    private RowBlock?[] _blocks = new RowBlock?[4];
    private long _firstBlock;
    private long _endBlock;

    /// <summary>Initializes an empty window.</summary>
    /// <param name="stride">The bytes of a row, a multiple of 8.</param>
    /// <param name="capacityRows">The most rows that will be held, from which the size of a block follows.</param>
    /// <param name="firstRow">The number of the first row that will be in the window.</param>
    public RowBlocks(int stride, long capacityRows, long firstRow = 0)
    {
        _stride = stride;
        var target = Math.Clamp(capacityRows / 8 * stride, SmallestBlockBytes, LargestBlockBytes);
        _shift = System.Numerics.BitOperations.Log2((ulong)Math.Max(1, target / stride));
        if ((2L << _shift) * stride is >= HugePages.Bytes and <= LargestBlockBytes)
        {
            // The bigger of the two powers of two nearby is the likelier to be whole huge pages.
            _shift++;
        }

        _mask = (1 << _shift) - 1;
        _stepBits = (RowsPerBlock + 1) * stride;
        _blockBytes = _stepBits + ((RowsPerBlock + 63) / 64 * sizeof(ulong));
        _firstBlock = _endBlock = firstRow >> _shift;
    }

    /// <summary>Gets the number of rows of a block, a power of two.</summary>
    public int RowsPerBlock => _mask + 1;

    /// <summary>Gets the address of a row in the window.</summary>
    /// <param name="row">The row's number.</param>
    /// <returns>Its address, good until the window leaves it.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public nint AddressOf(long row) => _addresses[(row >> _shift) & (_addresses.Length - 1)] + ((nint)(row & _mask) * _stride);

    /// <summary>Gets whether a row in the window holds a step.</summary>
    /// <param name="row">The row's number.</param>
    /// <returns>Whether it does.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool HoldsStep(long row)
    {
        var inBlock = (int)(row & _mask);
        var bits = (byte*)_addresses[(row >> _shift) & (_addresses.Length - 1)] + _stepBits;
        return ((bits[inBlock >> 3] >> (inBlock & 7)) & 1) != 0;
    }

    /// <summary>Gets how many rows from a row on lie in its block.</summary>
    /// <param name="row">The row's number.</param>
    /// <returns>1 or more.</returns>
    public int RowsToBlockEnd(long row) => RowsPerBlock - (int)(row & _mask);

    /// <summary>Marks rows of one block as steps.</summary>
    /// <param name="row">The first row's number.</param>
    /// <param name="count">How many, all in the block of the first.</param>
    public void MarkSteps(long row, int count)
    {
        var first = (int)(row & _mask);
        var bits = (byte*)_addresses[(row >> _shift) & (_addresses.Length - 1)] + _stepBits;
        for (var i = first; i < first + count;)
        {
            if ((i & 7) == 0 && first + count - i >= 8)
            {
                bits[i >> 3] = 0xFF;
                i += 8;
            }
            else
            {
                bits[i >> 3] |= (byte)(1 << (i & 7));
                i++;
            }
        }
    }

    /// <summary>Takes blocks until a row is in the window.</summary>
    /// <param name="row">The row's number, not before the window.</param>
    public void ExtendTo(long row)
    {
        var endBlock = (row >> _shift) + 1;
        while (_endBlock < endBlock)
        {
            if (_endBlock - _firstBlock == _addresses.Length)
            {
                GrowTable();
            }

            var slot = (int)(_endBlock & (_addresses.Length - 1));
            var block = _free.TryPop(out var used) ? used : new RowBlock(RowsPerBlock * _stride, _blockBytes);
            new Span<byte>((byte*)block.Address + _stepBits, _blockBytes - _stepBits).Clear();
            (_blocks[slot], _addresses[slot]) = (block, block.Address);
            _endBlock++;
        }
    }

    /// <summary>Gives back the blocks before a row; one is kept for use again.</summary>
    /// <param name="row">The number of the oldest row still needed.</param>
    public void ReleaseBefore(long row)
    {
        var firstBlock = Math.Min(row >> _shift, _endBlock);
        for (; _firstBlock < firstBlock; _firstBlock++)
        {
            var slot = (int)(_firstBlock & (_addresses.Length - 1));
            if (_free.Count == 0)
            {
                _free.Push(_blocks[slot]!);
            }
            else
            {
                _blocks[slot]!.Dispose();
            }

            (_blocks[slot], _addresses[slot]) = (null, 0);
        }
    }

    private void GrowTable()
    {
        var addresses = new nint[_addresses.Length * 2];
        var blocks = new RowBlock?[addresses.Length];
        for (var block = _firstBlock; block < _endBlock; block++)
        {
            var (from, to) = ((int)(block & (_addresses.Length - 1)), (int)(block & (addresses.Length - 1)));
            (addresses[to], blocks[to]) = (_addresses[from], _blocks[from]);
        }

        (_addresses, _blocks) = (addresses, blocks);
    }
}
