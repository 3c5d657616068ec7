using System.Collections.Immutable;
using MemoryRL.Client;
using MemoryRL.Core;
using MemoryRL.Environments;
using MemoryRL.Learning;

namespace MemoryRL.Cli;

/// <summary>Evaluates what was asked for, task by task, and says how it goes on.</summary>
/// <param name="settings">What is evaluated, and how.</param>
/// <param name="view">What the reader sees meanwhile.</param>
internal sealed class EvaluationWork(EvaluationSettings settings, EvaluationText view)
{
    /// <summary>Evaluates everything.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>What was found.</returns>
    public EvaluationReport Run(CancellationToken cancellationToken)
    {
        var tasks = ImmutableArray.CreateBuilder<TaskEvaluation>();
        foreach (var (task, policies) in settings.ByTask())
        {
            tasks.Add(Evaluate(task, policies, cancellationToken));
        }

        var methods = tasks.SelectMany(task => task.Policies).Select(row => row.Method).Distinct();
        ImmutableArray<TaskAggregate> aggregates = [.. methods.Select(method => Aggregate(method, tasks)).OfType<TaskAggregate>()];
        view.End(aggregates);
        return new EvaluationReport(BuildInformation.Version, EvaluationText.Name(settings.Mode), tasks.ToImmutable(), aggregates);
    }

    // Only whole policies count, so that a part that acted alone is no seed of the whole.
    private static IEnumerable<PolicyEvaluation> Wholes(IEnumerable<PolicyEvaluation> rows) => rows.Where(row => row.Part is EvaluationText.Policy or EvaluationText.Ensemble);

    private static IEnumerable<PolicyView> Parts(PolicySource policy, bool isAlone) => isAlone ? [PolicyView.Ensemble, .. policy.Views] : [PolicyView.Ensemble];

    // Where there are reference returns, the score says what the random policy would.
    private static IEnumerable<(PolicySource Policy, PolicyView Part, Func<IPolicy> Create, int Seeds)> Reference(EnvironmentSpec task, ImmutableArray<PolicySource> policies)
    {
        if (task.References is null && policies.All(policy => policy.Name != PolicySource.Random))
        {
            var random = PolicySource.Resolve(PolicySource.Random)[0];
            yield return (random, PolicyView.Ensemble, random.For(task, PolicyView.Ensemble), 1);
        }
    }

    private static TaskAggregate? Aggregate(string method, IEnumerable<TaskEvaluation> tasks) =>
        TaskAggregate.Of(method, [.. tasks.Select(task => (task.Task, Means(Wholes(task.Policies).Where(row => row.Method == method), row => row.Score?.Estimate)))]);

    private static ImmutableArray<double?> Means(IEnumerable<PolicyEvaluation> rows, Func<PolicyEvaluation, double?> measure) =>
        [.. rows.GroupBy(row => row.Policy).Select(policy => policy.Average(row => measure(row) ?? double.NaN)).Select(mean => double.IsNaN(mean) ? (double?)null : mean)];

    private static MethodEvaluation? Summarize(string method, ImmutableArray<PolicyEvaluation> rows)
    {
        var policies = rows.Select(row => row.Policy).Distinct().Count();
        if (rows.Length < 2)
        {
            return null;
        }

        var (count, over) = policies > 1 ? (policies, "policies") : (rows.Length, "evaluation seeds");
        SeedSummary? Summary(Func<PolicyEvaluation, double?> measure) => SeedSummary.Of(policies > 1 ? Means(rows, measure) : rows.Select(measure));
        return Summary(row => row.Return.Estimate) is { } total ? new MethodEvaluation(method, count, over, total, Summary(row => row.Score?.Estimate), Summary(row => row.Success?.Estimate)) : null;
    }

    private TaskEvaluation Evaluate(EnvironmentEntry task, ImmutableArray<PolicySource> policies, CancellationToken cancellationToken)
    {
        var episodes = settings.EpisodesOf(task.Spec);
        (PolicySource Policy, PolicyView Part, Func<IPolicy> Create, int Seeds)[] work =
        [
            .. policies.SelectMany(policy => Parts(policy, policies.Length == 1).Select(part => (policy, part, policy.For(task.Spec, part), settings.Seeds))),
            .. Reference(task.Spec, policies),
        ];
        view.Begin(task.Spec, policies, settings, episodes);
        var rows = ImmutableArray.CreateBuilder<PolicyEvaluation>();
        foreach (var (policy, part, create, seeds) in work)
        {
            for (var seed = settings.FirstSeed; seed < settings.FirstSeed + seeds; seed++)
            {
                var options = new EvaluationOptions { Episodes = episodes, Seed = (ulong)seed, Mode = settings.Mode, ThreadCount = settings.Threads };
                var result = ParallelEvaluation.Run(task.Create, create, options, cancellationToken);
                rows.Add(PolicyEvaluation.From(task.Spec, policy.Method, policy.Name, EvaluationText.Name(part, policy), seed, result));
                view.Show(rows[^1]);
            }
        }

        ImmutableArray<MethodEvaluation> methods = [.. Wholes(rows).GroupBy(row => row.Method).Select(method => Summarize(method.Key, [.. method])).OfType<MethodEvaluation>()];
        var evaluation = new TaskEvaluation(task.Spec.Name, episodes, task.Spec.References, rows.ToImmutable(), methods);
        view.Sum(evaluation);
        return evaluation;
    }
}
