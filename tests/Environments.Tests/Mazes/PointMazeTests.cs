using System.Runtime.InteropServices;
using MemoryRL.Core;

namespace MemoryRL.Environments.Tests;

/// <summary>The point mazes that need no library: motion, rewards, starts.</summary>
public sealed class PointMazeTests
{
    private readonly float[] _values = new float[4];

    private Span<byte> Bytes => MemoryMarshal.AsBytes(_values.AsSpan());

    [Fact]
    public void Away_from_walls_the_ball_moves_by_the_closed_form_of_damped_motion()
    {
        var maze = Create("point-maze-large");
        double[] start = [3, 2];
        double[] speed = [0.3, -0.2];
        maze.SetState(start, speed, Bytes);
        var control = new Vector2(0.004f, 0.01f);
        const int Steps = 40;
        for (var step = 0; step < Steps; step++)
        {
            Push(maze, control.X, control.Y);
        }

        // v' = r v + (1 - r) u / b with r = m / (m + h b); x is the sum of h v'.
        const double Mass = 4.0 / 3 * Math.PI * 0.001 * 1000;
        const double Ratio = Mass / (Mass + 0.01);
        var (positions, velocities) = (new double[2], new double[2]);
        maze.GetState(positions, velocities);
        for (var axis = 0; axis < 2; axis++)
        {
            var limit = 100.0 * (axis == 0 ? control.X : control.Y);
            var power = Math.Pow(Ratio, Steps);
            Assert.Equal(limit + ((speed[axis] - limit) * power), velocities[axis], 10);
            var travelled = 0.01 * ((Steps * limit) + ((speed[axis] - limit) * Ratio * (1 - power) / (1 - Ratio)));
            Assert.Equal(start[axis] + travelled, positions[axis], 10);
        }
    }

    [Fact]
    public void However_it_is_pushed_the_ball_stays_among_the_walls()
    {
        foreach (var name in new[] { "point-maze-umaze", "point-maze-medium", "point-maze-large" })
        {
            var maze = Create(name);
            maze.Seed(new RandomStream(2));
            var random = new RandomStream(3);
            var (x, y) = (0f, 0f);
            maze.Reset(Bytes);
            for (var step = 0; step < 20_000; step++)
            {
                // Full force for a while, so that it meets the walls at its highest speeds.
                if (step % 25 == 0)
                {
                    (x, y) = ((2 * random.NextInt32(2)) - 1, random.NextInt32(3) - 1);
                }

                Push(maze, x, y);
                var deepest = maze.Map.Walls.Min(wall => Gap(maze.Map.CenterOf(wall)));

                // At 5 m/s a step covers half the radius, and the wall needs another to stop the ball.
                Assert.True(deepest > -0.08, $"{name}, step {step}: {-deepest} m inside a wall");
            }
        }

        // Between the ball's surface and a wall's square.
        double Gap((double X, double Y) center)
        {
            var (outX, outY) = (Math.Max(Math.Abs(_values[0] - center.X) - 0.5, 0), Math.Max(Math.Abs(_values[1] - center.Y) - 0.5, 0));
            return Math.Sqrt((outX * outX) + (outY * outY)) - 0.1;
        }
    }

    [Theory]
    [InlineData("point-maze-medium", 0.49, 1)]
    [InlineData("point-maze-medium", 0.51, 0)]
    [InlineData("point-maze-medium-dense", 0.49, 0.6126264)]
    [InlineData("point-maze-medium-dense", 2.5, 0.0820850)]
    public void The_reward_follows_the_distance_to_the_goal_after_the_step(string name, double distance, double reward)
    {
        var maze = Create(name);
        maze.SetGoal(4, 4);
        maze.SetState([4, 4 - distance], [0, 0], Bytes);
        Assert.Equal(reward, Push(maze, 0, 0).Reward, 6);

        // Three centimetres a step: from 0.52 m away to 0.49.
        maze.SetState([4.52, 4], [-3, 0], Bytes);
        var inside = Push(maze, 0, 0).Reward;
        Assert.InRange(_values[0], 4.489, 4.491);
        Assert.Equal(name.EndsWith("-dense", StringComparison.Ordinal) ? Math.Exp(4 - _values[0]) : 1, inside, 6);
    }

    [Fact]
    public void Speeds_are_cut_before_the_step()
    {
        var maze = Create("point-maze-large");
        maze.SetState([3, 3], [80, -80], Bytes);
        Assert.Equal(80, _values[2]);
        Push(maze, 0, 0);
        Assert.InRange(_values[2], 4.98, 5);
        Assert.InRange(_values[3], -5, -4.98);
    }

