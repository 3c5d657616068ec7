using MemoryRL.Tests;

namespace MemoryRL.Datasets.Tests;

/// <summary>A test that needs the HDF5 library; skipped, with the remedy as the reason, where it is not there.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class Hdf5FactAttribute : FactAttribute
{
    public Hdf5FactAttribute() => Skip = Hdf5Library.UnavailableReason;
}

/// <summary>A theory that needs the HDF5 library.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class Hdf5TheoryAttribute : TheoryAttribute
{
    public Hdf5TheoryAttribute() => Skip = Hdf5Library.UnavailableReason;
}

/// <summary>A test that needs the HDF5 library and h5py, the other side of its files.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class H5pyFactAttribute : FactAttribute
{
    public H5pyFactAttribute() => Skip = Hdf5Library.UnavailableReason ?? H5py.UnavailableReason;
}

/// <summary>A theory that needs the HDF5 library and h5py.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class H5pyTheoryAttribute : TheoryAttribute
{
    public H5pyTheoryAttribute() => Skip = Hdf5Library.UnavailableReason ?? H5py.UnavailableReason;
}

/// <summary>A test that needs the HDF5 library and a file of the data folder.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class Hdf5DataFactAttribute : FactAttribute
{
    public Hdf5DataFactAttribute(string file) => Skip = Hdf5Library.UnavailableReason ?? DataFolder.Missing(file);
}
