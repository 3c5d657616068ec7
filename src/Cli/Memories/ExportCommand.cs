using System.CommandLine;
using MemoryRL.Client;

namespace MemoryRL.Cli;

/// <summary><c>memoryrl export</c>: writes what a memory holds as a data set that other tools read.</summary>
internal static class ExportCommand
{
    private static readonly Option<string> Out = new("--out")
    {
        Description = "The data set: .hdf5 is D4RL's layout, .safetensors one file, any other name a folder. It appears whole or not at all.",
        HelpName = "file or folder",
        Required = true,
    };

    private static readonly Option<ExportFormat> Format = new("--format") { Description = "The layout, where the name does not say it.", HelpName = "d4rl|minari|safetensors" };

    /// <summary>Makes the command.</summary>
    /// <param name="terminal">Where to write.</param>
    /// <returns>The command.</returns>
    public static Command Create(Terminal terminal)
    {
        var command = new Command("export", "Write the episodes of a memory as a data set: D4RL's HDF5, a Minari folder, or Safetensors.")
        {
            MemoryOptions.Memory,
            MemoryOptions.State,
            MemoryOptions.Cluster,
            Out,
            Format,
        };
        command.SetAction((result, cancellationToken) => MemoryHost.RunAsync(result, client => RunAsync(terminal, result, client, cancellationToken)));
        return command;
    }

    private static async Task<int> RunAsync(Terminal terminal, ParseResult result, MemoryClient client, CancellationToken cancellationToken)
    {
        var path = result.GetRequiredValue(Out);
        var memory = await client.OpenMemoryAsync(result.GetRequiredValue(MemoryOptions.Memory), cancellationToken);
        using var file = ExportFile.Create(path, result.GetValue(Format), memory.Spec.Experience, $"memory '{memory.Name}' of MemoryRL {BuildInformation.Version}");
        var (episodes, steps) = (0L, 0L);
        await foreach (var episode in memory.EnumerateAsync(cancellationToken))
        {
            file.Append(episode);
            episodes++;
            steps += episode.Episode.Length;
        }

        file.Complete();
        terminal.WriteLine($"{path}: {episodes:#,0} episodes of {steps:#,0} steps");
        return ExitCode.Done;
    }
}
