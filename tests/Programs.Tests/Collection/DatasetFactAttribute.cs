using MemoryRL.Datasets;
using MemoryRL.Environments;
using MemoryRL.Tests;

namespace MemoryRL.Programs.Tests;

/// <summary>A test that needs libhdf5, libmujoco and published policies; skipped with the remedy where they are not there.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class DatasetFactAttribute : FactAttribute
{
    public DatasetFactAttribute(params string[] files) => Skip = Hdf5Library.UnavailableReason ?? MuJoCoLibrary.UnavailableReason ?? DataFolder.Missing(files);
}
