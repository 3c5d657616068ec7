using System.Text;

namespace MemoryRL.Datasets;

/// <summary>Text and single numbers, as data sets keep their metadata.</summary>
internal static class Hdf5Text
{
    private const int MaxTextBytes = 16 << 20;

    /// <summary>Reads the first element of a dataset as text.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="handle">Its handle.</param>
    /// <returns>The text; numbers are written invariantly.</returns>
    /// <exception cref="DatasetFormatException">The dataset is damaged, empty or of a type that is not read.</exception>
    public static string Read(Hdf5Dataset dataset, Hdf5Handle handle)
    {
        if (dataset.RowCount < 1 || dataset.Type.Bytes is < 1 or > MaxTextBytes || dataset.Shape.Any(static length => length != 1))
        {
            throw dataset.Fault(null, "expected one value.");
        }

        if (dataset.Type.Kind == Hdf5Kind.VariableText)
        {
            return ReadVariable(dataset, handle);
        }

        var bytes = new byte[dataset.Type.Bytes];
        ReadElement(dataset, handle, bytes);
        return dataset.Type.Kind == Hdf5Kind.Text ? Decode(bytes) : Hdf5Numbers.Format(dataset.Type, bytes, 0);
    }

    /// <summary>Decodes text up to the first null byte.</summary>
    /// <param name="bytes">UTF-8.</param>
    /// <returns>The text.</returns>
    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? bytes : bytes[..end]);
    }

    private static unsafe void ReadElement(Hdf5Dataset dataset, Hdf5Handle handle, Span<byte> destination)
    {
        const string Fault = "it cannot be read";
        using var library = Hdf5Library.Enter();
        using var type = Hdf5Errors.Opened(Hdf5Native.GetDatasetType(handle.Id), dataset.File, dataset.Place, Fault);
        var memoryType = dataset.Type.Kind is Hdf5Kind.Boolean or Hdf5Kind.Text ? type.Id : dataset.Type.NativeId();
        fixed (byte* target = destination)
        {
            _ = Hdf5Errors.CheckRead(
                Hdf5Native.Read(handle.Id, memoryType, Hdf5Native.WholeSpace, Hdf5Native.WholeSpace, Hdf5Native.DefaultProperties, target), dataset.File, dataset.Place, Fault);
        }
    }

    private static string ReadVariable(Hdf5Dataset dataset, Hdf5Handle handle)
    {
        ulong address;
        using (Hdf5Library.Enter())
        {
            address = Hdf5Native.GetStorageSize(handle.Id) == Hdf5TextHeap.ReferenceBytes ? Hdf5Native.GetOffset(handle.Id) : ulong.MaxValue;
        }

        return address == ulong.MaxValue ? throw dataset.Fault(null, "expected text kept as HDF5 1.10 and h5py keep a single one.") : Hdf5TextHeap.Read(dataset, (long)address);
    }
}
