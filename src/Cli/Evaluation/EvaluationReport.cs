using System.Collections.Immutable;
using System.Text.Json.Serialization;
using MemoryRL.Client;
using MemoryRL.Environments;

namespace MemoryRL.Cli;

/// <summary>Everything that <c>memoryrl evaluate</c> found, for a file.</summary>
/// <param name="Version">The program's version.</param>
/// <param name="Mode"><c>greedy</c> or <c>explore</c>.</param>
/// <param name="Tasks">The tasks.</param>
/// <param name="Aggregates">The methods that were evaluated on several tasks.</param>
internal sealed record EvaluationReport(string Version, string Mode, ImmutableArray<TaskEvaluation> Tasks, ImmutableArray<TaskAggregate> Aggregates);

/// <summary>How policies did on one task.</summary>
/// <param name="Task">The task's name.</param>
/// <param name="Episodes">The number of episodes of each row of <paramref name="Policies"/>.</param>
/// <param name="References">The returns that scores are normalised by: D4RL's; null where the task has none.</param>
/// <param name="Policies">One row for each policy and seed of the episodes.</param>
/// <param name="Methods">One row for each method with several policies or seeds.</param>
internal sealed record TaskEvaluation(string Task, int Episodes, ReferenceReturns? References, ImmutableArray<PolicyEvaluation> Policies, ImmutableArray<MethodEvaluation> Methods);

/// <summary>How one policy did in one set of episodes; intervals are over episodes.</summary>
/// <param name="Method">The method.</param>
/// <param name="Policy">The policy's name.</param>
/// <param name="Part">Which part of it acted; <c>policy</c> or <c>ensemble</c> for the whole.</param>
/// <param name="Seed">The seed of the episodes.</param>
/// <param name="Return">The mean return.</param>
/// <param name="Score">The normalised score; null where the task has no references.</param>
/// <param name="Success">The share of successes, in [0, 1]; null where the task has no goal.</param>
/// <param name="MeanLength">The mean number of steps.</param>
/// <param name="MinLength">The least number of steps.</param>
/// <param name="MaxLength">The largest number of steps.</param>
internal sealed record PolicyEvaluation(string Method, string Policy, string Part, long Seed, Interval Return, Interval? Score, Interval? Success, double MeanLength, int MinLength, int MaxLength)
{
    /// <summary>Takes an evaluation in.</summary>
    /// <param name="task">The task.</param>
    /// <param name="method">The method.</param>
    /// <param name="policy">The policy's name.</param>
    /// <param name="part">Which part of it acted.</param>
    /// <param name="seed">The seed of the episodes.</param>
    /// <param name="result">How the policy did.</param>
    /// <returns>The row, with the measures that the task has.</returns>
    public static PolicyEvaluation From(EnvironmentSpec task, string method, string policy, string part, long seed, EvaluationResult result) => new(
        method,
        policy,
        part,
        seed,
        result.Return,
        task.References is { } references ? new Interval(references.Score(result.Return.Estimate), references.Score(result.Return.Low), references.Score(result.Return.High)) : null,
        task.HasGoal ? result.Success : null,
        result.MeanLength,
        result.Episodes.Min(episode => episode.Length),
        result.Episodes.Max(episode => episode.Length));
}

/// <summary>How a method did over its seeds; intervals are bootstrap intervals over <paramref name="Over"/>.</summary>
/// <param name="Method">The method.</param>
/// <param name="Count">How many there are.</param>
/// <param name="Over"><c>policies</c>, or <c>evaluation seeds</c> where there is a single policy: those say nothing about training anew.</param>
/// <param name="Return">The return.</param>
/// <param name="Score">The normalised score; null where the task has no references.</param>
/// <param name="Success">The share of successes; null where the task has no goal.</param>
internal sealed record MethodEvaluation(string Method, int Count, string Over, SeedSummary Return, SeedSummary? Score, SeedSummary? Success);

/// <summary>Source-generated JSON of evaluations.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(EvaluationReport))]
internal sealed partial class EvaluationJsonContext : JsonSerializerContext;
