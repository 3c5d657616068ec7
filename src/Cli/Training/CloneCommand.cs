using System.CommandLine;
using System.Globalization;
using MemoryRL.Core;
using MemoryRL.Environments;
using MemoryRL.Learning;

namespace MemoryRL.Cli;

/// <summary><c>memoryrl train bc</c>: behaviour cloning of all or the best episodes of a data set, by a learner grain beside the data.</summary>
internal static class CloneCommand
{
    private static readonly Option<string> Dataset = new("--dataset") { Description = "The data: an HDF5 file in D4RL's layout, or a .safetensors file of episodes.", HelpName = "file", Required = true };

    private static readonly Option<string?> Task = new("--task") { Description = "The task, where neither the file's metadata nor its name say it.", HelpName = "name" };

    private static readonly Option<int> Updates = new("--updates") { Description = "How many gradient steps each seed takes.", HelpName = "count", DefaultValueFactory = _ => 100_000 };

    private static readonly Option<int> Seeds = new("--seeds") { Description = "How many seeds are trained, one after the other.", HelpName = "count", DefaultValueFactory = _ => 1 };

    private static readonly Option<long> Seed = new("--seed") { Description = "The first seed.", HelpName = "number", DefaultValueFactory = _ => 0 };

    private static readonly Option<double> Top = new("--top") { Description = "The share of the episodes that is cloned, the best by return: 0.1 is 10 % BC.", HelpName = "share", DefaultValueFactory = _ => 1 };

    private static readonly Option<string[]> LearnerOptions = new("--option") { Description = "An option of the learner, such as loss=nll; may be given more than once. A wrong name is answered with all names.", HelpName = "name=value" };

    private static readonly Option<int> Evaluations = new("--evaluations") { Description = "How many policies on the way are evaluated, the last included.", HelpName = "count", DefaultValueFactory = _ => 5 };

    private static readonly Option<int> EvaluationEpisodes = new("--evaluation-episodes") { Description = "How many episodes evaluate each of them.", HelpName = "count", DefaultValueFactory = _ => 10 };

    private static readonly Option<int> FinalEpisodes = new("--final-episodes") { Description = "How many fresh episodes evaluate the last policy.", HelpName = "count", DefaultValueFactory = _ => 100 };

    private static readonly Option<int> Threads = new("--threads") { Description = "How many threads play episodes; it changes the time, never the result.", HelpName = "count", DefaultValueFactory = _ => Environment.ProcessorCount };

    private static readonly Option<string> Out = new("--out") { Description = "Where the run's folder is made.", HelpName = "folder", DefaultValueFactory = _ => "runs" };

    /// <summary>Makes the command.</summary>
    /// <param name="terminal">Where to write.</param>
    /// <returns>The command.</returns>
    public static Command Create(Terminal terminal)
    {
        var command = new Command("bc", "Clone the behaviour that data show, by a learner beside them (as CORL's any_percent_bc). For example: memoryrl train bc --dataset hopper-medium-replay.hdf5 --top 0.1 --seeds 3")
        {
            Dataset,
            Task,
            Updates,
            Seeds,
            Seed,
            Top,
            LearnerOptions,
            Evaluations,
            EvaluationEpisodes,
            FinalEpisodes,
            Threads,
            Out,
        };
        command.SetAction((result, cancellationToken) => RunAsync(terminal, result, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Terminal terminal, ParseResult result, CancellationToken cancellationToken)
    {
        var parameters = Resolve(result);
        UsageException.ThrowUnless(result.GetValue(Seeds) is >= 1 and <= 1000, "--seeds", "1 to 1000 seeds", result.GetValue(Seeds));
        return await new CloneRun(parameters, result.GetValue(Seeds), result.GetRequiredValue(Out), terminal, result.GetValue(MemoryRLCommandLine.Verbose)).RunAsync(cancellationToken);
    }

    private static CloneParameters Resolve(ParseResult result)
    {
        var dataset = result.GetRequiredValue(Dataset);
        UsageException.ThrowUnless(File.Exists(dataset), "--dataset", "a file", dataset);
        var top = result.GetValue(Top);
        var parameters = new CloneParameters
        {
            Task = ResolveTask(result, dataset),
            Algorithm = BehaviorCloningLearner.Algorithm,
            Method = top < 1 ? string.Create(CultureInfo.InvariantCulture, $"bc, top {100 * top:0.###} %") : "bc",
            Dataset = Path.GetFileName(dataset),
            Top = top,
            Seed = result.GetValue(Seed),
            Updates = result.GetValue(Updates),
            Evaluations = result.GetValue(Evaluations),
            EvaluationEpisodes = result.GetValue(EvaluationEpisodes),
            FinalEpisodes = result.GetValue(FinalEpisodes),
            Threads = result.GetValue(Threads),
            Options = AlgorithmOptionTexts.Parse(result.GetValue(LearnerOptions)),
            CommandLine = RunOrigin.Spell(result),
        };
        UsageException.ThrowUnless(top is > 0 and <= 1, "--top", "a share in (0, 1]", top);
        UsageException.ThrowUnless(parameters.Updates is >= 1 and <= 1_000_000_000, "--updates", "1 to 1,000,000,000 updates", parameters.Updates);
        UsageException.ThrowUnless(parameters.Evaluations is >= 1 and <= 1000, "--evaluations", "1 to 1000", parameters.Evaluations);
        UsageException.ThrowUnless(parameters.EvaluationEpisodes >= 1, "--evaluation-episodes", "1 or more episodes", parameters.EvaluationEpisodes);
        UsageException.ThrowUnless(parameters.FinalEpisodes >= 1, "--final-episodes", "1 or more episodes", parameters.FinalEpisodes);
        UsageException.ThrowUnless(parameters.Threads is >= 1 and <= 1024, "--threads", "1 to 1024 threads", parameters.Threads);
        CheckLearner(parameters);
        return EnvironmentRegistry.Find(parameters.Task).UnavailableReason is { } reason
            ? throw new EnvironmentUnavailableException(parameters.Task, reason)
            : parameters with { Dataset = Path.GetFullPath(dataset) };
    }

    private static string ResolveTask(ParseResult result, string dataset)
    {
        var given = result.GetValue(Task);
        UsageException.ThrowUnless(given is null || EnvironmentRegistry.Names.Contains(given), "--task", $"one of {string.Join(", ", EnvironmentRegistry.Names)}", given);
        return given ?? CloneData.FindTask(dataset) ?? throw new UsageException($"Neither the metadata nor the name of '{dataset}' say its task. Name it with --task: {string.Join(", ", EnvironmentRegistry.Names)}.");
    }

    // A learner that is made and thrown away finds out here what would otherwise fail inside a grain.
    private static void CheckLearner(CloneParameters parameters)
    {
        UsageException.ThrowUnless(!parameters.Options.ContainsKey("max-updates"), "--option", "--updates in its place", "max-updates");
        try
        {
            new BehaviorCloningLearner(new LearnerSettings(EnvironmentRegistry.Find(parameters.Task).Spec.Experience, parameters.Seed, "auto", parameters.Options)).Dispose();
        }
        catch (InvalidExperienceException error)
        {
            throw new UsageException($"--option or --task: {error.Message}");
        }
    }
}
