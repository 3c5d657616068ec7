using System.Collections.Immutable;
using MemoryRL.Datasets;

namespace MemoryRL.Cli;

/// <summary>How rewards of data are scaled before a learner sees them.</summary>
/// <param name="Name">The name on the command line.</param>
/// <param name="IsScaledByReturns">Whether rewards are multiplied with 1,000 over the range of the data's returns.</param>
/// <param name="Shift">What is added.</param>
/// <param name="Factor">What they are multiplied with else.</param>
/// <remarks>As the official code of IQL (https://github.com/ikostrikov/implicit_q_learning) does by task; VEM's official code takes rewards as they are.</remarks>
internal sealed record OfflineRewards(string Name, bool IsScaledByReturns = false, double Shift = 0, double Factor = 1)
{
    private const double LocomotionRange = 1_000;

    /// <summary>Gets rewards as the data have them.</summary>
    public static OfflineRewards Raw { get; } = new("raw");

    /// <summary>Gets what ant mazes are learned with: a step costs 1, and the goal nothing.</summary>
    public static OfflineRewards MinusOne { get; } = new("minus-one", Shift: -1);

    /// <summary>Gets what planning learners learn ant mazes with: the goal is worth 100, and a step costs nothing.</summary>
    /// <remarks>
    /// With a discount of 0.99 the task is that of <see cref="MinusOne"/>: values are higher by 100, and differences the same (our choice). But a plan takes the
    /// best of all rollouts, so that what is too high stays so for long. Here values that start at 0, and the returns of episodes that ended by a
    /// limit, are too low where they are wrong; there they are too high.
    /// </remarks>
    public static OfflineRewards Hundred { get; } = new("hundred", Factor: 100);

    /// <summary>Gets what locomotion is learned with: the best and the worst episode lie 1,000 apart.</summary>
    public static OfflineRewards Locomotion { get; } = new("locomotion", IsScaledByReturns: true);

    private static ImmutableArray<OfflineRewards> All { get; } = [Raw, MinusOne, Hundred, Locomotion];

    /// <summary>Finds a way to scale rewards.</summary>
    /// <param name="name">Its name; null for the task's own.</param>
    /// <param name="task">The task.</param>
    /// <param name="isPlanned">Whether the learner plans its memory.</param>
    /// <returns>The way.</returns>
    /// <exception cref="UsageException">There is none of that name.</exception>
    public static OfflineRewards Find(string? name, string task, bool isPlanned)
    {
        var found = name is null ? OfTask(task, isPlanned) : All.FirstOrDefault(rewards => rewards.Name == name);
        UsageException.ThrowUnless(found is not null, "--rewards", $"one of {string.Join(", ", All.Select(rewards => rewards.Name))}", name);
        return found;
    }

    /// <summary>Computes what a reward is multiplied with.</summary>
    /// <param name="data">What the learner's data come to.</param>
    /// <returns>The factor.</returns>
    /// <exception cref="InvalidDataException">All episodes have the same return.</exception>
    public double ScaleOf(EpisodeTotals data)
    {
        if (!IsScaledByReturns)
        {
            return Factor;
        }

        var range = data.MaxReturn - data.MinReturn;
        return range > 0 ? LocomotionRange / range
            : throw new InvalidDataException($"Expected episodes of different returns, by which rewards are scaled, but all have {data.MaxReturn}. Name another way with --rewards.");
    }

    private static OfflineRewards OfTask(string task, bool isPlanned) =>
        task.StartsWith("antmaze", StringComparison.Ordinal) ? (isPlanned ? Hundred : MinusOne) : task is "hopper" or "walker2d" or "half-cheetah" ? Locomotion : Raw;
}
