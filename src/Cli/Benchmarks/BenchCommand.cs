using System.CommandLine;

namespace MemoryRL.Cli;

/// <summary><c>memoryrl bench</c>: figures of this machine, ratios above all.</summary>
internal static class BenchCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="terminal">Where to write.</param>
    /// <returns>The command.</returns>
    public static Command Create(Terminal terminal) => new("bench", "Measure this build on this machine, beside what others use.")
    {
        EnvironmentBenchCommand.Create(terminal),
        TensorBenchCommand.Create(terminal),
    };
}
