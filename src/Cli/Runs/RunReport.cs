using System.Collections.Immutable;

namespace MemoryRL.Cli;

/// <summary>Where a run stands: one row of <c>metrics.csv</c>, one refresh of the screen. Counts go on over a resume.</summary>
internal sealed record RunReport
{
    /// <summary>Gets the seconds that the run has taken, stops left out.</summary>
    public required double ElapsedSeconds { get; init; }

    /// <summary>Gets the steps that the agents took.</summary>
    public required long Steps { get; init; }

    /// <summary>Gets the steps a second over the last seconds, the waits between two bursts included.</summary>
    public required double StepsPerSecond { get; init; }

    /// <summary>Gets the finished episodes.</summary>
    public required long Episodes { get; init; }

    /// <summary>Gets the share of successes over the recent window, in [0, 1]; NaN until enough episodes ended for it to say something.</summary>
    public double SuccessRate { get; init; } = double.NaN;

    /// <summary>Gets the random policy's share of successes, in [0, 1].</summary>
    public double RandomSuccessRate { get; init; } = double.NaN;

    /// <summary>Gets the mean return over the recent window; NaN until enough episodes ended.</summary>
    public double MeanReturn { get; init; } = double.NaN;

    /// <summary>Gets the mean number of steps of an episode over the recent window; NaN until enough episodes ended.</summary>
    public double MeanLength { get; init; } = double.NaN;

    /// <summary>Gets the greedy policy's share of successes, where it was looked at since the report before; else NaN.</summary>
    public double GreedySuccessRate { get; init; } = double.NaN;

    /// <summary>Gets the greedy policy's mean return, where it was looked at since the report before; else NaN.</summary>
    public double GreedyMeanReturn { get; init; } = double.NaN;

    /// <summary>Gets the share of the recent steps that the memory's advice chose, in [0, 1].</summary>
    public double AdviceShare { get; init; } = double.NaN;

    /// <summary>Gets the memory's fill.</summary>
    public StoreFill Memory { get; init; }

    /// <summary>Gets the success store's fill.</summary>
    public StoreFill Success { get; init; }

    /// <summary>Gets the failure store's fill.</summary>
    public StoreFill Failure { get; init; }

    /// <summary>Gets the learner's gradient steps.</summary>
    public long Updates { get; init; }

    /// <summary>Gets the version of the policy that the agents act with; 0 before the first.</summary>
    public long PolicyVersion { get; init; }

    /// <summary>Gets the age of that version in seconds; NaN before the first.</summary>
    public double PolicyAgeSeconds { get; init; } = double.NaN;

    /// <summary>Gets the learner's last metrics by name.</summary>
    public ImmutableSortedDictionary<string, double> LearnerMetrics { get; init; } = ImmutableSortedDictionary<string, double>.Empty;

    /// <summary>Gets what the learner waits for, or null.</summary>
    public string? LearnerWaits { get; init; }
}
