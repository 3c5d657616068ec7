using Xunit.Abstractions;

namespace MemoryRL.Environments.Tests;

/// <summary>D4RL's reference returns of maze2d, made again in the mazes that need no library.</summary>
public sealed class PointMazeReferenceTests(ITestOutputHelper output)
{
    /// <summary>D4RL's script (scripts/reference_scores/maze2d_controller.py) runs 100 episodes with one controller.</summary>
    /// <remarks>
    /// The controller plans when its target changes, and in those episodes it never does: from the second on it pushes the ball straight at the
    /// goal, walls or not. That is why the expert's reference is half of what the same controller gets when it plans for each episode.
    /// </remarks>
    [Theory]
    [InlineData("point-maze-umaze")]
    [InlineData("point-maze-umaze-dense")]
    [InlineData("point-maze-medium")]
    [InlineData("point-maze-medium-dense")]
    [InlineData("point-maze-large")]
    [InlineData("point-maze-large-dense")]
    public void A_controller_that_plans_once_for_all_episodes_has_d4rls_expert_reference(string name)
    {
        const int Runs = 12;
        const int Episodes = 100;
        var environment = EnvironmentRegistry.Create(name);
        var maze = (IMazeEnvironment)environment.Unwrapped;
        var means = new double[Runs];
        for (var run = 0; run < Runs; run++)
        {
            var controller = new PointWaypointController(maze.Map);
            controller.SetTarget(maze.Goal.X, maze.Goal.Y);
            means[run] = MazeRuns.Returns(environment, (ulong)run, Episodes, _ => controller, replans: false).Average();
        }

        var (mean, standardError) = MazeRuns.Summary(means);
        var reference = environment.Spec.References!.Expert;
        output.WriteLine($"{name}: {mean:0.0}, runs of 100 episodes from {means.Min():0.0} to {means.Max():0.0}; D4RL's one run {reference:0.0}");

        // The reference is one more such run: 99.9 % of Student's distribution with 11 degrees of freedom.
        Assert.InRange((reference - mean) / (standardError * Math.Sqrt(Runs + 1)), -4.44, 4.44);
    }
}
