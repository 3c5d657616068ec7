namespace MemoryRL.Environments;

/// <summary>The tasks that libmujoco simulates.</summary>
internal static class MuJoCoTasks
{
    /// <summary>Gets the tasks.</summary>
    public static IEnumerable<EnvironmentEntry> Entries => [];
}
