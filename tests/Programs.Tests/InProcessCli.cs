using MemoryRL.Cli;

namespace MemoryRL.Programs.Tests;

/// <summary>The command line, run inside the test's process.</summary>
internal static class InProcessCli
{
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var exitCode = await MemoryRLCommandLine.RunAsync(arguments, new Terminal(output, errors, IsInteractive: false, UsesColor: false), CancellationToken.None);
        return (exitCode, output.ToString(), errors.ToString());
    }
}
