namespace MemoryRL.Datasets;

/// <summary>An HDF5 file was to be read or written on a machine without the HDF5 library; the message says how to get it.</summary>
/// <param name="reason">What is missing, with the remedy.</param>
public sealed class Hdf5UnavailableException(string reason) : InvalidOperationException(reason);
