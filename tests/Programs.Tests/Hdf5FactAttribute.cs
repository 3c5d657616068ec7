using MemoryRL.Datasets;

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
