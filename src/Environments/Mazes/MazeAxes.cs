namespace MemoryRL.Environments;

/// <summary>How the rows and columns of a map lie in the plane.</summary>
internal enum MazeAxes
{
    /// <summary>D4RL's maze2d: rows along x and columns along y, cells of 1 m, positions counted from a body at (1.2, 1.2).</summary>
    RowsAlongX = 0,

    /// <summary>Gymnasium-Robotics' mazes: columns along x, rows down y, cells of 4 m, the map's middle at the origin.</summary>
    ColumnsAlongX = 1,
}
