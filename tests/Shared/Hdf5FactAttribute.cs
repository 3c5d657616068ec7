using MemoryRL.Datasets;

namespace MemoryRL.Tests;

/// <summary>A test that needs the HDF5 library, and possibly recorded data; skipped with the remedy where they are not there.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class Hdf5FactAttribute : FactAttribute
{
    public Hdf5FactAttribute(params string[] files) => Skip = Hdf5Library.UnavailableReason ?? DataFolder.Missing(files);
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
    private static readonly Lazy<string?> Reason = new(() => Hdf5Library.UnavailableReason ?? new PythonFactAttribute("h5py", "`apt-get install python3-h5py`").Skip);

    public H5pyFactAttribute() => Skip = UnavailableReason;

    /// <summary>Gets why h5py cannot check our files, or null.</summary>
    public static string? UnavailableReason => Reason.Value;
}

/// <summary>A <see cref="H5pyFactAttribute"/> over several cases.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class H5pyTheoryAttribute : TheoryAttribute
{
    public H5pyTheoryAttribute() => Skip = H5pyFactAttribute.UnavailableReason;
}
