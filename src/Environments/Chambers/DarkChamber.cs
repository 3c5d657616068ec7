using MemoryRL.Core;

namespace MemoryRL.Environments;

/// <summary>
/// Dark Chamber: an empty square room drawn as a nearly black picture, in which only the agent's faint spot tells where it stands.
/// </summary>
/// <remarks>
/// AdaMemento (arXiv 2410.04498) names a task like this and publishes no definition: everything here is our choice (algorithms.md 3.2, [I]).
/// A room of 10 by 10 cells, each 3 by 3 pixels of a 32 by 32 picture of bytes, and a border of one pixel. Floor and border
/// are black; the agent's cell has brightness 8 of 255, a contrast of 0.03; the goal, the lower right cell, is not drawn. The start is
/// uniform over the other cells. Actions 0 up, 1 right, 2 down, 3 left; a move into the wall stays. The reward is 1 at the goal, which ends the
/// episode, else 0.
/// </remarks>
public sealed class DarkChamber : IEnvironment
{
    /// <summary>The number of cells along a side of the room.</summary>
    public const int RoomSize = 10;

    /// <summary>The number of pixels along a side of the picture.</summary>
    public const int ImageSize = 32;

    /// <summary>The brightness of the agent's pixels, of 255.</summary>
    public const byte AgentBrightness = 8;

    /// <summary>The goal's number: <c>row * 10 + column</c>.</summary>
    public const int Goal = (RoomSize * RoomSize) - 1;

    private const int CellPixels = 3;
    private const int Border = 1;

    private RandomStream _random = new(0);
    private int _cell = Goal;

    /// <inheritdoc/>
    public EnvironmentSpec Spec => UnlimitedSpec;

    /// <summary>Gets the spec without a limit.</summary>
    internal static EnvironmentSpec UnlimitedSpec { get; } = new(
        "dark-chamber",
        new ExperienceSpec(new BoxSpace([ImageSize, ImageSize], [0], [255], ElementType.UInt8), new DiscreteSpace(4)))
    {
        Summary = "Find a hidden corner of a nearly black room from pictures; 1 at the goal.",
        SuccessReturn = 0,
        HasGoal = true,
    };

    /// <inheritdoc/>
    public void Seed(RandomStream random) => _random = random;

    /// <inheritdoc/>
    public void Reset(Span<byte> observation)
    {
        _cell = _random.NextInt32(Goal);
        Draw(observation);
    }

    /// <inheritdoc/>
    public StepResult Step(ReadOnlySpan<byte> action, Span<byte> observation)
    {
        var choice = DiscreteActions.Read(action, 4);
        ResetFirst.ThrowUnless(_cell != Goal, Spec);

        var (row, column) = Math.DivRem(_cell, RoomSize);
        switch (choice)
        {
            case 0:
                row = Math.Max(row - 1, 0);
                break;
            case 1:
                column = Math.Min(column + 1, RoomSize - 1);
                break;
            case 2:
                row = Math.Min(row + 1, RoomSize - 1);
                break;
            default:
                column = Math.Max(column - 1, 0);
                break;
        }

        _cell = (row * RoomSize) + column;
        Draw(observation);
        var atGoal = _cell == Goal;
        return new StepResult(atGoal ? 1 : 0, atGoal, Truncated: false);
    }

    private void Draw(Span<byte> observation)
    {
        var image = observation[..(ImageSize * ImageSize)];
        image.Clear();
        var (row, column) = Math.DivRem(_cell, RoomSize);
        for (var y = 0; y < CellPixels; y++)
        {
            var start = ((Border + (row * CellPixels) + y) * ImageSize) + Border + (column * CellPixels);
            image.Slice(start, CellPixels).Fill(AgentBrightness);
        }
    }
}
