using MemoryRL.Client;
using MemoryRL.Core;
using MemoryRL.Environments;

namespace MemoryRL.Cli;

/// <summary>What the memory of a run is.</summary>
internal static class RunMemory
{
    // Agents may be this far ahead of the learner: enough that they never wait for it between two feedings, few enough that what it reads is
    // still on-policy. Our choice.
    private const long UnreadSteps = 8192;

    // Large enough for hundreds of trajectories, small enough that the best soon crowd out those that found the goal by chance; C_S = C_F = 5k
    // for toy tasks (algorithms.md 3.2, [I]).
    private const int TrajectorySteps = 5000;

    /// <summary>Gets how the writer of a run works: what it holds comes on top of what the memory holds unread, so it holds little.</summary>
    public static EpisodeWriterOptions WriterOptions { get; } = new() { CreditSteps = UnreadSteps / 2 };

    /// <summary>Makes the spec: the task's spaces, the columns that the algorithm needs, and success as the task defines it.</summary>
    /// <param name="task">The task.</param>
    /// <param name="algorithm">The algorithm.</param>
    /// <param name="durability">Snapshots where the state lies in the run's folder; none on a cluster, whose silos may keep nothing on disk.</param>
    /// <returns>The spec.</returns>
    public static MemorySpec CreateSpec(EnvironmentSpec task, AlgorithmEntry algorithm, Durability durability) => new(task.Experience with { ExtraColumns = algorithm.Learner?.RequiredColumns ?? [] })
    {
        CapacitySteps = 500_000,
        MaxEpisodeSteps = task.MaxEpisodeSteps ?? 100_000,
        MaxUnreadSteps = algorithm.Learner is null ? 0 : UnreadSteps,
        TrajectoryCapacitySteps = TrajectorySteps,
        Outcome = new ReturnThresholdRule(task.SuccessReturn),
        Durability = durability,
    };
}
