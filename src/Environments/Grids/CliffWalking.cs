using System.Runtime.InteropServices;
using MemoryRL.Core;

namespace MemoryRL.Environments;

/// <summary>
/// Cliff Walking on a grid of 4 rows and 12 columns: from the lower left corner to the lower right one, along a cliff.
/// </summary>
/// <remarks>
/// Gymnasium's <c>CliffWalking</c>, not slippery (gymnasium/envs/toy_text/cliffwalking.py; Sutton and Barto, example 6.6): start (3, 0), goal
/// (3, 11), cliff (3, 1) to (3, 10). Actions 0 up, 1 right, 2 down, 3 left; a move off the grid stays. Stepping into the cliff costs 100 and
/// leads back to the start without ending the episode; every other step costs 1, the last one too. The observation is
/// <c>row * 12 + column</c>. Only the goal ends an episode, and there is no limit of steps. The optimal return is -13.
/// </remarks>
public sealed class CliffWalking : IEnvironment
{
    /// <summary>The number of rows.</summary>
    public const int RowCount = 4;

    /// <summary>The number of columns.</summary>
    public const int ColumnCount = 12;

    /// <summary>The index of the first cell of an episode.</summary>
    public const int Start = (RowCount - 1) * ColumnCount;

    /// <summary>The index of the goal.</summary>
    public const int Goal = (RowCount * ColumnCount) - 1;

    private readonly CliffRules _rules;
    private int _cell = Goal;

    /// <summary>Initializes the task with Gymnasium's rules.</summary>
    public CliffWalking()
        : this(CliffRules.Gymnasium)
    {
    }

    /// <summary>Initializes the task.</summary>
    /// <param name="rules">Which rewards it gives and what the cliff does.</param>
    public CliffWalking(CliffRules rules)
    {
        _rules = rules;
        Spec = rules == CliffRules.Gymnasium ? GymnasiumSpec : SparseSpec;
    }

    /// <inheritdoc/>
    public EnvironmentSpec Spec { get; }

    /// <summary>Gets the spec with Gymnasium's rules, without a limit.</summary>
    internal static EnvironmentSpec GymnasiumSpec { get; } = new("cliff-walking", new ExperienceSpec(new DiscreteSpace(RowCount * ColumnCount), new DiscreteSpace(4)))
    {
        Summary = "Walk along a cliff to the other corner; -1 a step, -100 and back to the start for a fall.",
        SuccessReturn = CliffSuccessReturn,
        HasGoal = true,
    };

    /// <summary>Gets the spec of the sparse variant, without a limit.</summary>
    internal static EnvironmentSpec SparseSpec { get; } = new("cliff-walking-sparse", GymnasiumSpec.Experience)
    {
        Summary = "Walk along a cliff to the other corner; 1 at the goal, a fall ends the episode with 0.",
        SuccessReturn = 0,
        HasGoal = true,
    };

    /// <summary>The return that is passed when the goal is reached in fewer than 50 steps without a fall (our choice; the optimum is -13).</summary>
    internal const double CliffSuccessReturn = -50;

    /// <inheritdoc/>
    public void Seed(RandomStream random)
    {
        // Nothing here is random.
    }

    /// <inheritdoc/>
    public void Reset(Span<byte> observation)
    {
        MemoryMarshal.Write(observation, Start);
        _cell = Start;
    }

    /// <inheritdoc/>
    public StepResult Step(ReadOnlySpan<byte> action, Span<byte> observation)
    {
        var choice = DiscreteActions.Read(action, 4);
        var (row, column) = Math.DivRem(_cell, ColumnCount);
        ResetFirst.ThrowUnless(row < RowCount - 1 || column == 0, Spec);

        switch (choice)
        {
            case 0:
                row = Math.Max(row - 1, 0);
                break;
            case 1:
                column = Math.Min(column + 1, ColumnCount - 1);
                break;
            case 2:
                row = Math.Min(row + 1, RowCount - 1);
                break;
            default:
                column = Math.Max(column - 1, 0);
                break;
        }

        _cell = (row * ColumnCount) + column;
        var result = new StepResult(_rules == CliffRules.Gymnasium ? -1 : 0, Terminated: false, Truncated: false);
        if (_cell == Goal)
        {
            result = new StepResult(_rules == CliffRules.Gymnasium ? -1 : 1, Terminated: true, Truncated: false);
        }
        else if (_cell > Start)
        {
            result = Fall();
        }

        MemoryMarshal.Write(observation, _cell);
        return result;
    }

    private StepResult Fall()
    {
        if (_rules == CliffRules.Sparse)
        {
            return new StepResult(0, Terminated: true, Truncated: false);
        }

        _cell = Start;
        return new StepResult(-100, Terminated: false, Truncated: false);
    }
}
