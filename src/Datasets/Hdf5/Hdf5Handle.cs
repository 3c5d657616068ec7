using System.Runtime.InteropServices;

namespace MemoryRL.Datasets;

/// <summary>An id of the library (file, group, dataset, space, type, properties), given back when it is disposed or forgotten.</summary>
internal sealed class Hdf5Handle : SafeHandle
{
    /// <summary>Takes an id.</summary>
    /// <param name="id">The id; negative where the library could not make one.</param>
    public Hdf5Handle(long id)
        : base(-1, ownsHandle: true)
    {
        SetHandle(id < 0 ? -1 : (nint)id);
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle < 0;

    /// <summary>Gets the id. Read it, and use it, with the library taken: then nobody gives it back in between.</summary>
    public long Id => handle;

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        using var library = Hdf5Library.Enter();
        return Hdf5Native.Release(handle) >= 0;
    }
}
