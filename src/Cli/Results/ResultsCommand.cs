using System.CommandLine;
using System.Text.Json;

namespace MemoryRL.Cli;

/// <summary><c>memoryrl results</c>: gathers the folders of runs into one table for each task.</summary>
internal static class ResultsCommand
{
    private const int FewSeeds = 5;

    private static readonly Argument<string[]> Folders = new("folders") { Description = "Folders of runs, or folders with such folders in them.", Arity = ArgumentArity.OneOrMore };

    private static readonly Option<bool> Csv = new("--csv") { Description = "Write CSV in place of the tables." };

    private static readonly Option<bool> Json = new("--json") { Description = "Write JSON in place of the tables." };

    private static readonly Option<bool> Markdown = new("--markdown") { Description = "Write the tables in Markdown." };

    private static readonly Option<string?> Curves = new("--curves") { Description = "Draw the learning curves too: a picture for each task into this folder.", HelpName = "folder" };

    /// <summary>Makes the command.</summary>
    /// <param name="terminal">Where to write.</param>
    /// <returns>The command.</returns>
    public static Command Create(Terminal terminal)
    {
        var command = new Command("results", "Gather the folders of runs into one table for each task: methods with their seeds, the last and the best policies apart, means with bootstrap 95 % intervals over seeds.") { Folders, Csv, Json, Markdown, Curves };
        command.SetAction(result => Run(terminal, result));
        return command;
    }

    private static int Run(Terminal terminal, ParseResult result)
    {
        var (csv, json, markdown) = (result.GetValue(Csv), result.GetValue(Json), result.GetValue(Markdown));
        if ((csv ? 1 : 0) + (json ? 1 : 0) + (markdown ? 1 : 0) > 1)
        {
            throw new UsageException("--csv, --json, --markdown: expected one of them but got several.");
        }

        var gathered = GatheredRuns.In(result.GetRequiredValue(Folders));
        if (gathered.Runs.Count == 0)
        {
            throw new UsageException($"folders: expected runs that came to their end but got none: {string.Join("; ", gathered.LeftOut.Select(run => $"{run.Folder}: {run.Reason}"))}.");
        }

        var report = ResultsReport.Of(gathered);
        foreach (var line in json ? [JsonSerializer.Serialize(report, ResultsJsonContext.Default.ResultsReport)] : csv ? ResultsTables.Csv(report).Csv() : Text(report, markdown))
        {
            terminal.WriteLine(line);
        }

        foreach (var (folder, reason) in report.LeftOut)
        {
            // What a program reads holds nothing else; JSON has them inside.
            (csv || json ? terminal.Error : terminal.Out).WriteLine($"left out: {folder}: {reason}");
        }

        if (result.GetValue(Curves) is { } pictures)
        {
            Directory.CreateDirectory(pictures);
            foreach (var (file, picture) in ResultsCurves.Draw(gathered.Runs))
            {
                WholeFile.Replace(Path.Combine(pictures, file), picture);
            }
        }

        return ExitCode.Done;
    }

    private static IEnumerable<string> Text(ResultsReport report, bool markdown)
    {
        foreach (var task in report.Tasks)
        {
            var table = ResultsTables.Table(task);
            yield return markdown ? $"### {task.Task}" : task.Task;
            yield return "";
            foreach (var line in markdown ? table.Markdown() : table.Plain())
            {
                yield return line;
            }

            yield return "";
            foreach (var pair in task.Comparisons)
            {
                yield return $"{(markdown ? "- " : "")}{pair.Method} ends better than {pair.Other}{(pair.Dataset is null ? "" : $" on {pair.Dataset}")} with probability {EvaluationText.Number(pair.Probability)}";
            }

            if (!task.Comparisons.IsEmpty)
            {
                yield return "";
            }
        }

        foreach (var line in report.Aggregates.SelectMany(aggregate => EvaluationText.Lines(aggregate).Skip(1).Append("")))
        {
            yield return line;
        }

        foreach (var line in Notes(report))
        {
            yield return line;
        }
    }

    private static IEnumerable<string> Notes(ResultsReport report)
    {
        var methods = report.Tasks.SelectMany(task => task.Methods).ToArray();
        yield return "In brackets: 95 % bootstrap intervals over training seeds. final: the last policy. best: the best of all evaluations of a run, chosen by the figure that is shown, so too good by as much as evaluations scatter.";
        if (methods.Any(method => method.Final.Score is not null))
        {
            yield return "score: 0 is D4RL's random reference return, 100 its expert reference return; runs on other data than D4RL's own do not compare with published scores.";
        }

        if (methods.Any(method => method.Seeds.Length < FewSeeds))
        {
            yield return $"{EvaluationText.FewSeedsNote(methods.Min(method => method.Seeds.Length))}.";
        }
    }
}
