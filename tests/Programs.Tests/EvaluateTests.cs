using System.Text.Json;
using MemoryRL.Core;
using MemoryRL.Environments;
using MemoryRL.Learning;
using MemoryRL.Tests;

namespace MemoryRL.Programs.Tests;

public sealed class EvaluateTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_random_policy_does_as_the_task_says_whatever_the_number_of_threads()
    {
        var one = await EvaluateAsync("random", "--task", "four-rooms", "--episodes", "4000", "--threads", "1");
        var row = Assert.Single(Task(one).GetProperty("policies").EnumerateArray());
        var success = row.GetProperty("success");
        Assert.InRange(EnvironmentRegistry.Find("four-rooms").Spec.RandomSuccess!.Value, success.GetProperty("low").GetDouble() - 0.01, success.GetProperty("high").GetDouble() + 0.01);
        Assert.Equal(success.GetProperty("estimate").GetDouble(), row.GetProperty("return").GetProperty("estimate").GetDouble(), 9);
        Assert.Equal(JsonValueKind.Null, row.GetProperty("score").ValueKind);
        Assert.InRange(row.GetProperty("max_length").GetInt32(), 50, 50);
        Assert.Equal(one.GetRawText(), (await EvaluateAsync("random", "--task", "four-rooms", "--episodes", "4000", "--threads", "3")).GetRawText());
    }

    [Fact]
    public async Task Several_seeds_of_one_policy_have_an_interval_that_says_so()
    {
        var report = await EvaluateAsync("--policy", "random", "--task", "dark-chamber", "--episodes", "50", "--seed", "5", "--seeds", "3");
        var rows = Task(report).GetProperty("policies").EnumerateArray().ToArray();
        Assert.Equal([5, 6, 7], rows.Select(row => row.GetProperty("seed").GetInt32()));
        var method = Assert.Single(Task(report).GetProperty("methods").EnumerateArray());
        Assert.Equal("evaluation seeds", method.GetProperty("over").GetString());
        var returns = rows.Select(row => row.GetProperty("return").GetProperty("estimate").GetDouble()).ToArray();
        var mean = method.GetProperty("return").GetProperty("mean");
        Assert.Equal(returns.Average(), mean.GetProperty("estimate").GetDouble(), 9);
        Assert.Equal((returns.Min(), returns.Max()), (mean.GetProperty("low").GetDouble(), mean.GetProperty("high").GetDouble()));
    }

    [Fact]
    public async Task Csv_holds_a_row_for_each_policy_and_one_for_the_method()
    {
        var (exitCode, output, _) = await InProcessCli.RunAsync("evaluate", "random", "--task", "cliff-walking-sparse", "--episodes", "20", "--seeds", "2", "--csv");
        Assert.Equal(0, exitCode);
        var lines = output.TrimEnd().Split('\n').Select(line => line.Split(',')).ToArray();
        Assert.Equal(4, lines.Length);
        Assert.All(lines, line => Assert.Equal(lines[0].Length, line.Length));
        Assert.Equal(["level", "episodes", "episodes", "evaluation seeds"], lines.Select(line => line[5]));
    }

    [Theory]
    [InlineData("--mode: expected greedy or explore but got 'best'", "random", "--task", "four-rooms", "--mode", "best")]
    [InlineData("--seeds: expected 1 or more", "random", "--task", "four-rooms", "--seeds", "0")]
    [InlineData("--threads: expected 1 to 1024", "random", "--task", "four-rooms", "--threads", "0")]
    [InlineData("--episodes: expected 1 or more", "random", "--task", "four-rooms", "--episodes", "0")]
    [InlineData("'random' twice", "random", "random", "--task", "four-rooms")]
    [InlineData("one of them but got both", "random", "--task", "four-rooms", "--csv", "--json")]
    [InlineData("--task: ", "random")]
    [InlineData("'five-rooms'", "random", "--task", "five-rooms")]
    [InlineData("expected a file, a folder or 'random' but got none", "--task", "four-rooms")]
    public async Task A_wrong_command_line_is_refused_before_anything_is_written(string expected, params string[] arguments)
    {
        var (exitCode, output, errors) = await InProcessCli.RunAsync(["evaluate", .. arguments]);
        Assert.Equal(2, exitCode);
        Assert.Empty(output);
        Assert.Contains(expected, errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_policy_for_other_observations_is_refused_with_both()
    {
        var spec = new ExperienceSpec(new BoxSpace(5), new BoxSpace([2], [-1, -1], [1, 1]));
        var path = Path.Combine(_folder.Path, "other.safetensors");
        await File.WriteAllBytesAsync(path, Linear(spec).ToBundle(GaussianActorPolicyFactory.RandomSearch, 3, spec).ToArray());

        var (exitCode, output, errors) = await InProcessCli.RunAsync("evaluate", path, "--task", "four-rooms");

        Assert.Equal(2, exitCode);
        Assert.Empty(output);
        Assert.Contains("observation space is that of 'four-rooms', one of 104, but got", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_task_that_this_machine_cannot_run_fails_with_the_remedy()
    {
        using var program = ChildProgram.StartCli(_folder.Path, new Dictionary<string, string> { [MuJoCoLibrary.PathVariable] = "/no/such/libmujoco.so" }, "evaluate", "random", "--task", "hopper");
        Assert.Equal(1, await program.WaitForEndAsync());
        Assert.Empty(program.Output);
        Assert.Contains("The task 'hopper' is not available here", program.Errors, StringComparison.Ordinal);
        Assert.Contains("apt-get install libmujoco2.2.2", program.Errors, StringComparison.Ordinal);
    }

    [MuJoCoFact("policies/gailtrpo_Hopper_0000.json", "policies/berkeley_Hopper.json", "policies/sb3ars_Hopper.json")]
    public async Task Published_policies_reach_their_published_scores_and_count_as_seeds_of_one_method()
    {
        // The returns that the same files gave in another program: 3722 +- 4 and 3288 +- 6 over 10 episodes.
        string[] policies = [DataFolder.Path("policies/berkeley_Hopper.json"), DataFolder.Path("policies/sb3ars_Hopper.json"), DataFolder.Path("policies/gailtrpo_Hopper_0000.json")];
        var report = await EvaluateAsync([.. policies, "--task", "hopper", "--episodes", "4"]);
        var rows = Task(report).GetProperty("policies").EnumerateArray().ToArray();
        var returns = rows.Select(row => row.GetProperty("return").GetProperty("estimate").GetDouble()).ToArray();
        Assert.InRange(returns[0], 3722 - 25, 3722 + 25);
        Assert.InRange(returns[1], 3288 - 35, 3288 + 35);
        Assert.Equal(100 * (returns[0] + 20.272305) / (3234.3 + 20.272305), rows[0].GetProperty("score").GetProperty("estimate").GetDouble(), 1e-6);
        Assert.Equal(JsonValueKind.Null, rows[0].GetProperty("success").ValueKind);
        var method = Assert.Single(Task(report).GetProperty("methods").EnumerateArray());
        Assert.Equal(("policies", 3), (method.GetProperty("over").GetString(), method.GetProperty("count").GetInt32()));
        Assert.Equal(returns.Average(), method.GetProperty("return").GetProperty("mean").GetProperty("estimate").GetDouble(), 1e-6);

        var (_, output, _) = await InProcessCli.RunAsync("evaluate", policies[1], "--task", "hopper", "--episodes", "2", "--mode", "explore");
        Assert.Contains("published on hopper: 2 sampled episodes", output, StringComparison.Ordinal);
        Assert.Contains("D4RL's random reference return (-20.272)", output, StringComparison.Ordinal);
        Assert.DoesNotContain("random policy", output, StringComparison.Ordinal);
    }

    private static GaussianActorWeights Linear(ExperienceSpec spec) => new()
    {
        Layers = [new GaussianActorLayer(new float[spec.Action.ElementCount * spec.Observation.ElementCount], new float[spec.Action.ElementCount])],
    };

    private static JsonElement Task(JsonElement report) => Assert.Single(report.GetProperty("tasks").EnumerateArray());

    private static async Task<JsonElement> EvaluateAsync(params string[] arguments)
    {
        var (exitCode, output, errors) = await InProcessCli.RunAsync(["evaluate", .. arguments, "--json"]);
        Assert.Equal((0, ""), (exitCode, errors));
        using var document = JsonDocument.Parse(output);
        return document.RootElement.Clone();
    }
}
