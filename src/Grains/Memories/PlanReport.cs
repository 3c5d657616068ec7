using MemoryRL.Core;
using MemoryRL.Grains.Interfaces;

namespace MemoryRL.Grains;

/// <summary>What a call has planned so far.</summary>
internal sealed class PlanReport
{
    private long _episodes;
    private double _targetSum;
    private double _valueSum;
    private double _seconds;

    /// <summary>Gets the number of steps planned.</summary>
    public long Steps { get; private set; }

    /// <summary>Takes what a piece has come to, over all that it has carried so far.</summary>
    /// <param name="piece">The piece.</param>
    /// <param name="duration">The time that its last episodes took.</param>
    public void Take(PlanningPiece piece, TimeSpan duration)
    {
        (_episodes, Steps, _targetSum, _valueSum) = (piece.PlannedEpisodes, piece.PlannedSteps, piece.TargetSum, piece.ValueSum);
        _seconds += duration.TotalSeconds;
    }

    /// <summary>Makes the answer to the call.</summary>
    /// <param name="waitReason">Why the plan is not done yet, or null.</param>
    /// <returns>The answer.</returns>
    public PlanResult ToResult(string? waitReason) =>
        new(_episodes, Steps, Steps == 0 ? 0 : _targetSum / Steps, Steps == 0 ? 0 : _valueSum / Steps, _seconds, waitReason);
}
