using System.CommandLine;
using System.CommandLine.Help;
using System.Diagnostics.CodeAnalysis;

namespace MemoryRL.Cli;

/// <summary>The command line: its commands, and what becomes of their errors. A further command is one more line in <see cref="CreateRoot"/>.</summary>
internal static class MemoryRLCommandLine
{
    /// <summary>Gets the switch that shows where an error arose; every command has it.</summary>
    public static Option<bool> Verbose { get; } = new("--verbose") { Description = "Show where an error arose, and the host's log.", Recursive = true };

    /// <summary>Runs one command line.</summary>
    /// <param name="args">The arguments.</param>
    /// <param name="terminal">Where to write.</param>
    /// <param name="cancellationToken">Stops the command in order.</param>
    /// <returns>The exit code: see <see cref="ExitCode"/>.</returns>
    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "The outermost boundary: whatever went wrong becomes one line and an exit code.")]
    public static async Task<int> RunAsync(string[] args, Terminal terminal, CancellationToken cancellationToken)
    {
        var result = CreateRoot(terminal).Parse(args);
        if (result.Errors.Count > 0 && result.Action is not HelpAction)
        {
            return Refuse(terminal, result, WordOf(result) ?? result.Errors[0].Message);
        }

        try
        {
            var configuration = new InvocationConfiguration { Output = terminal.Out, Error = terminal.Error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
            return await result.InvokeAsync(configuration, cancellationToken);
        }
        catch (UsageException error)
        {
            return Refuse(terminal, result, error.Message);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            terminal.WriteError("stopped before it was done.");
            return ExitCode.Failed;
        }
        catch (Exception error)
        {
            terminal.WriteError(error.Message);
            if (result.GetValue(Verbose))
            {
                terminal.WriteTrace(error);
            }

            return ExitCode.Failed;
        }
    }

    private static RootCommand CreateRoot(Terminal terminal) => new("MemoryRL: an experience memory for reinforcement learning. Many agents write episodes into it and act on its advice, while learners train beside the data.")
    {
        Verbose,
        RunCommand.Create(terminal),
        TrainCommand.Create(terminal),
        EvaluateCommand.Create(terminal),
        ResultsCommand.Create(terminal),
        CollectCommand.Create(terminal),
        MakeDatasetsCommand.Create(terminal),
        DatasetCardCommand.Create(terminal),
        MazeJourneysCommand.Create(terminal),
        ImportCommand.Create(terminal),
        ExportCommand.Create(terminal),
        ExperimentCommand.Create(terminal),
        BenchCommand.Create(terminal),
        DoctorCommand.Create(terminal),
    };

    // A mistyped command is said before what is missing for want of it.
    private static string? WordOf(ParseResult result) =>
        result.UnmatchedTokens is [var word, ..] ? result.Errors.FirstOrDefault(error => error.Message.Contains($"'{word}'", StringComparison.Ordinal))?.Message : null;

    private static int Refuse(Terminal terminal, ParseResult result, string message)
    {
        terminal.WriteError(message);
        var names = new Stack<string>();
        for (var command = result.CommandResult; command?.Parent is not null; command = command.Parent as System.CommandLine.Parsing.CommandResult)
        {
            names.Push(command.Command.Name);
        }

        terminal.Error.WriteLine($"See: memoryrl {string.Concat(names.Select(name => name + ' '))}--help");
        return ExitCode.Usage;
    }
}
