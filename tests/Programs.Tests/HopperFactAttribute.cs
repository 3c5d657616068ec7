using MemoryRL.Environments;

namespace MemoryRL.Programs.Tests;

/// <summary>A test that needs the task <c>hopper</c>; skipped, with the remedy as the reason, where it is not there.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class HopperFactAttribute : FactAttribute
{
    public HopperFactAttribute()
    {
        Skip = EnvironmentRegistry.Find("hopper").UnavailableReason;
    }
}
