using MemoryRL.Client;
using MemoryRL.Environments;

namespace MemoryRL.Cli;

/// <summary>How a run's policy did in one evaluation.</summary>
internal sealed record ResultPoint
{
    /// <summary>Gets how far the training was, in the unit that <see cref="RunResult.ProgressUnit"/> says.</summary>
    public required long At { get; init; }

    /// <summary>Gets the mean undiscounted return, in the task's reward units; NaN where the folder does not say it.</summary>
    public required double Return { get; init; }

    /// <summary>Gets the score by the task's <see cref="ReferenceReturns"/>: 0 for the random reference, 100 for the expert one; null where the task has none.</summary>
    public double? Score { get; init; }

    /// <summary>Gets the share of episodes that reached the goal, in [0, 1]; null where the task has none.</summary>
    public double? Success { get; init; }

    /// <summary>Gets the number of evaluation episodes behind the means.</summary>
    public required int Episodes { get; init; }

    /// <summary>Takes an evaluation in.</summary>
    /// <param name="task">The task.</param>
    /// <param name="at">How far the training was.</param>
    /// <param name="result">How the policy did.</param>
    /// <returns>The point, with the measures that the task has.</returns>
    public static ResultPoint From(EnvironmentSpec task, long at, EvaluationResult result) => new()
    {
        At = at,
        Return = result.Return.Estimate,
        Score = task.References?.Score(result.Return.Estimate),
        Success = task.HasGoal ? result.Success.Estimate : null,
        Episodes = result.Episodes.Length,
    };
}
