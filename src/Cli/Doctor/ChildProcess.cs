using System.ComponentModel;
using System.Diagnostics;

namespace MemoryRL.Cli;

/// <summary>What another program answered.</summary>
/// <param name="ExitCode">Its exit code, or null when it was stopped at the time limit.</param>
/// <param name="Output">What it wrote, errors included.</param>
internal sealed record ChildAnswer(int? ExitCode, string Output);

/// <summary>Runs another program to its end, or to a time limit.</summary>
internal static class ChildProcess
{
    /// <summary>Runs a program.</summary>
    /// <param name="fileName">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="workingDirectory">Where it runs.</param>
    /// <param name="limit">After how long it is stopped, its children included.</param>
    /// <param name="cancellationToken">Stops it early.</param>
    /// <returns>What it answered, or null when there is no such program.</returns>
    public static async Task<ChildAnswer?> RunAsync(string fileName, IEnumerable<string> arguments, string workingDirectory, TimeSpan limit, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(fileName, arguments) { WorkingDirectory = workingDirectory, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_NOLOGO"] = "1";
        using var process = new Process { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (Win32Exception)
        {
            return null;
        }

        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timer.CancelAfter(limit);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(timer.Token);
            var error = process.StandardError.ReadToEndAsync(timer.Token);
            await process.WaitForExitAsync(timer.Token);
            return new ChildAnswer(process.ExitCode, await output + await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            cancellationToken.ThrowIfCancellationRequested();
            return new ChildAnswer(null, "");
        }
    }
}
