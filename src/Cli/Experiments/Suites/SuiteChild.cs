using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace MemoryRL.Cli;

/// <summary>What a child process came to.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="WallSeconds">How long it ran, in seconds.</param>
/// <param name="CoreSeconds">The processor time that it took, in seconds: good to the period at which it is looked at.</param>
/// <param name="LastLine">The last error that it named as this program does, or else the last line about errors, or the last one at all; null where it wrote nothing.</param>
internal readonly record struct ChildOutcome(int ExitCode, double WallSeconds, double CoreSeconds, string? LastLine);

/// <summary>Runs one child process on one core, with what it writes in a file.</summary>
internal static class SuiteChild
{
    // How Terminal.WriteError begins; a hint may stand below it.
    private const string ErrorMark = "memoryrl: ";

    private static readonly TimeSpan LookPeriod = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(30);

    /// <summary>Runs a program to its end.</summary>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="log">The file of what it writes, errors included.</param>
    /// <param name="cancellationToken">Asks the child to stop, and ends it where it does not within half a minute.</param>
    /// <returns>What it came to.</returns>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static async Task<ChildOutcome> RunAsync(SuiteProgram program, IEnumerable<string> arguments, string log, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program.FileName, [.. program.Arguments, .. arguments]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };

        // Runs side by side share the cores evenly when each believes to have one.
        start.Environment["DOTNET_PROCESSOR_COUNT"] = "1";
        var gate = new Lock();
        using var writer = new StreamWriter(log) { AutoFlush = true };
        using var process = new Process { StartInfo = start };
        string? lastOutput = null, lastError = null, lastNamed = null;
        void Take(string? line, ref string? last)
        {
            lock (gate)
            {
                if (line is not null)
                {
                    writer.WriteLine(line);
                    last = string.IsNullOrWhiteSpace(line) ? last : line.Trim();
                    lastNamed = line.StartsWith(ErrorMark, StringComparison.Ordinal) ? line.Trim() : lastNamed;
                }
            }
        }

        // The two arrive apart, in no order between them.
        process.OutputDataReceived += (_, line) => Take(line.Data, ref lastOutput);
        process.ErrorDataReceived += (_, line) => Take(line.Data, ref lastError);
        var startedAt = TimeProvider.System.GetTimestamp();
        _ = process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            var coreSeconds = await FollowAsync(process, cancellationToken);
            return new ChildOutcome(process.ExitCode, TimeProvider.System.GetElapsedTime(startedAt).TotalSeconds, coreSeconds, lastNamed ?? lastError ?? lastOutput);
        }
        catch (OperationCanceledException)
        {
            await StopAsync(process);
            throw;
        }
    }

    private static async Task<double> FollowAsync(Process process, CancellationToken cancellationToken)
    {
        var seconds = 0.0;
        var ended = process.WaitForExitAsync(cancellationToken);
        do
        {
            seconds = Math.Max(seconds, CoreSeconds(process));
        }
        while (await Task.WhenAny(ended, Task.Delay(LookPeriod, CancellationToken.None)) != ended);

        await ended;
        return seconds;
    }

    // Of a process that has just ended the system no longer says it.
    private static double CoreSeconds(Process process)
    {
        try
        {
            process.Refresh();
            return process.HasExited ? 0 : process.TotalProcessorTime.TotalSeconds;
        }
        catch (Exception error) when (error is InvalidOperationException or Win32Exception)
        {
            return 0;
        }
    }

    private static async Task StopAsync(Process process)
    {
        Ask(process);
        try
        {
            using var patience = new CancellationTokenSource(StopPatience);
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    // .NET itself can only end a process at once.
    private static void Ask(Process process)
    {
        try
        {
            if (OperatingSystem.IsWindows())
            {
                process.Kill(entireProcessTree: true);
                return;
            }

            using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
            kill.WaitForExit();
        }
        catch (Exception error) when (error is InvalidOperationException or Win32Exception)
        {
            // It has ended already, or there is no such command: then the wait runs out.
        }
    }
}
