using System.CommandLine;
using System.Globalization;
using MemoryRL.Core;

namespace MemoryRL.Cli;

/// <summary><c>memoryrl experiment</c>: repeats a comparison over seeds and reports it with intervals.</summary>
internal static class ExperimentCommand
{
    private static readonly Option<int> Seeds = new("--seeds") { Description = "How many seeds each arm is run with.", HelpName = "count", DefaultValueFactory = _ => new CliffWalkingReflectionOptions().Seeds };

    private static readonly Option<long> EpisodeBudget = new("--episodes") { Description = "Training episodes of every run.", HelpName = "count", DefaultValueFactory = _ => new CliffWalkingReflectionOptions().EpisodeBudget };

    private static readonly Option<string?> Out = new("--out") { Description = "The folder of the results; default: runs/<experiment>__<time>.", HelpName = "folder" };

    /// <summary>Makes the command.</summary>
    /// <param name="terminal">Where to write.</param>
    /// <returns>The command.</returns>
    public static Command Create(Terminal terminal)
    {
        var reflection = new Command("cliff-walking-reflection", "Does remembering failures help? PPO alone, with the success memory, and with both memories, on sparse Cliff Walking: episodes until the greedy policy succeeds, and falls.")
        {
            Seeds,
            EpisodeBudget,
            Out,
        };
        reflection.SetAction((result, cancellationToken) => RunReflectionAsync(terminal, result, cancellationToken));
        return new Command("experiment", "Repeat a comparison over many seeds or random problems, and report the means with intervals or standard errors.") { reflection, VemExperimentCommand.Create(terminal), VemRandomMdpCommand.Create(terminal) };
    }

    private static async Task<int> RunReflectionAsync(Terminal terminal, ParseResult result, CancellationToken cancellationToken)
    {
        var options = new CliffWalkingReflectionOptions { Seeds = result.GetValue(Seeds), EpisodeBudget = result.GetValue(EpisodeBudget) };
        try
        {
            options.Validate();
        }
        catch (InvalidExperienceException error)
        {
            throw new UsageException(error.Message);
        }

        var startedAt = TimeProvider.System.GetTimestamp();
        var folder = result.GetValue(Out) ?? Path.Combine("runs", string.Create(CultureInfo.InvariantCulture, $"cliff-walking-reflection__{TimeProvider.System.GetUtcNow().UtcDateTime:yyyyMMdd'T'HHmmss'Z'}"));
        terminal.WriteLine($"cliff-walking-reflection: {CliffWalkingReflection.Arms.Length} arms, {options.Seeds} seeds each, {options.EpisodeBudget:#,0} episodes a run, {options.Parallelism} runs at once");
        var progress = new RunLines(terminal);
        var outcome = await Task.Run(() => CliffWalkingReflection.Run(options, progress, cancellationToken), cancellationToken);
        CliffWalkingReflectionFiles.Write(outcome, folder);
        var chart = ReflectionReport.Curve(outcome);
        await File.WriteAllTextAsync(Path.Combine(folder, "success.svg"), SvgChart.Render(chart), CancellationToken.None);
        var page = Path.Combine(folder, "report.html");
        await File.WriteAllTextAsync(page, ReflectionReport.Render(outcome, chart, $"experiment cliff-walking-reflection --seeds {options.Seeds} --episodes {options.EpisodeBudget}"), CancellationToken.None);
        terminal.WriteLine();
        foreach (var line in ReflectionReport.Lines(outcome))
        {
            terminal.WriteLine(line);
        }

        terminal.WriteLine();
        terminal.WriteLine($"done in {ReportText.Duration(TimeProvider.System.GetElapsedTime(startedAt).TotalSeconds)}; report: {page}");
        return ExitCode.Done;
    }

    // Runs end on several threads at once; a line is written whole.
    private sealed class RunLines(Terminal terminal) : IProgress<ReflectionRun>
    {
        private readonly Lock _lock = new();

        public void Report(ReflectionRun value)
        {
            lock (_lock)
            {
                terminal.WriteLine($"  {value.Arm,-20} seed {value.Seed,3}: target after {(value.EpisodesToTarget is { } episodes ? $"{episodes:#,0} episodes" : "no episode of the budget")}, {value.Falls:#,0} falls");
            }
        }
    }
}
