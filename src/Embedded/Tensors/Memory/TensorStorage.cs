using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TorchSharp;

/// <summary>A block of bytes shared by the values that view it, 64-byte aligned and never moved by the collector.</summary>
/// <remarks>
/// It goes back to the pool when its last owner lets go. A block that nobody let go of is ordinary garbage: it is lost to the pool, never leaked.
/// Readers hold spans, so the array lives as long as a kernel runs over it.
/// </remarks>
internal sealed class TensorStorage
{
    internal const int Alignment = 64;

    private readonly byte[] _array;
    private readonly int _start;
    private int _owners;

    internal TensorStorage(int capacity)
    {
        Capacity = capacity;
        _array = GC.AllocateUninitializedArray<byte>(capacity + Alignment, pinned: true);
        var address = Marshal.UnsafeAddrOfPinnedArrayElement(_array, 0);
        _start = (int)((Alignment - (address % Alignment)) % Alignment);
    }

    /// <summary>Usable bytes.</summary>
    internal int Capacity { get; }

    /// <summary>Counts the writes in place, so that backward can tell that what it saved has changed.</summary>
    internal int Version { get; set; }

    internal void Claim()
    {
        Version = 0;
        _owners = 1;
    }

    internal void Retain() => Interlocked.Increment(ref _owners);

    internal void Release()
    {
        if (Interlocked.Decrement(ref _owners) == 0)
        {
            StoragePool.Return(this);
        }
    }

    internal bool HasOneOwner => Volatile.Read(ref _owners) == 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Span<T> Span<T>(long offset, long length)
        where T : unmanaged
        => MemoryMarshal.Cast<byte, T>(_array.AsSpan(_start + (int)(offset * Unsafe.SizeOf<T>()), (int)(length * Unsafe.SizeOf<T>())));
}
