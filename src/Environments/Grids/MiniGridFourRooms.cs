using MemoryRL.Core;

namespace MemoryRL.Environments;

/// <summary>MiniGrid's Four Rooms: find the goal in one of four rooms that are laid out anew for each episode, seeing only what lies ahead.</summary>
/// <remarks>
/// <c>MiniGrid-FourRooms-v0</c> (https://github.com/Farama-Foundation/Minigrid, minigrid/envs/fourrooms.py): 19 by 19 cells, walls around and across the
/// middle, one gap at random in each of the four walls between two rooms; agent, direction and goal uniform over what is free. The observation
/// is MiniGrid's picture alone, <c>[7, 7, 3]</c> bytes, column by column, of kind (0 unseen, 1 empty, 2 wall, 8 goal), color and state;
/// MiniGrid's direction and mission are left out. Actions 0 turn left, 1 turn right, 2 forward; 3 to 6 do nothing here, but take a step. The
/// reward is <c>1 - 0.9 t / 100</c> at the goal with step <c>t</c>, which ends the task, else 0; MiniGrid stops after 100 steps, and
/// after those the reward stays 0.1 (our choice).
/// </remarks>
public sealed class MiniGridFourRooms : IEnvironment
{
    /// <summary>The number of cells along a side of the grid.</summary>
    public const int Side = 19;

    /// <summary>The number of steps that MiniGrid allows, by which the reward falls from 1 to 0.1.</summary>
    public const int RewardSteps = 100;

    private const int Middle = Side / 2;

    // The walls without gaps, row by row.
    private static readonly byte[] Walls = ComputeWalls();

    private readonly byte[] _cells = new byte[Side * Side];
    private RandomStream _random = new(0);
    private int _x;
    private int _y;
    private int _direction;
    private int _stepCount;
    private bool _isRunning;

    /// <inheritdoc/>
    public EnvironmentSpec Spec => UnlimitedSpec;

    /// <summary>Gets the spec without a limit.</summary>
    internal static EnvironmentSpec UnlimitedSpec { get; } = new(
        "mini-grid-four-rooms",
        new ExperienceSpec(new BoxSpace([MiniGridView.Side, MiniGridView.Side, 3], [0], [255], ElementType.UInt8), new DiscreteSpace(7)))
    {
        Summary = "Find the goal in four rooms, new for each episode, from the view ahead; up to 1 at the goal, the sooner the more.",
        SuccessReturn = 0,
        HasGoal = true,
    };

    /// <inheritdoc/>
    public void Seed(RandomStream random) => _random = random;

    /// <inheritdoc/>
    public void Reset(Span<byte> observation)
    {
        BuildWalls(1 + _random.NextInt32(Middle - 1), 1 + _random.NextInt32(Middle - 1), Middle + 1 + _random.NextInt32(Middle - 1), Middle + 1 + _random.NextInt32(Middle - 1));
        var (x, y) = DrawFreeCell();
        var direction = _random.NextInt32(4);
        var goal = DrawFreeCell();
        while (goal == (x, y))
        {
            goal = DrawFreeCell();
        }

        Begin(x, y, direction, goal.X, goal.Y, observation);
    }

    /// <inheritdoc/>
    public StepResult Step(ReadOnlySpan<byte> action, Span<byte> observation)
    {
        var choice = DiscreteActions.Read(action, 7);
        ResetFirst.ThrowUnless(_isRunning, Spec);
        _stepCount++;
        var atGoal = false;
        switch (choice)
        {
            case 0:
                _direction = (_direction + 3) % 4;
                break;
            case 1:
                _direction = (_direction + 1) % 4;
                break;
            case 2:
                atGoal = GoForward();
                break;
            default:
                break;
        }

        MiniGridView.Draw(_cells, Side, _x, _y, _direction, observation);
        _isRunning = !atGoal;
        return new StepResult(atGoal ? (float)(1 - (0.9 * Math.Min(_stepCount, RewardSteps) / RewardSteps)) : 0, atGoal, Truncated: false);
    }

    /// <summary>Starts an episode in given rooms, as recordings of the original task need.</summary>
    /// <param name="gaps">Row of the upper wall's gap, column of the left wall's, column of the right wall's, row of the lower wall's.</param>
    /// <param name="agent">The agent's column and row.</param>
    /// <param name="direction">Where it looks: 0 right, 1 down, 2 left, 3 up.</param>
    /// <param name="goal">The goal's column and row.</param>
    /// <param name="observation">Receives the first observation.</param>
    internal void Reset(ReadOnlySpan<int> gaps, (int X, int Y) agent, int direction, (int X, int Y) goal, Span<byte> observation)
    {
        BuildWalls(gaps[0], gaps[1], gaps[2], gaps[3]);
        Begin(agent.X, agent.Y, direction, goal.X, goal.Y, observation);
    }

    private static byte[] ComputeWalls()
    {
        var cells = new byte[Side * Side];
        for (var y = 0; y < Side; y++)
        {
            for (var x = 0; x < Side; x++)
            {
                cells[(y * Side) + x] = x % Middle == 0 || y % Middle == 0 ? MiniGridView.Wall : MiniGridView.Empty;
            }
        }

        return cells;
    }

    private void BuildWalls(int upperGap, int leftGap, int rightGap, int lowerGap)
    {
        Walls.CopyTo(_cells, 0);
        _cells[(upperGap * Side) + Middle] = MiniGridView.Empty;
        _cells[(Middle * Side) + leftGap] = MiniGridView.Empty;
        _cells[(Middle * Side) + rightGap] = MiniGridView.Empty;
        _cells[(lowerGap * Side) + Middle] = MiniGridView.Empty;
    }

    private void Begin(int x, int y, int direction, int goalX, int goalY, Span<byte> observation)
    {
        _cells[(goalY * Side) + goalX] = MiniGridView.Goal;
        (_x, _y, _direction) = (x, y, direction);
        _stepCount = 0;
        MiniGridView.Draw(_cells, Side, _x, _y, _direction, observation);
        _isRunning = true;
    }

    private bool GoForward()
    {
        var (x, y) = (_x + MiniGridView.StepX(_direction), _y + MiniGridView.StepY(_direction));
        var kind = _cells[(y * Side) + x];
        if (kind != MiniGridView.Wall)
        {
            (_x, _y) = (x, y);
        }

        return kind == MiniGridView.Goal;
    }

    private (int X, int Y) DrawFreeCell()
    {
        while (true)
        {
            var (x, y) = (_random.NextInt32(Side), _random.NextInt32(Side));
            if (_cells[(y * Side) + x] == MiniGridView.Empty)
            {
                return (x, y);
            }
        }
    }
}
