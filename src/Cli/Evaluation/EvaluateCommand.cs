using System.CommandLine;
using MemoryRL.Client;
using MemoryRL.Environments;
using MemoryRL.Learning;

namespace MemoryRL.Cli;

/// <summary><c>memoryrl evaluate</c>: replays a policy greedily and says how it does, with intervals.</summary>
internal static class EvaluateCommand
{
    private static readonly Argument<string> Policy = new("policy") { Description = "A policy.safetensors, or the folder of a run." };

    private static readonly Option<int> Episodes = new("--episodes") { Description = "How many episodes are played.", HelpName = "count", DefaultValueFactory = _ => 1000 };

    private static readonly Option<long> Seed = new("--seed") { Description = "The seed of the episodes: the same seed starts them alike.", HelpName = "number", DefaultValueFactory = _ => 1 };

    private static readonly Option<string?> Task = new("--task") { Description = "The task, where the file does not say it.", HelpName = "name" };

    /// <summary>Makes the command.</summary>
    /// <param name="terminal">Where to write.</param>
    /// <returns>The command.</returns>
    public static Command Create(Terminal terminal)
    {
        var command = new Command("evaluate", "Replay a policy greedily: success and return with 95 % intervals, of the whole policy and of each part that can act alone.")
        {
            Policy,
            Episodes,
            Seed,
            Task,
        };
        command.SetAction((result, cancellationToken) => System.Threading.Tasks.Task.Run(() => Run(terminal, result, cancellationToken), cancellationToken));
        return command;
    }

    private static int Run(Terminal terminal, ParseResult result, CancellationToken cancellationToken)
    {
        var episodes = result.GetValue(Episodes);
        if (episodes < 1)
        {
            throw new UsageException($"--episodes: expected 1 or more but got {episodes}.");
        }

        var file = PolicyFile.Load(Locate(result.GetRequiredValue(Policy)));
        var algorithm = AlgorithmCatalog.Find(file.Algorithm);
        var name = result.GetValue(Task) ?? file.Task ?? throw new UsageException($"The policy does not say its task. Name it with --task: {string.Join(", ", EnvironmentRegistry.Names)}.");
        if (!EnvironmentRegistry.Names.Contains(name))
        {
            throw new UsageException($"--task: expected one of {string.Join(", ", EnvironmentRegistry.Names)} but got '{name}'.");
        }

        var task = EnvironmentRegistry.Find(name);
        var options = new EvaluationOptions { Episodes = episodes, Seed = (ulong)result.GetValue(Seed) };
        terminal.WriteLine($"{file.Algorithm} on {name}: {episodes:#,0} greedy episodes, seed {result.GetValue(Seed)}; in brackets 95 % intervals");
        terminal.WriteLine($"{"",-22} {"success",-26} {"return",-32} {"length",-14}");
        foreach (var view in (PolicyView[])[PolicyView.Ensemble, .. algorithm.Views])
        {
            using var policy = algorithm.PolicyOf(view).Create(file.Bundle);
            Write(terminal, Name(view, algorithm), GreedyEvaluation.Run(task.Create, policy, options, cancellationToken));
        }

        using var random = new RandomPolicy(task.Spec.Experience.Action);
        Write(terminal, "random policy", GreedyEvaluation.Run(task.Create, random, options, cancellationToken));
        return ExitCode.Done;
    }

    private static string Locate(string path)
    {
        var file = Directory.Exists(path) ? new RunFolder(path).Policy : path;
        return File.Exists(file) ? file : throw new UsageException($"policy: expected a policy.safetensors, or a run's folder with one in it, but got '{path}'.");
    }

    private static string Name(PolicyView view, AlgorithmEntry algorithm) => view switch
    {
        PolicyView.Explorer => "explorer alone",
        PolicyView.Prediction => "prediction alone",
        _ => algorithm.Views.IsEmpty ? "policy" : "ensemble",
    };

    private static void Write(Terminal terminal, string name, EvaluationResult result)
    {
        var success = $"{ReportText.Percent(result.Success.Estimate)} [{100 * result.Success.Low:0.0}, {100 * result.Success.High:0.0}]";
        var reward = $"{ReportText.Number(result.Return.Estimate)} [{ReportText.Number(result.Return.Low)}, {ReportText.Number(result.Return.High)}]";
        terminal.WriteLine($"{name,-22} {success,-26} {reward,-32} {ReportText.Number(result.MeanLength)} steps");
    }
}
