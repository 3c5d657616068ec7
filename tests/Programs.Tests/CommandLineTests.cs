using MemoryRL.Environments;

namespace MemoryRL.Programs.Tests;

public sealed class CommandLineTests
{
    [Fact]
    public async Task Help_lists_every_command_with_a_sentence()
    {
        var (exitCode, output, _) = await InProcessCli.RunAsync("--help");

        Assert.Equal(0, exitCode);
        Assert.All(["run", "evaluate", "results", "collect", "make-datasets", "dataset-card", "maze-journeys", "experiment", "bench", "doctor", "--version", "--verbose"], word => Assert.Contains(word, output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Help_of_run_lists_tasks_algorithms_and_defaults()
    {
        var (exitCode, output, _) = await InProcessCli.RunAsync("run", "--help");

        Assert.Equal(0, exitCode);
        Assert.All(EnvironmentRegistry.Names, task => Assert.Contains(task, output, StringComparison.Ordinal));
        Assert.All(["ada-memento", "ppo", "random", "--agents", "64", "--resume", "--cluster", "--no-memory", "--target-success", "0.9"], word => Assert.Contains(word, output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Version_is_one_line()
    {
        var (exitCode, output, _) = await InProcessCli.RunAsync("--version");

        Assert.Equal(0, exitCode);
        Assert.Matches(@"^\d+\.\d+\.\d+\S*$", output.Trim());
    }

    [Theory]
    [InlineData(", four-rooms", "run", "five-rooms")]
    [InlineData(", four-rooms", "run")]
    [InlineData("ada-memento, ", "run", "four-rooms", "--algorithm", "dqn")]
    [InlineData("confidence-threshold", "run", "four-rooms", "--option", "confidence=1")]
    [InlineData("name=value", "run", "four-rooms", "--option", "confidence")]
    [InlineData("each name once", "run", "four-rooms", "--option", "epochs=1", "--option", "epochs=2")]
    [InlineData("--agents: expected 1", "run", "four-rooms", "--agents", "0")]
    [InlineData("--steps: expected 1", "run", "four-rooms", "--steps", "-5")]
    [InlineData("--target-success: expected a share", "run", "four-rooms", "--target-success", "NaN")]
    [InlineData("--seed", "run", "four-rooms", "--seed", "x")]
    [InlineData("--frobnicate", "run", "four-rooms", "--frobnicate")]
    [InlineData("'vm'", "train", "vm")]
    [InlineData("'vm'", "experiment", "vm", "--quick")]
    [InlineData("--ledger: expected a file that exists", "experiment", "vem", "--ledger", "no-such-file", "--report-only")]
    [InlineData("params.json", "run", "--resume", "no-such-folder")]
    [InlineData("no-such-file", "evaluate", "no-such-file")]
    [InlineData("no-such-folder", "results", "no-such-folder")]
    [InlineData("--probe-timeout", "doctor", "--probe-timeout", "0")]
    [InlineData(", four-rooms", "collect", "five-rooms", "--policy", "random", "--out", "x.hdf5")]
    [InlineData("--steps: expected 1", "collect", "four-rooms", "--policy", "random", "--out", "x.hdf5", "--steps", "0")]
    [InlineData("--noise: expected 0", "collect", "four-rooms", "--policy", "random", "--out", "x.hdf5", "--noise", "0.1")]
    [InlineData("--mode: expected greedy or explore", "collect", "four-rooms", "--policy", "random", "--out", "x.hdf5", "--mode", "brave")]
    [InlineData("--policy: waypoint goes through mazes", "collect", "four-rooms", "--policy", "waypoint", "--out", "x.hdf5")]
    [InlineData("no-such-file", "collect", "four-rooms", "--policy", "no-such-file", "--out", "x.hdf5")]
    [InlineData("--out", "collect", "four-rooms", "--policy", "random")]
    [InlineData("hopper, walker2d, maze2d, antmaze", "make-datasets", "humanoid")]
    [InlineData("--only: expected some of maze2d-umaze", "make-datasets", "maze2d", "--only", "hopper-expert")]
    [InlineData("--policies: expected a folder that exists", "make-datasets", "maze2d", "--policies", "no-such-folder")]
    [InlineData("no-such-file", "dataset-card", "no-such-file")]
    [InlineData("no-such-file", "maze-journeys", "no-such-file")]
    [InlineData("--top: expected a share", "maze-journeys", "no-such-file", "--top", "0")]
    [InlineData("--from: expected 0 or more", "maze-journeys", "no-such-file", "--from", "-1")]
    [InlineData("--only: expected a list of", "bench", "environments", "--only", "tetris")]
    [InlineData("--block-seconds: expected more than 0", "bench", "tensors", "--block-seconds", "NaN")]
    [InlineData("--threads: expected a list of whole numbers from 1 to 64 but got 0", "bench", "tensors", "--threads", "0")]
    [InlineData("--json: expected a file in a folder that exists", "bench", "tensors", "--json", "no-such-folder/figures.json")]
    public async Task A_wrong_command_line_is_refused_with_one_line_that_names_what_was_expected(string expected, params string[] arguments)
    {
        var (exitCode, output, errors) = await InProcessCli.RunAsync(arguments);

        Assert.Equal(2, exitCode);
        Assert.Empty(output);
        Assert.Contains(expected, errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
        Assert.Contains("--help", errors, StringComparison.Ordinal);
    }

#if !GRAIN_HOST_ORLEANS
    [Fact]
    public async Task A_cluster_under_the_embedded_host_is_refused_with_the_switch_to_build_with()
    {
        var (exitCode, _, errors) = await InProcessCli.RunAsync("run", "four-rooms", "--cluster", "127.0.0.1:30000");

        Assert.Equal(2, exitCode);
        Assert.Contains("-p:GrainHost=Orleans", errors, StringComparison.Ordinal);
    }
#endif

    [Fact]
    public async Task Doctor_works_without_a_network_and_names_every_part()
    {
        var (exitCode, output, errors) = await InProcessCli.RunAsync("doctor", "--offline");

        Assert.Equal(0, exitCode);
        Assert.Empty(errors);
        Assert.All([".NET", "processor", "MuJoCo", "HDF5", "GPU", "GrainHost=Orleans", "TensorEngine=TorchCpu", "TensorEngine=TorchCuda"], part => Assert.Contains(part, output, StringComparison.Ordinal));
    }
}
