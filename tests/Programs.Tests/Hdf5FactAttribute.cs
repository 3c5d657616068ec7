using MemoryRL.Datasets;
using MemoryRL.Tests;

namespace MemoryRL.Programs.Tests;

/// <summary>A test that needs the HDF5 library; skipped with the remedy where it is not there.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class Hdf5FactAttribute : FactAttribute
{
    public Hdf5FactAttribute() => Skip = Hdf5Library.UnavailableReason;
}

/// <summary>A <see cref="Hdf5FactAttribute"/> over several cases.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class Hdf5TheoryAttribute : TheoryAttribute
{
    public Hdf5TheoryAttribute() => Skip = Hdf5Library.UnavailableReason;
}

/// <summary>A test that needs the HDF5 library and h5py, the other side of its files.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class H5pyFactAttribute : FactAttribute
{
    public H5pyFactAttribute() => Skip = Hdf5Library.UnavailableReason ?? new PythonFactAttribute("h5py", "apt-get install python3-h5py").Skip;
}
