using System.CommandLine;
using System.Globalization;
using MemoryRL.Core;
using MemoryRL.Learning;

namespace MemoryRL.Cli;

/// <summary><c>memoryrl experiment vem-random-mdp</c>: VEM's operators on random tabular processes.</summary>
internal static class VemRandomMdpCommand
{
    private static readonly Option<int> Mdps = new("--mdps") { Description = "How many random processes are measured.", HelpName = "count", DefaultValueFactory = _ => new VemRandomMdpOptions().Mdps };

    private static readonly Option<long> Seed = new("--seed") { Description = "The seed of everything random.", HelpName = "number", DefaultValueFactory = _ => new VemRandomMdpOptions().Seed };

    private static readonly Option<int> Trajectories = new("--trajectories") { Description = "How many trajectories a variance is measured from.", HelpName = "count", DefaultValueFactory = _ => new VemRandomMdpOptions().Trajectories };

    private static readonly Option<bool> Stochastic = new("--stochastic") { Description = "Draw processes whose steps may end in any state; those of the paper's pictures end in one." };

    private static readonly Option<int> Threads = new("--threads") { Description = "How many processes are worked on at once; it changes the time, never the result.", HelpName = "count", DefaultValueFactory = _ => new VemRandomMdpOptions().Threads };

    private static readonly Option<string?> Out = new("--out") { Description = "The folder of the tables as CSV and of the pictures; default: runs/<experiment>__<time>.", HelpName = "folder" };

    private static readonly Option<string?> Report = new("--report") { Description = "Write a page in Markdown too, with its pictures beside it.", HelpName = "file" };

    /// <summary>Makes the command.</summary>
    /// <param name="terminal">Where to write.</param>
    /// <returns>The command.</returns>
    public static Command Create(Terminal terminal)
    {
        var command = new Command("vem-random-mdp", "What do VEM's operators trade against each other? Bias, contraction and variance on random processes, expectiles under noise, and double estimation.")
        {
            Mdps,
            Seed,
            Trajectories,
            Stochastic,
            Threads,
            Out,
            Report,
        };
        command.SetAction((result, cancellationToken) => Task.Run(() => Run(terminal, result, cancellationToken), cancellationToken));
        return command;
    }

    private static int Run(Terminal terminal, ParseResult result, CancellationToken cancellationToken)
    {
        var options = new VemRandomMdpOptions
        {
            Mdps = result.GetValue(Mdps),
            Seed = result.GetValue(Seed),
            Trajectories = result.GetValue(Trajectories),
            Mdp = new RandomMdpSettings { IsStochastic = result.GetValue(Stochastic) },
            Threads = result.GetValue(Threads),
        };
        try
        {
            options.Validate();
        }
        catch (InvalidExperienceException error)
        {
            throw new UsageException(error.Message);
        }

        var startedAt = TimeProvider.System.GetTimestamp();
        var folder = result.GetValue(Out) ?? Path.Combine("runs", string.Create(CultureInfo.InvariantCulture, $"vem-random-mdp__{TimeProvider.System.GetUtcNow().UtcDateTime:yyyyMMdd'T'HHmmss'Z'}"));
        terminal.WriteLine($"vem-random-mdp: {options.Mdps:#,0} processes, {options.Trajectories:#,0} trajectories a variance, seed {options.Seed}");
        var outcome = VemRandomMdp.Run(options, cancellationToken);
        Show(terminal, outcome);
        VemRandomMdpTables.Save(outcome, folder);
        foreach (var picture in VemRandomMdpPictures.Draw(outcome))
        {
            WholeFile.Replace(Path.Combine(folder, $"{picture.Name}.svg"), picture.Svg);
        }

        if (result.GetValue(Report) is { } page)
        {
            VemRandomMdpPage.Save(outcome, page);
            terminal.WriteLine($"page: {page}");
        }

        terminal.WriteLine($"done in {ReportText.Duration(TimeProvider.System.GetElapsedTime(startedAt).TotalSeconds)}; folder {folder}");
        return ExitCode.Done;
    }

    private static void Show(Terminal terminal, VemRandomMdpResult result)
    {
        (string Title, TextTable Table)[] tables =
        [
            ($"Rollouts of up to n steps, behaviour softmax(Q*) without action 0{(result.HasReference ? "; in brackets: another implementation's means" : "")}", VemRandomMdpTables.Steps(result)),
            ($"Behaviours softmax(Q* / a), rollouts of up to {VemRandomMdpOptions.BehaviorSteps} steps", VemRandomMdpTables.Behaviors(result)),
            ("Noise on backed-up values, exact expectile operator: max |mean V - V*|, * the least of a row", VemRandomMdpTables.Noise(result, VemStudy.ExactNoise, VemMeasure.LargestError)),
            ("The same: mean(mean V - V*)", VemRandomMdpTables.Noise(result, VemStudy.ExactNoise, VemMeasure.MeanError)),
            ("The gradient operator with the largest step, and Bellman's: max |mean V - V*|", VemRandomMdpTables.Noise(result, VemStudy.GradientNoise, VemMeasure.LargestError)),
            ("Double estimation of a maximum that is 0", VemRandomMdpTables.Maxima(result)),
            ($"Means further than {100 * VemRandomMdpJudgement.Agreement:0} % from the other implementation's", VemRandomMdpTables.Disagreements(result)),
            ("Judged", VemRandomMdpTables.Verdicts(result)),
        ];
        foreach (var (title, table) in tables.Where(entry => entry.Table.Rows.Count > 0))
        {
            terminal.WriteLine();
            terminal.WriteLine(title);
            foreach (var line in table.Plain())
            {
                terminal.WriteLine($"  {line}");
            }
        }

        terminal.WriteLine();
    }
}
