using System.CommandLine;
using MemoryRL.Learning;

namespace MemoryRL.Cli;

/// <summary><c>memoryrl train</c>: makes a policy without agents that live with a memory: by search in a task, or from data that are there.</summary>
internal static class TrainCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="terminal">Where to write.</param>
    /// <returns>The command.</returns>
    public static Command Create(Terminal terminal)
    {
        var command = new Command("train", "Make a policy by random search in a task, or from data that are there.") { ArsCommand.Create(terminal) };
        foreach (var factory in LearningAlgorithms.LearnerFactories.Where(factory => factory.IsOffline))
        {
            command.Subcommands.Add(OfflineCommand.Create(factory, terminal));
        }

        return command;
    }
}
