namespace MemoryRL.Environments;

/// <summary>The maps of the tasks.</summary>
/// <remarks>
/// Point mazes: D4RL's U_MAZE, MEDIUM_MAZE and LARGE_MAZE (d4rl/pointmaze/maze_model.py). Ant mazes: Gymnasium-Robotics' U_MAZE, MEDIUM_MAZE
/// and LARGE_MAZE (gymnasium_robotics/envs/maze/maps.py) with the goals of our choice at (3, 1), (6, 6) and (7, 10); there is one at most, and
/// the start is (1, 1).
/// </remarks>
internal static class MazeMaps
{
    /// <summary>Gets the small map of the point tasks, 5 rows by 5.</summary>
    public static MazeMap PointUmaze { get; } = new(
        MazeAxes.RowsAlongX,
        "#####",
        "#GOO#",
        "###O#",
        "#OOO#",
        "#####");

    /// <summary>Gets the middle map of the point tasks, 8 rows by 8.</summary>
    public static MazeMap PointMedium { get; } = new(
        MazeAxes.RowsAlongX,
        "########",
        "#OO##OO#",
        "#OO#OOO#",
        "##OOO###",
        "#OO#OOO#",
        "#O#OO#O#",
        "#OOO#OG#",
        "########");

    /// <summary>Gets the large map of the point tasks, 9 rows by 12.</summary>
    public static MazeMap PointLarge { get; } = new(
        MazeAxes.RowsAlongX,
        "############",
        "#OOOO#OOOOO#",
        "#O##O#O#O#O#",
        "#OOOOOO#OOO#",
        "#O####O###O#",
        "#OO#O#OOOOO#",
        "##O#O#O#O###",
        "#OO#OOO#OGO#",
        "############");

    /// <summary>Gets the small map of the ant tasks, 5 rows by 5.</summary>
    public static MazeMap AntUmaze { get; } = new(
        MazeAxes.ColumnsAlongX,
        "#####",
        "#OOO#",
        "###O#",
        "#GOO#",
        "#####");

    /// <summary>Gets the middle map of the ant tasks, 8 rows by 8.</summary>
    public static MazeMap AntMedium { get; } = new(
        MazeAxes.ColumnsAlongX,
        "########",
        "#OO##OO#",
        "#OO#OOO#",
        "##OOO###",
        "#OO#OOO#",
        "#O#OO#O#",
        "#OOO#OG#",
        "########");

    /// <summary>Gets the large map of the ant tasks, 9 rows by 12.</summary>
    public static MazeMap AntLarge { get; } = new(
        MazeAxes.ColumnsAlongX,
        "############",
        "#OOOO#OOOOO#",
        "#O##O#O#O#O#",
        "#OOOOOO#OOO#",
        "#O####O###O#",
        "#OO#O#OOOOO#",
        "##O#O#O#O###",
        "#OO#OOO#OOG#",
        "############");
}
