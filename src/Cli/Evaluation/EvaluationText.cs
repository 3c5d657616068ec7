using System.Collections.Immutable;
using MemoryRL.Client;
using MemoryRL.Core;
using MemoryRL.Environments;
using MemoryRL.Learning;

namespace MemoryRL.Cli;

/// <summary>Writes evaluations as text, row by row as they are made; writes nothing where <paramref name="terminal"/> is null.</summary>
/// <param name="terminal">Where to write.</param>
internal sealed class EvaluationText(Terminal? terminal)
{
    /// <summary>The name of a policy that has no parts.</summary>
    public const string Policy = "policy";

    /// <summary>The name of a policy that has parts, as a whole.</summary>
    public const string Ensemble = "ensemble";

    private const int FewSeeds = 5;

    private bool _isSingle;
    private bool _hasScore;
    private bool _hasSeeds;
    private int _nameWidth;

    /// <summary>Names a mode.</summary>
    /// <param name="mode">The mode.</param>
    /// <returns>The name on the command line.</returns>
    public static string Name(ActMode mode) => mode == ActMode.Greedy ? "greedy" : "explore";

    /// <summary>Names a part of a policy.</summary>
    /// <param name="view">The part.</param>
    /// <param name="policy">The policy.</param>
    /// <returns>The name.</returns>
    public static string Name(PolicyView view, PolicySource policy) => view switch
    {
        PolicyView.Explorer => "explorer alone",
        PolicyView.Prediction => "prediction alone",
        _ => policy.Views.IsEmpty ? Policy : Ensemble,
    };

    /// <summary>Begins a task.</summary>
    /// <param name="task">The task.</param>
    /// <param name="policies">Its policies.</param>
    /// <param name="settings">How they are evaluated.</param>
    /// <param name="episodes">The number of episodes.</param>
    public void Begin(EnvironmentSpec task, ImmutableArray<PolicySource> policies, EvaluationSettings settings, int episodes)
    {
        _isSingle = policies.Length == 1;
        _hasScore = task.References is not null;
        _hasSeeds = settings.Seeds > 1;
        _nameWidth = Math.Max(22, (_isSingle ? 16 : policies.Max(policy => policy.Name.Length)) + (_hasSeeds ? 10 : 0));
        var what = _isSingle ? $"{policies[0].Method} on {task.Name}" : $"{task.Name}: {policies.Length} policies";
        var seeds = _hasSeeds ? $"seeds {settings.FirstSeed} to {settings.FirstSeed + settings.Seeds - 1}" : $"seed {settings.FirstSeed}";
        terminal?.WriteLine($"{what}: {episodes:#,0} {(settings.Mode == ActMode.Greedy ? "greedy" : "sampled")} episodes{(_isSingle ? "" : " each")}, {seeds}; in brackets 95 % intervals");
        Line("", "success", "return", "score (D4RL refs)", "length");
    }

    /// <summary>Shows a row.</summary>
    /// <param name="row">The row.</param>
    public void Show(PolicyEvaluation row)
    {
        var name = row.Method == PolicySource.Random ? "random policy" : _isSingle ? row.Part : row.Policy;
        Line(
            _hasSeeds ? $"{name}, seed {row.Seed}" : name,
            row.Success is { } success ? Share(success) : "-",
            Number(row.Return),
            row.Score is { } score ? Number(score) : "-",
            $"{ReportText.Number(row.MeanLength)} steps");
    }

    /// <summary>Ends a task: what its methods came to over seeds.</summary>
    /// <param name="evaluation">The task's evaluations.</param>
    public void Sum(TaskEvaluation evaluation)
    {
        foreach (var method in evaluation.Methods)
        {
            terminal?.WriteLine();
            terminal?.WriteLine($"{method.Method}: bootstrap intervals over {method.Count} {method.Over}{(method.Over == "policies" ? "" : " of one policy, which say nothing about training anew")}");
            Line("mean", method.Success is { } success ? Share(success.Mean) : "-", Number(method.Return.Mean), method.Score is { } score ? Number(score.Mean) : "-", "");
            Line("interquartile mean", method.Success is { } shares ? Share(shares.InterquartileMean) : "-", Number(method.Return.InterquartileMean), method.Score is { } scores ? Number(scores.InterquartileMean) : "-", "");
            if (method.Count < FewSeeds)
            {
                terminal?.WriteLine(FewSeedsNote(method.Count));
            }
        }

        if (evaluation.References is { } references)
        {
            terminal?.WriteLine($"score: 0 is D4RL's random reference return ({references.Random:#,0.###}), 100 its expert reference return ({references.Expert:#,0.###}); policies trained on other data than D4RL's own do not compare with published scores");
        }
    }

    /// <summary>Ends the evaluation: what its methods came to over tasks.</summary>
    /// <param name="aggregates">The methods that were evaluated on several tasks.</param>
    public void End(ImmutableArray<TaskAggregate> aggregates)
    {
        foreach (var line in aggregates.SelectMany(Lines))
        {
            terminal?.WriteLine(line);
        }
    }

    /// <summary>Says how far an interval over few seeds can be believed.</summary>
    /// <param name="count">The number of seeds.</param>
    /// <returns>The sentence.</returns>
    public static string FewSeedsNote(int count) => count == 1
        ? "a single seed has no interval"
        : $"with {count} seeds a bootstrap interval is too narrow: with 3 it reaches from the least to the greatest, and covers the truth about 3 times out of 4";

    /// <summary>Writes a method's figures over tasks.</summary>
    /// <param name="aggregate">The figures.</param>
    /// <returns>The lines.</returns>
    public static IEnumerable<string> Lines(TaskAggregate aggregate) =>
    [
        "",
        $"{aggregate.Method} over {aggregate.Tasks.Length} tasks ({string.Join(", ", aggregate.Tasks)}), {aggregate.Runs} runs, scores; bootstrap stratified by task",
        $"  mean {Number(aggregate.Mean)}, median {Number(aggregate.Median)}, interquartile mean {Number(aggregate.InterquartileMean)}, optimality gap {Number(aggregate.OptimalityGap)}",
    ];

    /// <summary>Writes a number with its interval.</summary>
    /// <param name="interval">The interval.</param>
    /// <returns>Such as <c>0.5 [0.4, 0.6]</c>.</returns>
    public static string Number(Interval interval) => $"{ReportText.Number(interval.Estimate)} [{ReportText.Number(interval.Low)}, {ReportText.Number(interval.High)}]";

    /// <summary>Writes a share with its interval.</summary>
    /// <param name="interval">The interval.</param>
    /// <returns>Such as <c>50.0 % [40.0, 60.0]</c>.</returns>
    public static string Share(Interval interval) => $"{ReportText.Percent(interval.Estimate)} [{Bound(interval.Low)}, {Bound(interval.High)}]";

    private static string Bound(double share) => double.IsFinite(share) ? $"{100 * share:0.0}" : "-";

    private void Line(string name, string success, string reward, string score, string length)
    {
        var scores = _hasScore ? $"{score,-26} " : "";
        terminal?.WriteLine($"{name.PadRight(_nameWidth)} {success,-26} {reward,-32} {scores}{length}".TrimEnd());
    }
}
