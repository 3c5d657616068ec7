using MemoryRL.Core;
using MemoryRL.Tests;
using Xunit.Abstractions;

namespace MemoryRL.Environments.Tests;

/// <summary>The point mazes on libmujoco, against our own physics and figures measured by other programs.</summary>
public sealed class PointMazeEngineTests(ITestOutputHelper output)
{
    [MuJoCoTheory]
    [InlineData("umaze", false)]
    [InlineData("medium", false)]
    [InlineData("large", false)]
    [InlineData("umaze", true)]
    [InlineData("medium", true)]
    [InlineData("large", true)]
    public void Our_own_physics_goes_where_libmujoco_goes(string size, bool isRandom)
    {
        var engine = (IMazeEnvironment)EnvironmentRegistry.Create($"maze2d-{size}").Unwrapped;
        var own = (IMazeEnvironment)EnvironmentRegistry.Create($"point-maze-{size}").Unwrapped;
        engine.Seed(new RandomStream(1));
        own.Seed(new RandomStream(1));
        var random = new RandomStream(2);
        var controller = new PointWaypointController(engine.Map);
        var (observation, other, action) = (new byte[16], new byte[16], new byte[8]);
        var (state, otherState) = (new double[4], new double[4]);
        var (largest, contacts, steps) = (0.0, 0, 0);
        for (var episode = 0; episode < 10; episode++)
        {
            engine.Reset(observation);
            own.Reset(other);
            controller.SetTarget(engine.Goal.X, engine.Goal.Y);
            for (var step = 0; step < 600; step++)
            {
                // Fresh random controls hardly move it: held for a while, they drive it into walls and corners.
                if (!isRandom || step % 40 == 0)
                {
                    MazeRuns.Act(isRandom ? null : controller, observation, ref random, action, 0);
                }

                var result = engine.Step(action, observation);
                Assert.Equal(result, own.Step(action, other));
                engine.GetState(state.AsSpan(0, 2), state.AsSpan(2));
                own.GetState(otherState.AsSpan(0, 2), otherState.AsSpan(2));
                contacts += engine.Map.Walls.Any(wall => IsTouched(engine.Map.CenterOf(wall), state)) ? 1 : 0;
                steps++;
                for (var i = 0; i < 4; i++)
                {
                    largest = Math.Max(largest, Math.Abs(state[i] - otherState[i]));
                }
            }
        }

        output.WriteLine($"{size}, {(isRandom ? "random" : "waypoints")}: at most {largest:0.0e+0} apart after 600 steps of the same actions, at walls in {contacts} of {steps} steps");
        Assert.True(!isRandom || contacts > 300);
        Assert.InRange(largest, 0, 1e-6);
    }

    // The means of 60 episodes that were measured on the same engine by another program, with a controller of its own; D4RL's references are
    // 23.85, 13.13, 6.70 for random and 161.86, 277.39, 273.99 for its controller.
    [MuJoCoTheory]
    [InlineData("umaze", 26.3, 211)]
    [InlineData("medium", 19.3, 433)]
    [InlineData("large", 6.8, 533)]
    public void Random_and_waypoint_returns_are_those_measured_elsewhere(string size, double random, double waypoint)
    {
        foreach (var name in new[] { $"maze2d-{size}", $"point-maze-{size}" })
        {
            Check(name, "random", random, _ => null);
            Check(name, "waypoints", waypoint, maze => new PointWaypointController(maze.Map));
        }
    }

    private static bool IsTouched((double X, double Y) center, double[] state)
    {
        var (x, y) = (Math.Max(Math.Abs(state[0] - center.X) - 0.5, 0), Math.Max(Math.Abs(state[1] - center.Y) - 0.5, 0));
        return Math.Sqrt((x * x) + (y * y)) < 0.1;
    }

    private void Check(string name, string policy, double mean, Func<IMazeEnvironment, IWaypointController?> controllerFor)
    {
        const int Episodes = 200;
        var summary = MazeRuns.Summary(MazeRuns.Returns(EnvironmentRegistry.Create(name), 1, Episodes, controllerFor));
        output.WriteLine($"{name}, {policy}: {summary.Mean:0.0} +- {summary.StandardError:0.0} (standard error), measured elsewhere {mean}");

        // Their standard error is that of 60 of our episodes; 3.3 of both together is the 99.9 % interval.
        var bound = 3.3 * summary.StandardError * Math.Sqrt(1 + (Episodes / 60.0));
        Assert.InRange(summary.Mean, mean - bound, mean + bound);
    }
}
