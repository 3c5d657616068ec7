using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json;
using MemoryRL.Core;

namespace MemoryRL.Cli;

/// <summary><c>memoryrl evaluate</c>: replays policies and says how they do, with intervals.</summary>
internal static class EvaluateCommand
{
    private const string PolicyHelp = $"A policy.safetensors, the folder of a run or of several, a published policy in JSON, or '{PolicySource.Random}'.";

    private static readonly Argument<string[]> Policies = new("policy") { Description = $"{PolicyHelp} Several of one algorithm are taken for seeds of one method.", Arity = ArgumentArity.ZeroOrMore };

    private static readonly Option<string[]> MorePolicies = new("--policy") { Description = PolicyHelp, HelpName = "policy" };

    private static readonly Option<int?> Episodes = new("--episodes") { Description = "How many episodes each policy plays; default: 1,000, or fewer where they might take more than 100,000 steps.", HelpName = "count" };

    private static readonly Option<long> Seed = new("--seed") { Description = "The seed of the episodes: the same seed starts them alike.", HelpName = "number", DefaultValueFactory = _ => 1 };

    private static readonly Option<int> Seeds = new("--seeds") { Description = "With how many seeds the episodes are played, from --seed on.", HelpName = "count", DefaultValueFactory = _ => 1 };

    private static readonly Option<string?> Task = new("--task") { Description = "The task, where the file does not say it.", HelpName = "name" };

    private static readonly Option<string> Mode = new("--mode") { Description = "greedy: the most likely action; explore: an action drawn from the policy.", HelpName = "mode", DefaultValueFactory = _ => EvaluationText.Name(ActMode.Greedy) };

    private static readonly Option<int> Threads = new("--threads") { Description = "How many threads share the episodes; the result does not depend on it.", HelpName = "count", DefaultValueFactory = _ => Environment.ProcessorCount };

    private static readonly Option<bool> Csv = new("--csv") { Description = "Write CSV in place of the table." };

    private static readonly Option<bool> Json = new("--json") { Description = "Write JSON in place of the table." };

    /// <summary>Makes the command.</summary>
    /// <param name="terminal">Where to write.</param>
    /// <returns>The command.</returns>
    public static Command Create(Terminal terminal)
    {
        var command = new Command("evaluate", "Replay policies: return, score, success and length with 95 % intervals, over episodes and over seeds; of one policy alone also each part that can act by itself.")
        {
            Policies,
            MorePolicies,
            Task,
            Episodes,
            Mode,
            Seed,
            Seeds,
            Threads,
            Csv,
            Json,
        };
        command.SetAction((result, cancellationToken) => System.Threading.Tasks.Task.Run(() => Run(terminal, result, cancellationToken), cancellationToken));
        return command;
    }

    private static int Run(Terminal terminal, ParseResult result, CancellationToken cancellationToken)
    {
        var (csv, json) = (result.GetValue(Csv), result.GetValue(Json));
        var settings = Settings(result);
        var report = new EvaluationWork(settings, new EvaluationText(csv || json ? null : terminal)).Run(cancellationToken);
        if (json)
        {
            terminal.WriteLine(JsonSerializer.Serialize(report, EvaluationJsonContext.Default.EvaluationReport));
        }
        else if (csv)
        {
            foreach (var line in EvaluationCsv.Table(report).Csv())
            {
                terminal.WriteLine(line);
            }
        }

        return ExitCode.Done;
    }

    private static EvaluationSettings Settings(ParseResult result)
    {
        Expect(!(result.GetValue(Csv) && result.GetValue(Json)), "--csv, --json", "one of them", "both");
        var mode = result.GetRequiredValue(Mode);
        Expect(mode is "greedy" or "explore", "--mode", "greedy or explore", $"'{mode}'");
        var (episodes, seeds, threads) = (result.GetValue(Episodes), result.GetValue(Seeds), result.GetValue(Threads));
        Expect(episodes is null or >= 1, "--episodes", "1 or more", episodes);
        Expect(seeds >= 1, "--seeds", "1 or more", seeds);
        Expect(threads is >= 1 and <= 1024, "--threads", "1 to 1024", threads);
        string[] arguments = [.. result.GetValue(Policies) ?? [], .. result.GetValue(MorePolicies) ?? []];
        Expect(arguments.Length > 0, "policy", $"a file, a folder or '{PolicySource.Random}'", "none");
        var policies = arguments.SelectMany(argument => PolicySource.Resolve(argument)).ToImmutableArray();
        var twice = policies.GroupBy(policy => policy.Name).FirstOrDefault(group => group.Count() > 1)?.Key;
        Expect(twice is null, "policy", "each policy once, since one that counts twice would narrow the intervals", $"'{twice}' twice");
        return new EvaluationSettings(policies, result.GetValue(Task), episodes, result.GetValue(Seed), seeds, threads, mode == "greedy" ? ActMode.Greedy : ActMode.Explore);
    }

    private static void Expect(bool isMet, string option, string expected, object? actual)
    {
        if (!isMet)
        {
            throw new UsageException($"{option}: expected {expected} but got {actual}.");
        }
    }
}
