using System.CommandLine;

namespace MemoryRL.Cli;

/// <summary><c>memoryrl train</c>: makes a policy without agents that live with a memory: by search in a task, or from data that are there.</summary>
internal static class TrainCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="terminal">Where to write.</param>
    /// <returns>The command.</returns>
    public static Command Create(Terminal terminal) => new("train", "Make a policy by random search in a task, or by cloning what data show.")
    {
        ArsCommand.Create(terminal),
        CloneCommand.Create(terminal),
    };
}
