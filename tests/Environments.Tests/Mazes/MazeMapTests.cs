using MemoryRL.Core;

namespace MemoryRL.Environments.Tests;

/// <summary>Maps, their coordinates and their ways.</summary>
public sealed class MazeMapTests
{
    public static TheoryData<string> Tasks => ["point-maze-umaze", "point-maze-medium", "point-maze-large", "antmaze-umaze", "antmaze-medium", "antmaze-large"];

    // The maps by name, so that a machine without libmujoco checks the ant's too.
    private static MazeMap MapOf(string task) => task switch
    {
        "point-maze-umaze" => MazeMaps.PointUmaze,
        "point-maze-medium" => MazeMaps.PointMedium,
        "point-maze-large" => MazeMaps.PointLarge,
        "antmaze-umaze" => MazeMaps.AntUmaze,
        "antmaze-medium" => MazeMaps.AntMedium,
        _ => MazeMaps.AntLarge,
    };

    [Theory]
    [MemberData(nameof(Tasks))]
    public void The_shortest_ways_are_those_of_floyd_and_warshall(string task)
    {
        var map = MapOf(task);
        var cells = map.FreeCells;
        var lengths = new double[cells.Length, cells.Length];
        for (var i = 0; i < cells.Length; i++)
        {
            for (var j = 0; j < cells.Length; j++)
            {
                var apart = Math.Abs(cells[i].Row - cells[j].Row) + Math.Abs(cells[i].Column - cells[j].Column);
                lengths[i, j] = apart <= 1 ? apart : double.PositiveInfinity;
            }
        }

        for (var k = 0; k < cells.Length; k++)
        {
            for (var i = 0; i < cells.Length; i++)
            {
                for (var j = 0; j < cells.Length; j++)
                {
                    lengths[i, j] = Math.Min(lengths[i, j], lengths[i, k] + lengths[k, j]);
                }
            }
        }

        for (var i = 0; i < cells.Length; i++)
        {
            for (var j = 0; j < cells.Length; j++)
            {
                Assert.Equal((int)lengths[i, j], map.Paths.Distance(cells[i], cells[j]));
                var next = map.Paths.Next(cells[i], cells[j]);
                Assert.Equal(Math.Max(lengths[i, j] - 1, 0), lengths[cells.IndexOf(next), j]);
            }
        }
    }

    [Theory]
    [InlineData("point-maze-umaze", 1, 1, 7)]
    [InlineData("point-maze-medium", 6, 6, 26)]
    [InlineData("point-maze-large", 7, 9, 46)]
    [InlineData("antmaze-umaze", 3, 1, 7)]
    [InlineData("antmaze-medium", 6, 6, 26)]
    [InlineData("antmaze-large", 7, 10, 46)]
    public void Each_map_has_its_goal_and_its_number_of_free_cells(string task, int row, int column, int freeCells)
    {
        var map = MapOf(task);
        Assert.Equal(new MazeCell(row, column), map.GoalCell);
        Assert.Equal(freeCells, map.FreeCells.Length);
        Assert.Equal(map.RowCount * map.ColumnCount, map.FreeCells.Length + map.Walls.Length);
    }

    [Theory]
    [MemberData(nameof(Tasks))]
    public void Points_around_a_cells_centre_are_in_the_cell(string task)
    {
        var map = MapOf(task);
        var reach = 0.499 * map.CellSize;
        foreach (var cell in map.FreeCells.Concat(map.Walls))
        {
            var (x, y) = map.CenterOf(cell);
            Assert.Equal(cell, map.CellAt(x - reach, y + reach));
            Assert.Equal(cell, map.CellAt(x + reach, y - reach));
            var (anchorX, anchorY) = map.AnchorOf(cell);
            Assert.Equal(cell, map.CellAt(anchorX, anchorY));
        }
    }

    [Fact]
    public void Cells_lie_where_the_published_tasks_have_them()
    {
        // D4RL: rows are x; Gymnasium-Robotics: x = (j + 0.5) 4 - 2 W, y = 2 H - (i + 0.5) 4.
        Assert.Equal((7, 9), MazeMaps.PointLarge.AnchorOf(new MazeCell(7, 9)));
        Assert.Equal((-4, 4), MazeMaps.AntUmaze.AnchorOf(new MazeCell(1, 1)));
        Assert.Equal((-4, -4), MazeMaps.AntUmaze.AnchorOf(new MazeCell(3, 1)));
        Assert.Equal((10, -10), MazeMaps.AntMedium.AnchorOf(new MazeCell(6, 6)));
        Assert.Equal((18, -12), MazeMaps.AntLarge.AnchorOf(new MazeCell(7, 10)));
    }

    [Theory]
    [InlineData(-5, 2)]
    [InlineData(double.NaN, 2)]
    [InlineData(double.PositiveInfinity, 2)]
    [InlineData(2, 1)]
    public void A_goal_outside_of_the_free_cells_is_refused(double x, double y)
    {
        var maze = (IMazeEnvironment)EnvironmentRegistry.Create("point-maze-umaze").Unwrapped;
        var error = Assert.Throws<InvalidExperienceException>(() => maze.SetGoal(x, y));
        Assert.Equal(("maze.goal", "a point in a free cell of the maze"), (error.Field, error.Expected));
        Assert.Equal((1, 1), maze.Goal);
        Assert.Throws<InvalidExperienceException>(() => new PointWaypointController(maze.Map).SetTarget(x, y));
    }

    [Fact]
    public void Walls_are_refused_as_starts_and_as_ends_of_ways()
    {
        var maze = (IMazeEnvironment)EnvironmentRegistry.Create("point-maze-umaze").Unwrapped;
        var wall = new MazeCell(2, 1);
        Assert.Equal("maze.start", Assert.Throws<InvalidExperienceException>(() => maze.SetStart(wall)).Field);
        Assert.Equal("maze.from", Assert.Throws<InvalidExperienceException>(() => maze.Map.Paths.Next(wall, new MazeCell(1, 1))).Field);
        Assert.Equal("maze.target", Assert.Throws<InvalidExperienceException>(() => maze.Map.Paths.Distance(new MazeCell(1, 1), wall)).Field);
    }
}
