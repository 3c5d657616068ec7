using System.Collections.Immutable;
using MemoryRL.Core;
using MemoryRL.Learning;

namespace MemoryRL.Cli;

/// <summary>Options of the experiment <c>vem-random-mdp</c>.</summary>
internal sealed record VemRandomMdpOptions
{
    /// <summary>Gets the number of random processes.</summary>
    /// <value>At least 2; the default is 100.</value>
    public int Mdps { get; init; } = 100;

    /// <summary>Gets the seed; every process has a stream of its own.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>Gets the number of trajectories from which a variance is measured.</summary>
    /// <value>At least 1; the default is 1,000, as in the official code.</value>
    public int Trajectories { get; init; } = 1_000;

    /// <summary>Gets how processes are drawn.</summary>
    public RandomMdpSettings Mdp { get; init; } = new();

    /// <summary>Gets the number of processes that are worked on at once; it changes the time, never the result.</summary>
    /// <value>At least 1; the default is the number of processors.</value>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Gets the expectiles of the operators.</summary>
    public static ImmutableArray<double> Expectiles { get; } = [0.6, 0.7, 0.8, 0.9];

    /// <summary>Gets the longest rollouts that are compared, under one behaviour.</summary>
    public static ImmutableArray<int> Steps { get; } = [1, 2, 3, 4];

    /// <summary>Gets the longest rollout under every one of the compared behaviours.</summary>
    public static int BehaviorSteps => 10;

    /// <summary>Gets the temperatures of the compared behaviours.</summary>
    public static ImmutableArray<double> Temperatures { get; } = [0.1, 0.3, 1, 3];

    /// <summary>Gets the deviations of the noise on backed-up values.</summary>
    public static ImmutableArray<double> Noises { get; } = [0, 0.2, 0.3, 0.5, 1];

    /// <summary>Gets the expectiles under noise.</summary>
    public static ImmutableArray<double> NoisyExpectiles { get; } = [0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99];

    /// <summary>Gets the number of noisy applications of an operator.</summary>
    public static int NoisyIterations => 300;

    /// <summary>Gets the pairs of value tables on which each operator's contraction is looked at, beside the pair of the start and the fixed point.</summary>
    public static int PairsPerOperator => 4;

    /// <summary>Gets the numbers of candidates among which a maximum is estimated.</summary>
    public static ImmutableArray<int> Candidates { get; } = [.. Enumerable.Range(0, 11).Select(i => 1 + (10 * i))];

    /// <summary>Gets how often each of these is estimated.</summary>
    public static int Estimates => 10_000;

    /// <summary>Checks every value.</summary>
    /// <exception cref="InvalidExperienceException">A value is not allowed; the message names it.</exception>
    public void Validate()
    {
        InvalidExperienceException.ThrowUnless(Mdps is >= 2 and <= 1_000_000, "--mdps", "2 to 1,000,000 processes", Mdps);
        InvalidExperienceException.ThrowUnless(Trajectories is >= 1 and <= 10_000_000, "--trajectories", "1 to 10,000,000 trajectories", Trajectories);
        InvalidExperienceException.ThrowUnless(Threads is >= 1 and <= 1024, "--threads", "1 to 1024 threads", Threads);
        Mdp.Validate();
    }
}
