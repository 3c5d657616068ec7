namespace MemoryRL.Environments;

/// <summary>What an agent on a grid of MiniGrid's kind sees: the 7 by 7 cells ahead of it, less those behind walls.</summary>
/// <remarks>
/// MiniGrid's egocentric picture (https://github.com/Farama-Foundation/Minigrid, <c>gen_obs_grid</c> and <c>process_vis</c>): the agent stands
/// in the middle of the last row and looks up. A cell is seen when light spreads to it from the agent's: from each cell seen that is no wall
/// it goes to both sides and to the three cells ahead, never back. Walls are seen and stop it; everything outside the grid is wall.
/// </remarks>
internal static class MiniGridView
{
    /// <summary>The number of cells along a side of the view.</summary>
    public const int Side = 7;

    /// <summary>The number of bytes of a view: <c>[7, 7, 3]</c>, column by column, of kind, color and state.</summary>
    public const int ByteCount = Side * Side * 3;

    /// <summary>The kind of a cell that is not seen.</summary>
    public const byte Unseen = 0;

    /// <summary>The kind of an empty cell.</summary>
    public const byte Empty = 1;

    /// <summary>The kind of a wall.</summary>
    public const byte Wall = 2;

    /// <summary>The kind of the goal.</summary>
    public const byte Goal = 8;

    private const int Center = Side / 2;
    private const byte Green = 1;
    private const byte Grey = 5;

    /// <summary>Gets the step east that a direction takes: 0 right, 1 down, 2 left, 3 up.</summary>
    /// <param name="direction">The direction.</param>
    /// <returns>-1, 0 or 1.</returns>
    public static int StepX(int direction) => direction switch { 0 => 1, 2 => -1, _ => 0 };

    /// <summary>Gets the step south that a direction takes.</summary>
    /// <param name="direction">The direction.</param>
    /// <returns>-1, 0 or 1.</returns>
    public static int StepY(int direction) => direction switch { 1 => 1, 3 => -1, _ => 0 };

    /// <summary>Draws the view.</summary>
    /// <param name="cells">The kinds of the grid's cells, row by row; the grid is square.</param>
    /// <param name="side">The number of cells along a side of the grid.</param>
    /// <param name="x">The agent's column.</param>
    /// <param name="y">The agent's row.</param>
    /// <param name="direction">Where it looks.</param>
    /// <param name="view">Receives the view.</param>
    /// <exception cref="ArgumentException">The view is too short.</exception>
    public static void Draw(ReadOnlySpan<byte> cells, int side, int x, int y, int direction, Span<byte> view)
    {
        var picture = view[..ByteCount];
        Span<byte> kinds = stackalloc byte[Side * Side];
        Gather(cells, side, x, y, direction, kinds);
        Span<byte> seen = stackalloc byte[Side];
        Spread(kinds, seen);

        // The agent itself is not drawn, nor what it stands on.
        kinds[((Side - 1) * Side) + Center] = Empty;
        for (var column = 0; column < Side; column++)
        {
            for (var row = 0; row < Side; row++)
            {
                var kind = (seen[row] & (1 << column)) != 0 ? kinds[(row * Side) + column] : Unseen;
                var cell = picture.Slice(((column * Side) + row) * 3, 3);
                cell[0] = kind;
                cell[1] = kind switch { Wall => Grey, Goal => Green, _ => 0 };
                cell[2] = 0;
            }
        }
    }

    // The kinds of the cells in view, row by row: the last row is the agent's.
    private static void Gather(ReadOnlySpan<byte> cells, int side, int x, int y, int direction, Span<byte> kinds)
    {
        var (aheadX, aheadY) = (StepX(direction), StepY(direction));
        for (var row = 0; row < Side; row++)
        {
            var ahead = Side - 1 - row;
            for (var column = 0; column < Side; column++)
            {
                var right = column - Center;
                var cellX = x + (aheadX * ahead) - (aheadY * right);
                var cellY = y + (aheadY * ahead) + (aheadX * right);
                var isInside = (uint)cellX < (uint)side && (uint)cellY < (uint)side;
                kinds[(row * Side) + column] = isInside ? cells[(cellY * side) + cellX] : Wall;
            }
        }
    }

    // One row after the other, from the agent's on: to the right, then to the left, then ahead. Bit c of a row is column c.
    private static void Spread(ReadOnlySpan<byte> kinds, Span<byte> seen)
    {
        const int All = (1 << Side) - 1;
        var light = 1 << Center;
        for (var row = Side - 1; row >= 0; row--)
        {
            var open = 0;
            for (var column = 0; column < Side; column++)
            {
                open |= kinds[(row * Side) + column] == Wall ? 0 : 1 << column;
            }

            for (var column = 1; column < Side; column++)
            {
                light |= ((light & open) << 1) & All;
                light |= (light & open) >> 1;
            }

            seen[row] = (byte)light;
            var sources = light & open;
            light = (sources | (sources << 1) | (sources >> 1)) & All;
        }
    }
}
