using System.Collections.Immutable;

namespace MemoryRL.Cli;

/// <summary>The columns that every run's <c>metrics.csv</c> has; the learner's metrics follow under their own names.</summary>
internal static class RunReportColumns
{
    /// <summary>The column of the seconds that the run has taken.</summary>
    public const string Elapsed = "elapsed_seconds";

    /// <summary>The column of the steps taken.</summary>
    public const string Steps = "steps";

    /// <summary>The column of the finished episodes.</summary>
    public const string Episodes = "episodes";

    /// <summary>The column of the share of successes.</summary>
    public const string SuccessRate = "success_rate";

    /// <summary>The column of the random policy's share of successes.</summary>
    public const string RandomSuccessRate = "random_success_rate";

    /// <summary>The column of the greedy policy's share of successes.</summary>
    public const string GreedySuccessRate = "greedy_success_rate";

    /// <summary>The column of the greedy policy's mean return.</summary>
    public const string GreedyMeanReturn = "greedy_mean_return";

    /// <summary>The column of the mean return.</summary>
    public const string MeanReturn = "mean_return";

    /// <summary>The column of the mean number of steps of an episode.</summary>
    public const string MeanLength = "mean_length_steps";

    /// <summary>The column of the steps a second.</summary>
    public const string StepsPerSecond = "steps_per_second";

    /// <summary>The column of the share of steps on the memory's advice.</summary>
    public const string AdviceShare = "advice_share";

    /// <summary>The column of the policy's version.</summary>
    public const string PolicyVersion = "policy_version";

    /// <summary>The column of the policy's age.</summary>
    public const string PolicyAge = "policy_age_seconds";

    /// <summary>The column of the learner's gradient steps.</summary>
    public const string Updates = "updates";

    /// <summary>Gets the columns with what they show.</summary>
    public static ImmutableArray<(string Name, Func<RunReport, double> Value)> Fixed { get; } =
    [
        (Elapsed, report => report.ElapsedSeconds),
        (Steps, report => report.Steps),
        (StepsPerSecond, report => report.StepsPerSecond),
        (Episodes, report => report.Episodes),
        (SuccessRate, report => report.SuccessRate),
        (RandomSuccessRate, report => report.RandomSuccessRate),
        (GreedySuccessRate, report => report.GreedySuccessRate),
        (GreedyMeanReturn, report => report.GreedyMeanReturn),
        (MeanReturn, report => report.MeanReturn),
        (MeanLength, report => report.MeanLength),
        (AdviceShare, report => report.AdviceShare),
        (PolicyVersion, report => report.PolicyVersion),
        (PolicyAge, report => report.PolicyAgeSeconds),
        (Updates, report => report.Updates),
        .. Store("memory", report => report.Memory),
        .. Store("success", report => report.Success),
        .. Store("failure", report => report.Failure),
    ];

    /// <summary>Names the column of a store's share of its capacity.</summary>
    /// <param name="store"><c>memory</c>, <c>success</c> or <c>failure</c>.</param>
    /// <returns>The column's name.</returns>
    public static string Fill(string store) => $"{store}_fill";

    /// <summary>Names the column of the episodes that a store ever took.</summary>
    /// <param name="store"><c>memory</c>, <c>success</c> or <c>failure</c>.</param>
    /// <returns>The column's name.</returns>
    public static string Appended(string store) => $"{store}_appended_episodes";

    private static IEnumerable<(string Name, Func<RunReport, double> Value)> Store(string store, Func<RunReport, StoreFill> fill) =>
    [
        ($"{store}_episodes", report => fill(report).Episodes),
        ($"{store}_steps", report => fill(report).Steps),
        (Fill(store), report => fill(report).Share),
        (Appended(store), report => fill(report).AppendedEpisodes),
    ];
}
