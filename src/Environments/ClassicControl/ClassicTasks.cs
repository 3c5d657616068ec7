namespace MemoryRL.Environments;

/// <summary>The tasks of classic control.</summary>
internal static class ClassicTasks
{
    /// <summary>Gets the tasks.</summary>
    public static IEnumerable<EnvironmentEntry> Entries => [];
}
