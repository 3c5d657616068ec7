using System.Collections.Immutable;
using MemoryRL.Core;

namespace MemoryRL.Cli;

/// <summary>Options of the experiment <c>cliff-walking-reflection</c>.</summary>
public sealed record CliffWalkingReflectionOptions
{
    /// <summary>Gets the number of seeds of each arm.</summary>
    /// <value>At least 2; the default is 10.</value>
    public int Seeds { get; init; } = 10;

    /// <summary>Gets the first seed.</summary>
    public long FirstSeed { get; init; } = 1;

    /// <summary>Gets the number of training episodes of every run.</summary>
    /// <value>At least 1; the default is 3,000.</value>
    public long EpisodeBudget { get; init; } = 3_000;

    /// <summary>Gets the number of greedy episodes of an evaluation, after every feeding.</summary>
    /// <value>At least 1; the default is 100.</value>
    public int EvaluationEpisodes { get; init; } = 100;

    /// <summary>Gets the share of greedy successes that is the target.</summary>
    /// <value>In (0, 1]; the default is 0.9.</value>
    public double Target { get; init; } = 0.9;

    /// <summary>Gets the number of agents of a run.</summary>
    /// <value>At least 1; the default is 16.</value>
    public int Agents { get; init; } = 16;

    /// <summary>Gets the number of runs at once.</summary>
    /// <value>At least 1; the default is the number of processors.</value>
    public int Parallelism { get; init; } = Environment.ProcessorCount;

    /// <summary>Gets learner options that every arm shares, beside <c>memory</c>.</summary>
    /// <value>The default feeds half as many steps at a time as the learner's own, so that the curves have twice the resolution.</value>
    public ImmutableSortedDictionary<string, string> LearnerOptions { get; init; } =
        ImmutableSortedDictionary<string, string>.Empty.Add("fresh-steps", "1024").Add("minibatch-size", "128");

    /// <summary>Checks every value.</summary>
    /// <exception cref="InvalidExperienceException">A value is not allowed; the message names it.</exception>
    public void Validate()
    {
        InvalidExperienceException.ThrowUnless(Seeds >= 2, "seeds", "2 or more", Seeds);
        InvalidExperienceException.ThrowUnless(EpisodeBudget >= 1, "episode-budget", "1 or more episodes", EpisodeBudget);
        InvalidExperienceException.ThrowUnless(EvaluationEpisodes >= 1, "evaluation-episodes", "1 or more episodes", EvaluationEpisodes);
        InvalidExperienceException.ThrowUnless(Target is > 0 and <= 1, "target", "a share above 0, at most 1", Target);
        InvalidExperienceException.ThrowUnless(Agents >= 1, "agents", "1 or more", Agents);
        InvalidExperienceException.ThrowUnless(Parallelism >= 1, "parallelism", "1 or more", Parallelism);
        InvalidExperienceException.ThrowUnless(!LearnerOptions.ContainsKey("memory"), "learner-options", "no 'memory', which is what the arms differ in", "one");
    }
}
