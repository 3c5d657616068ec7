using System.CommandLine;
using MemoryRL.Client;
using MemoryRL.Datasets;

namespace MemoryRL.Cli;

/// <summary><c>memoryrl export</c>: writes what a memory holds as a file that other tools read.</summary>
internal static class ExportCommand
{
    private static readonly Option<string> Out = new("--out") { Description = "The file: .hdf5 in D4RL's layout. It appears whole or not at all.", HelpName = "file", Required = true };

    /// <summary>Makes the command.</summary>
    /// <param name="terminal">Where to write.</param>
    /// <returns>The command.</returns>
    public static Command Create(Terminal terminal)
    {
        var command = new Command("export", "Write the episodes of a memory as HDF5 in D4RL's layout, in bounded memory.")
        {
            MemoryOptions.Memory,
            MemoryOptions.State,
            MemoryOptions.Cluster,
            Out,
        };
        command.SetAction((result, cancellationToken) => MemoryHost.RunAsync(result, client => RunAsync(terminal, result, client, cancellationToken)));
        return command;
    }

    private static async Task<int> RunAsync(Terminal terminal, ParseResult result, MemoryClient client, CancellationToken cancellationToken)
    {
        var path = result.GetRequiredValue(Out);
        var memory = await client.OpenMemoryAsync(result.GetRequiredValue(MemoryOptions.Memory), cancellationToken);
        using var writer = D4rlFile.Create(path, memory.Spec.Experience);
        await foreach (var episode in memory.EnumerateAsync(cancellationToken))
        {
            writer.Append(episode.Episode);
        }

        writer.SetMetadata("source", $"memory '{memory.Name}' of MemoryRL {BuildInformation.Version}");
        writer.Complete();
        terminal.WriteLine($"{path}: {writer.EpisodeCount:#,0} episodes of {writer.StepCount:#,0} steps, {new FileInfo(path).Length / 1e6:0.0} MB");
        return ExitCode.Done;
    }
}
