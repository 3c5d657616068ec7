using System.Numerics;

namespace TorchSharp;

/// <summary>Keeps released blocks by size, so that a training loop allocates its blocks in its first update and none after it.</summary>
/// <remarks>Sizes are powers of two up to 4 KiB and quarters of powers of two above, so at most a fifth of a large block is unused.</remarks>
internal static class StoragePool
{
    private const int SmallestBlock = 256;
    private const int LastPowerOfTwo = 4096;
    private const int Classes = 128;
    private const long KeptBytesLimit = 512L << 20;

    private static readonly Stack<TensorStorage>[] Shelves = CreateShelves();
    private static long _keptBytes;
    private static long _allocatedBlocks;

    /// <summary>Blocks ever allocated, the figure that stands still in a steady loop.</summary>
    internal static long AllocatedBlocks => Interlocked.Read(ref _allocatedBlocks);

    internal static TensorStorage Rent(long bytes)
    {
        if (bytes > int.MaxValue - TensorStorage.Alignment)
        {
            throw new TensorException($"a tensor of {bytes} bytes was asked for; the managed engine holds at most 2 GiB in one tensor");
        }

        var capacity = RoundUp((int)bytes, out var size);
        TensorStorage? block = null;
        var shelf = Shelves[size];
        lock (shelf)
        {
            if (shelf.TryPop(out block))
            {
                _ = Interlocked.Add(ref _keptBytes, -block.Capacity);
            }
        }

        if (block is null)
        {
            _ = Interlocked.Increment(ref _allocatedBlocks);
            block = new TensorStorage(capacity);
        }

        block.Claim();
        return block;
    }

    internal static void Return(TensorStorage block)
    {
        if (Interlocked.Read(ref _keptBytes) + block.Capacity > KeptBytesLimit)
        {
            return;
        }

        _ = RoundUp(block.Capacity, out var size);
        var shelf = Shelves[size];
        lock (shelf)
        {
            shelf.Push(block);
            _ = Interlocked.Add(ref _keptBytes, block.Capacity);
        }
    }

    private static int RoundUp(int bytes, out int size)
    {
        if (bytes <= LastPowerOfTwo)
        {
            var power = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(bytes, SmallestBlock));
            size = BitOperations.Log2((uint)power) - BitOperations.Log2(SmallestBlock);
            return power;
        }

        var log = BitOperations.Log2((uint)(bytes - 1));
        var quarter = 1 << (log - 2);
        var quarters = (bytes + quarter - 1) / quarter;
        size = 8 + (4 * (log - 12)) + (quarters - 5);
        return (int)Math.Min((long)quarters * quarter, int.MaxValue - TensorStorage.Alignment);
    }

    private static Stack<TensorStorage>[] CreateShelves()
    {
        var shelves = new Stack<TensorStorage>[Classes];
        for (var i = 0; i < Classes; i++)
        {
            shelves[i] = new Stack<TensorStorage>();
        }

        return shelves;
    }
}
