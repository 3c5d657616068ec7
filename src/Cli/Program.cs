using System.Runtime.InteropServices;

namespace MemoryRL.Cli;

/// <summary>The program <c>memoryrl</c>.</summary>
internal static class Program
{
    /// <summary>Runs one command line. The first Ctrl-C (or SIGTERM) stops in order, the second at once.</summary>
    /// <param name="args">The arguments.</param>
    /// <returns>The exit code: see <see cref="ExitCode"/>.</returns>
    public static async Task<int> Main(string[] args)
    {
        using var stop = new CancellationTokenSource();
        void OnSignal(PosixSignalContext context)
        {
            context.Cancel = !stop.IsCancellationRequested;
            stop.Cancel();
        }

        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        return await MemoryRLCommandLine.RunAsync(args, Terminal.OfProcess(), stop.Token);
    }
}
