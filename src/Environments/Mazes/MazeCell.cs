namespace MemoryRL.Environments;

/// <summary>A cell of a maze.</summary>
/// <param name="Row">The row of the map, from 0 at the top.</param>
/// <param name="Column">The column of the map, from 0 at the left.</param>
public readonly record struct MazeCell(int Row, int Column);
