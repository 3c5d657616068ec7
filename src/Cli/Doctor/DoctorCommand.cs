using System.CommandLine;
using MemoryRL.Datasets;
using MemoryRL.Environments;
using Spectre.Console;

namespace MemoryRL.Cli;

/// <summary><c>memoryrl doctor</c>: says what is there and what is missing, and how to get it.</summary>
internal static class DoctorCommand
{
    private static readonly Option<bool> Offline = new("--offline") { Description = "Do not ask the package feed." };

    private static readonly Option<double> ProbeSeconds = new("--probe-timeout")
    {
        Description = "Seconds after which a question to the package feed is given up.",
        HelpName = "seconds",
        DefaultValueFactory = _ => 60,
    };

    /// <summary>Makes the command.</summary>
    /// <param name="terminal">Where to write.</param>
    /// <returns>The command.</returns>
    public static Command Create(Terminal terminal)
    {
        var command = new Command("doctor", "Say what this machine has, what is missing, and how to get it. Nothing missing here keeps the default build from running.")
        {
            Offline,
            ProbeSeconds,
        };
        command.SetAction((result, cancellationToken) => RunAsync(terminal, result.GetValue(Offline), result.GetValue(ProbeSeconds), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Terminal terminal, bool isOffline, double probeSeconds, CancellationToken cancellationToken)
    {
        if (!(probeSeconds is > 0 and <= 3600))
        {
            throw new UsageException($"--probe-timeout: expected more than 0 and at most 3600 seconds but got {probeSeconds}.");
        }

        terminal.WriteLine($"memoryrl {BuildInformation.Version}, built with GrainHost={BuildInformation.GrainHost}, TensorEngine={BuildInformation.TensorEngine}");
        terminal.WriteLine();
        var limit = TimeSpan.FromSeconds(probeSeconds);
        var gpu = MachineChecks.FindGpuAsync(cancellationToken);
        Task<Finding>[] findings =
        [
            MachineChecks.FindDotnetAsync(cancellationToken),
            Task.FromResult(MachineChecks.FindProcessor()),
            Task.FromResult(MachineChecks.FindLibrary("MuJoCo", "version 2.2.2", MuJoCoLibrary.UnavailableReason, "the tasks hopper, walker2d, half-cheetah, ant, maze2d-* and antmaze-*")),
            Task.FromResult(MachineChecks.FindLibrary("HDF5", "version 1.10", Hdf5Library.UnavailableReason, "data sets in D4RL's and Minari's files")),
            gpu,
            ProbeAsync(PackageProbe.Orleans, isOffline, limit, cancellationToken),
            ProbeAsync(PackageProbe.TorchCpu, isOffline, limit, cancellationToken),
            ProbeCudaAsync(gpu, isOffline, limit, cancellationToken),
        ];
        foreach (var finding in findings)
        {
            Write(terminal, await finding);
        }

        terminal.WriteLine();
        terminal.WriteLine("Nothing missing above keeps the default build from running: memoryrl run four-rooms");

        return ExitCode.Done;
    }

    private static Task<Finding> ProbeAsync(PackageProbe probe, bool isOffline, TimeSpan limit, CancellationToken cancellationToken) =>
        isOffline ? Task.FromResult(new Finding(probe.Subject, FindingState.Skipped, "the package feed was not asked (--offline)")) : probe.RunAsync(limit, cancellationToken);

    // Its packages are gigabytes: where no GPU could use them, asking for them is a waste.
    private static async Task<Finding> ProbeCudaAsync(Task<Finding> gpu, bool isOffline, TimeSpan limit, CancellationToken cancellationToken) =>
        (await gpu).State != FindingState.Present
            ? new Finding(PackageProbe.TorchCuda.Subject, FindingState.Skipped, "no GPU here that could use it")
            : await ProbeAsync(PackageProbe.TorchCuda, isOffline, limit, cancellationToken);

    private static void Write(Terminal terminal, Finding finding)
    {
        var (mark, color) = finding.State switch
        {
            FindingState.Present => ("ok", "green"),
            FindingState.Missing => ("missing", "yellow"),
            _ => ("skipped", "grey"),
        };
        var subject = Markup.Escape(finding.Subject.PadRight(24));
        var line = $"[{color}]{mark,-8}[/] {subject}";
        terminal.Console.Markup(terminal.UsesColor ? line : Markup.Remove(line).EscapeMarkup());
        terminal.WriteLine($" {finding.Detail}");
        if (finding.Remedy is { } remedy)
        {
            terminal.WriteLine($"{"",33} {remedy}");
        }
    }
}
