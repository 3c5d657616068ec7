using System.Runtime.InteropServices;

namespace MemoryRL.Core;

/// <summary>
/// The memory of one block of rows, outside of the collected heap because only there can its start lie on a huge page. Given back when it is
/// disposed, or collected.
/// </summary>
internal sealed unsafe class RowBlock : SafeHandle
{
    private const int CacheLineBytes = 64;

    private readonly long _bytes;

    /// <summary>Takes memory, whose contents are anything.</summary>
    /// <param name="rowBytes">The bytes of the rows, from the start.</param>
    /// <param name="bytes">The bytes of the block.</param>
    /// <exception cref="OutOfMemoryException">There is no such memory.</exception>
    public RowBlock(int rowBytes, int bytes)
        : base(0, ownsHandle: true)
    {
        var isHuge = rowBytes >= HugePages.Bytes;
        SetHandle((nint)NativeMemory.AlignedAlloc((nuint)bytes, isHuge ? (nuint)HugePages.Bytes : CacheLineBytes));
        _bytes = bytes;
        GC.AddMemoryPressure(bytes);
        if (isHuge)
        {
            HugePages.Advise(handle, rowBytes);
        }
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>Gets where the block starts; good until it is given back.</summary>
    public nint Address => handle;

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        NativeMemory.AlignedFree((void*)handle);
        GC.RemoveMemoryPressure(_bytes);
        return true;
    }
}
