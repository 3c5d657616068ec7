namespace MemoryRL.Environments;

/// <summary>The tasks in mazes.</summary>
internal static class MazeTasks
{
    /// <summary>Gets the tasks.</summary>
    public static IEnumerable<EnvironmentEntry> Entries => [];
}
