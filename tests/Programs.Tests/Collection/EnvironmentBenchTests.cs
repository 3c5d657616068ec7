using MemoryRL.Cli;
using MemoryRL.Environments;
using MemoryRL.Tests;

namespace MemoryRL.Programs.Tests;

public sealed class EnvironmentBenchTests
{
    [MuJoCoFact]
    public void The_engine_alone_comes_to_the_same_state_as_the_environment()
    {
        foreach (var task in new[] { "hopper", "half-cheetah" })
        {
            var trace = new EnvironmentTrace(EnvironmentRegistry.Find(task), 500);
            var physics = (IPhysicalEnvironment)trace.Environment.Unwrapped;
            var (bare, engine) = (new double[physics.PositionCount], new double[physics.PositionCount]);
            var velocities = new double[physics.VelocityCount];

            trace.PlayEnvironment();
            physics.GetState(bare, velocities);
            trace.PlayEngine();
            physics.GetState(engine, velocities);

            Assert.Equal(bare, engine);
        }
    }

    [Fact]
    public async Task A_table_has_a_row_for_each_task_and_number_of_threads()
    {
        var (exitCode, output, _) = await InProcessCli.RunAsync("bench", "environments", "--only", "four-rooms,point-maze-umaze", "--rounds", "3", "--block-seconds", "0.01", "--threads", "1,2");

        Assert.Equal(0, exitCode);
        Assert.Equal(2, output.Split("| four-rooms").Length - 1);
        Assert.Equal(2, output.Split("| point-maze-umaze").Length - 1);
    }

    [MuJoCoFact]
    public async Task Collection_stands_beside_its_environment()
    {
        var (exitCode, output, _) = await InProcessCli.RunAsync("bench", "environments", "--only", "collect,hopper", "--rounds", "1", "--block-seconds", "0.05", "--threads", "1");

        Assert.Equal(0, exitCode);
        Assert.Matches(@"\| collect in memory: hopper +\| 1 +\| [\d,]+ +\| [\d.]+ % +\| [\d,]+ +\| [\d.]+ %", output);
        Assert.Matches(@"\| hopper +\| 1 +\| [\d,]+ +\| [\d.]+ % +\| [\d,]+ +\| [\d.]+ %", output);
    }

    [Fact]
    public void Speeds_are_medians_and_shares_are_of_the_same_round()
    {
        var row = new EnvironmentBenchRow("task", 1, [10, 30, 20], [20, 30, 80]);

        Assert.Equal((20, 0.5), (row.Speed, row.Share));
        Assert.Null(new EnvironmentBenchRow("task", 1, [10], []).Share);
    }
}
