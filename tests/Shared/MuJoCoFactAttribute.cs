using MemoryRL.Environments;

namespace MemoryRL.Tests;

/// <summary>A test that needs libmujoco, and possibly recorded data; skipped with the remedy where they are not there.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class MuJoCoFactAttribute : FactAttribute
{
    public MuJoCoFactAttribute(params string[] files) => Skip = MuJoCoLibrary.UnavailableReason ?? DataFolder.Missing(files);
}

/// <summary>A <see cref="MuJoCoFactAttribute"/> over several cases.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class MuJoCoTheoryAttribute : TheoryAttribute
{
    public MuJoCoTheoryAttribute(params string[] files) => Skip = MuJoCoLibrary.UnavailableReason ?? DataFolder.Missing(files);
}
