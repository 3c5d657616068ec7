using System.CommandLine;

namespace MemoryRL.Cli;

/// <summary><c>memoryrl maze-journeys</c>: how far the episodes of data sets come in their mazes.</summary>
internal static class MazeJourneysCommand
{
    private static readonly Argument<string[]> Files = new("files") { Description = "The files, in D4RL's layout: data sets, or what `memoryrl collect` wrote of a policy; or folders with such files.", Arity = ArgumentArity.OneOrMore };

    private static readonly Option<string?> Task = new("--task") { Description = "The maze; default: what the files say of themselves.", HelpName = "name" };

    private static readonly Option<double> Top = new("--top") { Description = "The share of the episodes that is followed, the best by return, as in `memoryrl train bc --top`.", HelpName = "share", DefaultValueFactory = _ => 1 };

    private static readonly Option<int> From = new("--from") { Description = "Only episodes that begin at least so many cells from the goal.", HelpName = "cells" };

    /// <summary>Makes the command.</summary>
    /// <param name="terminal">Where to write.</param>
    /// <returns>The command.</returns>
    public static Command Create(Terminal terminal)
    {
        var command = new Command("maze-journeys", "Follow the episodes of data sets through their mazes: how many come to the goal and after how many steps, how near the others come, how long they stand still. For policies that never succeed, this says how far they get.") { Files, Task, Top, From };
        command.SetAction((result, cancellationToken) => System.Threading.Tasks.Task.Run(() => Run(terminal, result, cancellationToken), cancellationToken));
        return command;
    }

    private static int Run(Terminal terminal, ParseResult result, CancellationToken cancellationToken)
    {
        var (top, from) = (result.GetValue(Top), result.GetValue(From));
        UsageException.ThrowUnless(top is > 0 and <= 1, "--top", "a share in (0, 1]", top);
        UsageException.ThrowUnless(from >= 0, "--from", "0 or more cells", from);
        var files = result.GetRequiredValue(Files).SelectMany(DatasetFile.Expand).ToList();
        DatasetFile.CheckAvailable();
        var rows = files.Select(file => MazeJourneys.Read(file, result.GetValue(Task), top, from, cancellationToken).Cells).ToList();
        foreach (var line in new TextTable(MazeJourneys.Titles, rows).Plain())
        {
            terminal.WriteLine(line);
        }

        terminal.WriteLine("Cells to go: moves between neighbouring cells on the shortest way to the goal, medians over episodes, quartiles of the nearest. Steps until there: the least and the median.");
        terminal.WriteLine(FormattableString.Invariant($"Standing: of the stretches of {MazeJourney.StretchSteps} steps, those between whose ends lie less than {MazeJourney.StandingMeters} m."));
        return ExitCode.Done;
    }
}
