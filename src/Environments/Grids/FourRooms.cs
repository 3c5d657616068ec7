using System.Runtime.InteropServices;
using MemoryRL.Core;

namespace MemoryRL.Environments;

/// <summary>Four Rooms: 104 free cells in four rooms that four doors join; the goal is the door on the right.</summary>
/// <remarks>
/// The classic task of Sutton, Precup and Singh 1999, with the rules of the option-critic's code
/// (https://github.com/jeanharb/option_critic, fourrooms/fourrooms.py): free cells are numbered row by row, the goal is number 62, the start is
/// uniform over the others. Actions 0 up, 1 down, 2 left, 3 right; a move into a wall stays. After a move that was not blocked the agent
/// slips, with probability 1/3, to a free neighbour of the new cell, each equally likely; it then stands where it slipped to, and the goal
/// counts only for where it stands. The reward is 1 at the goal, which ends the episode, else 0.
/// </remarks>
public sealed class FourRooms : IEnvironment
{
    /// <summary>The number of free cells, and of observations.</summary>
    public const int CellCount = 104;

    /// <summary>The goal's number.</summary>
    public const int Goal = 62;

    /// <summary>The map: <c>w</c> is a wall, a space is free.</summary>
    internal static readonly string[] Map =
    [
        "wwwwwwwwwwwww",
        "w     w     w",
        "w     w     w",
        "w           w",
        "w     w     w",
        "w     w     w",
        "ww wwww     w",
        "w     www www",
        "w     w     w",
        "w     w     w",
        "w           w",
        "w     w     w",
        "wwwwwwwwwwwww",
    ];

    private const int Blocked = -1;

    // [CellCount, 4]: the cell that each action leads to, or Blocked.
    private static readonly int[] Moves = ComputeMoves();

    // [CellCount, 4] and how many of each row count: the free neighbours of each cell.
    private static readonly int[] Neighbors = ComputeNeighbors(out NeighborCounts);
    private static readonly int[] NeighborCounts;

    private RandomStream _random = new(0);
    private int _cell = Goal;

    /// <inheritdoc/>
    public EnvironmentSpec Spec => UnlimitedSpec;

    /// <summary>Gets the spec without a limit.</summary>
    internal static EnvironmentSpec UnlimitedSpec { get; } = new("four-rooms", new ExperienceSpec(new DiscreteSpace(CellCount), new DiscreteSpace(4)))
    {
        Summary = "Find the door on the right through four rooms, slipping one time in three; 1 at the goal.",
        SuccessReturn = 0,
        HasGoal = true,
    };

    /// <inheritdoc/>
    public void Seed(RandomStream random) => _random = random;

    /// <inheritdoc/>
    public void Reset(Span<byte> observation)
    {
        var start = _random.NextInt32(CellCount - 1);
        _cell = start < Goal ? start : start + 1;
        MemoryMarshal.Write(observation, _cell);
    }

    /// <inheritdoc/>
    public StepResult Step(ReadOnlySpan<byte> action, Span<byte> observation)
    {
        var choice = DiscreteActions.Read(action, 4);
        ResetFirst.ThrowUnless(_cell != Goal, Spec);

        var next = Moves[(_cell * 4) + choice];
        if (next != Blocked)
        {
            if (_random.NextInt32(3) == 0)
            {
                next = Neighbors[(next * 4) + _random.NextInt32(NeighborCounts[next])];
            }

            _cell = next;
        }

        MemoryMarshal.Write(observation, _cell);
        var atGoal = _cell == Goal;
        return new StepResult(atGoal ? 1 : 0, atGoal, Truncated: false);
    }

    private static int[] ComputeMoves()
    {
        var numbers = new Dictionary<(int Row, int Column), int>();
        for (var row = 0; row < Map.Length; row++)
        {
            for (var column = 0; column < Map[row].Length; column++)
            {
                if (Map[row][column] == ' ')
                {
                    numbers.Add((row, column), numbers.Count);
                }
            }
        }

        var moves = new int[CellCount * 4];
        foreach (var ((row, column), cell) in numbers)
        {
            moves[(cell * 4) + 0] = numbers.GetValueOrDefault((row - 1, column), Blocked);
            moves[(cell * 4) + 1] = numbers.GetValueOrDefault((row + 1, column), Blocked);
            moves[(cell * 4) + 2] = numbers.GetValueOrDefault((row, column - 1), Blocked);
            moves[(cell * 4) + 3] = numbers.GetValueOrDefault((row, column + 1), Blocked);
        }

        return moves;
    }

    private static int[] ComputeNeighbors(out int[] counts)
    {
        var neighbors = new int[CellCount * 4];
        counts = new int[CellCount];
        for (var cell = 0; cell < CellCount; cell++)
        {
            for (var action = 0; action < 4; action++)
            {
                var next = Moves[(cell * 4) + action];
                if (next != Blocked)
                {
                    neighbors[(cell * 4) + counts[cell]] = next;
                    counts[cell]++;
                }
            }
        }

        return neighbors;
    }
}
