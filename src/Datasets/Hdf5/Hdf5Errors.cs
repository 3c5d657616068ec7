using System.Runtime.InteropServices;

namespace MemoryRL.Datasets;

/// <summary>Turns the library's error stack into our errors.</summary>
internal static class Hdf5Errors
{
    private const int InnermostFirst = 0;

    /// <summary>Checks what a reading call answered.</summary>
    /// <param name="result">The answer; negative for an error.</param>
    /// <param name="file">The file.</param>
    /// <param name="place">The dataset, group or attribute; null for the whole file.</param>
    /// <param name="fault">What could not be done, such as <c>its type cannot be read</c>.</param>
    /// <returns>The answer.</returns>
    /// <exception cref="DatasetFormatException">The call failed.</exception>
    public static long CheckRead(long result, string file, string? place, string fault) =>
        result >= 0 ? result : throw new DatasetFormatException(file, place, null, $"{fault}{Reason()}.");

    /// <summary>Checks what a writing call answered.</summary>
    /// <param name="result">The answer; negative for an error.</param>
    /// <param name="file">The file.</param>
    /// <param name="place">The dataset, group or attribute; null for the whole file.</param>
    /// <returns>The answer.</returns>
    /// <exception cref="IOException">The call failed.</exception>
    public static long CheckWritten(long result, string file, string? place) =>
        result >= 0 ? result : throw new IOException($"{file}: {(place is null ? "it" : $"'{place}'")} cannot be written{Reason()}.");

    /// <summary>Takes an id that a reading call gave.</summary>
    /// <param name="id">The id; negative for an error.</param>
    /// <param name="file">The file.</param>
    /// <param name="place">The dataset, group or attribute; null for the whole file.</param>
    /// <param name="fault">What could not be done.</param>
    /// <returns>The handle.</returns>
    /// <exception cref="DatasetFormatException">The call failed.</exception>
    public static Hdf5Handle Opened(long id, string file, string? place, string fault) => new(CheckRead(id, file, place, fault));

    /// <summary>Takes an id that a writing call gave.</summary>
    /// <param name="id">The id; negative for an error.</param>
    /// <param name="file">The file.</param>
    /// <param name="place">The dataset, group or attribute; null for the whole file.</param>
    /// <returns>The handle.</returns>
    /// <exception cref="IOException">The call failed.</exception>
    public static Hdf5Handle Created(long id, string file, string? place) => new(CheckWritten(id, file, place));

    private static unsafe string Reason()
    {
        var errors = new List<string>();
        var list = GCHandle.Alloc(errors);
        try
        {
            _ = Hdf5Native.WalkErrors(Hdf5Native.DefaultStack, InnermostFirst, &Hdf5Native.CollectError, GCHandle.ToIntPtr(list));
        }
        finally
        {
            list.Free();
        }

        return errors.Count == 0 ? "" : $": HDF5 says '{errors[0]}'";
    }
}
