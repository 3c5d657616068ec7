using System.CommandLine;

namespace MemoryRL.Cli;

/// <summary><c>memoryrl dataset-card</c>: a page about data sets, generated from the files.</summary>
internal static class DatasetCardCommand
{
    private const string PictureFolder = "images";

    private static readonly Argument<string[]> Files = new("files") { Description = "The files, in D4RL's layout, or folders with such files.", Arity = ArgumentArity.OneOrMore };

    private static readonly Option<string> Out = new("--out") { Description = "The page; pictures go into the folder 'images' beside it.", HelpName = "file", DefaultValueFactory = _ => "docs/datasets.md" };

    /// <summary>Makes the command.</summary>
    /// <param name="terminal">Where to write.</param>
    /// <returns>The command.</returns>
    public static Command Create(Terminal terminal)
    {
        var command = new Command("dataset-card", "Write a page about data sets: episodes, steps, returns, scores, states beside D4RL's, recipes, policies and seeds.") { Files, Out };
        command.SetAction((result, cancellationToken) => Task.Run(() => Run(terminal, result, cancellationToken), cancellationToken));
        return command;
    }

    private static int Run(Terminal terminal, ParseResult result, CancellationToken cancellationToken)
    {
        var given = result.GetRequiredValue(Files);
        var files = given.SelectMany(DatasetFile.Expand).ToList();
        DatasetFile.CheckAvailable();
        var page = result.GetRequiredValue(Out);
        var summaries = new List<DatasetSummary>();
        foreach (var file in files)
        {
            summaries.Add(DatasetSummary.Read(file, cancellationToken));
            terminal.WriteLine(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{file}: {summaries[^1].Returns.Count:#,0} episodes, {summaries[^1].Rows:#,0} steps, mean return {ReportText.Number(summaries[^1].MeanReturn)}"));
        }

        var (text, pictures) = new DatasetCard(summaries, $"memoryrl dataset-card {string.Join(' ', given)} --out {page}").Write(PictureFolder);
        var folder = Path.GetDirectoryName(Path.GetFullPath(page))!;
        Directory.CreateDirectory(Path.Combine(folder, PictureFolder));
        foreach (var (name, picture) in pictures)
        {
            WholeFile.Replace(Path.Combine(folder, PictureFolder, name), picture);
        }

        WholeFile.Replace(page, text);
        terminal.WriteLine($"page: {page}");
        return ExitCode.Done;
    }
}