    [Fact]
    public void Episodes_begin_in_every_free_cell_alike_near_its_anchor()
    {
        var maze = Create("point-maze-medium");
        maze.Seed(new RandomStream(4));
        var counts = new int[maze.Map.FreeCells.Length];
        const int Episodes = 5200;
        var squares = 0.0;
        for (var episode = 0; episode < Episodes; episode++)
        {
            maze.Reset(Bytes);
            var cell = new MazeCell((int)Math.Round(_values[0]), (int)Math.Round(_values[1]));
            Assert.InRange(_values[0] - cell.Row, -0.1001, 0.1001);
            Assert.InRange(_values[1] - cell.Column, -0.1001, 0.1001);
            counts[maze.Map.FreeCells.IndexOf(cell)]++;
            squares += (_values[2] * _values[2]) + (_values[3] * _values[3]);
        }

        const double Expected = Episodes / 26.0;
        Assert.InRange(counts.Sum(count => (count - Expected) * (count - Expected) / Expected), 0, Stepping.ChiSquareCritical(25));
        Assert.InRange(squares / (2 * Episodes), 0.0095, 0.0105);
    }

    [Fact]
    public void A_start_that_was_set_holds_until_it_is_taken_back()
    {
        var maze = Create("point-maze-umaze");
        maze.Seed(new RandomStream(5));
        maze.SetStart(new MazeCell(3, 3));
        for (var episode = 0; episode < 20; episode++)
        {
            maze.Reset(Bytes);
            Assert.Equal(new MazeCell(3, 3), maze.Map.CellAt(_values[0], _values[1]));
        }

        maze.SetStart(null);
        var cells = new HashSet<MazeCell>();
        for (var episode = 0; episode < 100; episode++)
        {
            maze.Reset(Bytes);
            cells.Add(maze.Map.CellAt(_values[0], _values[1]));
        }

        Assert.Equal(7, cells.Count);
    }

    [Theory]
    [InlineData("point-maze-umaze", 300)]
    [InlineData("point-maze-medium-dense", 600)]
    [InlineData("point-maze-large", 800)]
    public void Only_the_limit_ends_an_episode_and_the_same_seed_gives_it_again(string name, int limit)
    {
        var (first, second) = (Run(), Run());
        Assert.Equal(limit, first.Count);
        Assert.Equal(first, second);

        List<StepResult> Run()
        {
            var environment = EnvironmentRegistry.Create(name);
            environment.Seed(new RandomStream(6));
            var random = new RandomStream(7);
            var action = new byte[8];
            var results = new List<StepResult>();
            environment.Reset(Bytes);
            do
            {
                MazeRuns.Act(null, Bytes, ref random, action, 0);
                results.Add(environment.Step(action, Bytes));
            }
            while (results[^1] is { Terminated: false, Truncated: false });

            Assert.True(results[^1].Truncated);
            return results;
        }
    }

    [Theory]
    [InlineData("point-maze-umaze")]
    [InlineData("point-maze-medium")]
    [InlineData("point-maze-large")]
    public void The_waypoint_controller_reaches_every_goal_from_everywhere(string name)
    {
        var environment = EnvironmentRegistry.Create(name);
        var maze = (IMazeEnvironment)environment.Unwrapped;
        var random = new RandomStream(8);
        var controller = new PointWaypointController(maze.Map);
        var action = new byte[8];
        environment.Seed(new RandomStream(9));
        environment.Reset(Bytes);
        for (var round = 0; round < 60; round++)
        {
            // As the collector does: a new target where the last was reached, and no reset.
            var (x, y) = maze.Map.AnchorOf(maze.Map.FreeCells[random.NextInt32(maze.Map.FreeCells.Length)]);
            controller.SetTarget(x, y);
            var steps = 0;
            do
            {
                Assert.True(++steps <= 1500, $"no way to ({x}, {y}) from ({_values[0]}, {_values[1]})");
                controller.Act(Bytes, ref random, action);
                _ = maze.Step(action, Bytes);
            }
            while (!controller.Reached);

            Assert.InRange(Math.Sqrt(((_values[0] - x) * (_values[0] - x)) + ((_values[1] - y) * (_values[1] - y))), 0, 0.2);
        }
    }

    [Fact]
    public void A_controller_without_a_target_is_refused()
    {
        var controller = new PointWaypointController(MazeMaps.PointUmaze);
        Assert.Throws<InvalidOperationException>(() =>
        {
            var random = new RandomStream(1);
            controller.Act(new byte[16], ref random, new byte[8]);
        });
    }

    private static IMazeEnvironment Create(string name) => (IMazeEnvironment)EnvironmentRegistry.Create(name).Unwrapped;

    private StepResult Push(IMazeEnvironment maze, float x, float y)
    {
        Span<float> controls = [x, y];
        return maze.Step(MemoryMarshal.AsBytes(controls), Bytes);
    }

    private readonly record struct Vector2(float X, float Y);
}
