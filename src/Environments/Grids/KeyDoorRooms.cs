using System.Runtime.InteropServices;
using MemoryRL.Core;

namespace MemoryRL.Environments;

/// <summary>
/// Key-Door Rooms: four rooms in a row; fetch the key from the first, unlock the door of the last and walk to its far corner. One reward, far away.
/// </summary>
/// <remarks>
/// Our own task, a stand-in for hard exploration such as Montezuma's Revenge, in the manner of MiniGrid's <c>DoorKey</c> and <c>MultiRoom</c> but
/// with the whole state in view: nobody else's results compare with it. The map is <see cref="Map"/>: <c>A</c> is the start, <c>K</c> the key, <c>D</c> the
/// locked door, <c>G</c> the goal. Nothing is random. Actions 0 up, 1 right, 2 down, 3 left; a move into a wall stays, as does one into the
/// door without the key. Stepping on the key takes it. Free cells, the door among them, are numbered row by row; the observation is that
/// number, plus 103 once the key is held. The reward is 1 at the goal, which ends the episode, else 0. The shortest way has 52 steps.
/// </remarks>
public sealed class KeyDoorRooms : IEnvironment
{
    /// <summary>The number of free cells; there are twice as many observations.</summary>
    public const int CellCount = 103;

    private const int Blocked = -1;

    private static readonly string[] Rows =
    [
        "#########################",
        "#K    #           #    G#",
        "#     #     #     #     #",
        "#     #  A  #     #     #",
        "#     #     #     #     #",
        "#           #     D     #",
        "#########################",
    ];

    // [CellCount, 4]: the cell that each action leads to, or Blocked.
    private static readonly int[] Moves = ComputeMoves();
    private static readonly int Start = CellOf('A');
    private static readonly int Key = CellOf('K');
    private static readonly int Door = CellOf('D');
    private static readonly int Goal = CellOf('G');

    private int _cell;
    private bool _hasKey;
    private bool _isRunning;

    /// <summary>Gets the map, a character a cell: <c>#</c> is a wall.</summary>
    public static ReadOnlySpan<string> Map => Rows;

    /// <inheritdoc/>
    public EnvironmentSpec Spec => UnlimitedSpec;

    /// <summary>Gets the spec without a limit.</summary>
    internal static EnvironmentSpec UnlimitedSpec { get; } = new("key-door-rooms", new ExperienceSpec(new DiscreteSpace(2 * CellCount), new DiscreteSpace(4)))
    {
        Summary = "Fetch a key from the first of four rooms and unlock the last one; 1 at its far corner (our stand-in for hard exploration).",
        SuccessReturn = 0,
        HasGoal = true,
    };

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
        _hasKey = false;
        _isRunning = true;
    }

    /// <inheritdoc/>
    public StepResult Step(ReadOnlySpan<byte> action, Span<byte> observation)
    {
        var choice = DiscreteActions.Read(action, 4);
        ResetFirst.ThrowUnless(_isRunning, Spec);
        var next = Moves[(_cell * 4) + choice];
        if (next != Blocked && (next != Door || _hasKey))
        {
            _cell = next;
            _hasKey |= next == Key;
        }

        MemoryMarshal.Write(observation, _hasKey ? CellCount + _cell : _cell);
        var atGoal = _cell == Goal;
        _isRunning = !atGoal;
        return new StepResult(atGoal ? 1 : 0, atGoal, Truncated: false);
    }

    private static int[] ComputeMoves()
    {
        var moves = new int[CellCount * 4];
        for (var row = 0; row < Rows.Length; row++)
        {
            for (var column = 0; column < Rows[row].Length; column++)
            {
                if (Number(row, column) is var cell and not Blocked)
                {
                    moves[(cell * 4) + 0] = Number(row - 1, column);
                    moves[(cell * 4) + 1] = Number(row, column + 1);
                    moves[(cell * 4) + 2] = Number(row + 1, column);
                    moves[(cell * 4) + 3] = Number(row, column - 1);
                }
            }
        }

        return moves;
    }

    private static int CellOf(char mark)
    {
        var row = Array.FindIndex(Rows, text => text.Contains(mark, StringComparison.Ordinal));
        return Number(row, Rows[row].IndexOf(mark, StringComparison.Ordinal));
    }

    // The walls around the map keep the neighbors of a free cell on it.
    private static int Number(int row, int column) => Rows[row][column] == '#'
        ? Blocked
        : Rows[..row].Sum(text => text.Count(mark => mark != '#')) + Rows[row][..column].Count(mark => mark != '#');
}
