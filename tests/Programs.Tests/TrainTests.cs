using System.Text.Json;
using MemoryRL.Cli;
using MemoryRL.Core;
using MemoryRL.Datasets;
using MemoryRL.Learning;
using MemoryRL.Tests;

namespace MemoryRL.Programs.Tests;

/// <summary><c>memoryrl train</c> from the command line to its folders.</summary>
public sealed class TrainTests : IDisposable
{
    private static readonly string[] QuickSearch = ["train", "ars", "hopper", "--seed", "3", "--save-every", "2", "--evaluation-episodes", "2", "--final-episodes", "2", "--threads", "2", "--directions", "4"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [MuJoCoFact]
    public async Task A_search_keeps_its_learning_curve_and_a_policy_that_acts()
    {
        var run = await SearchAsync("one", "--iterations", "4");

        using var iterates = JsonDocument.Parse(File.ReadAllText(Path.Combine(run, "iterates.json")));
        var list = iterates.RootElement.GetProperty("iterates").EnumerateArray().ToList();
        Assert.Equal([2, 4], list.Select(iterate => iterate.GetProperty("iteration").GetInt64()));
        Assert.Equal(3, File.ReadAllLines(Path.Combine(run, "curve.csv")).Length);
        foreach (var iterate in list)
        {
            using var policy = Load(Path.Combine(run, iterate.GetProperty("file").GetString()!));
            Assert.Equal(iterate.GetProperty("iteration").GetInt64(), policy.Version);
        }

        var best = list.MaxBy(iterate => iterate.GetProperty("return").GetDouble());
        Assert.Equal(File.ReadAllBytes(Path.Combine(run, best.GetProperty("file").GetString()!)), File.ReadAllBytes(Path.Combine(run, "policy.safetensors")));
        var result = RunResult.Load(Path.Combine(run, RunResult.FileName));
        Assert.Equal(("hopper", "ars", 3L, 4L, true), (result.Task, result.Algorithm, result.Seed, result.Updates, result.IsComplete));
        Assert.Equal((list[1].GetProperty("steps").GetInt64(), 2), (result.Final!.At, result.Final.Episodes));
        Assert.Equal(best.GetProperty("return").GetDouble(), result.Best!.Return, 1e-9);
    }

    [MuJoCoFact]
    public async Task A_search_that_goes_on_finds_the_same_policies_as_one_that_never_stopped()
    {
        var whole = await SearchAsync("whole", "--iterations", "4");
        var halves = await SearchAsync("halves", "--iterations", "2");

        var (exitCode, output, errors) = await InProcessCli.RunAsync("train", "ars", "--resume", halves, "--iterations", "4", "--threads", "1");

        Assert.True(exitCode == 0, errors);
        Assert.Contains("from iteration 2", output, StringComparison.Ordinal);
        foreach (var file in (string[])["iterates/iterate-000004.safetensors", "last.safetensors"])
        {
            Assert.Equal(File.ReadAllBytes(Path.Combine(whole, file)), File.ReadAllBytes(Path.Combine(halves, file)));
        }
    }

    [MuJoCoFact]
    public async Task A_search_that_is_under_way_is_refused_to_a_second_process()
    {
        var parent = Path.Combine(_folder.Path, "running");
        using var program = ChildProgram.StartCli(_folder.Path, [.. QuickSearch, "--iterations", "1000000", "--out", parent]);
        _ = await program.WaitForLineAsync(line => line.StartsWith("ars on hopper", StringComparison.Ordinal));
        var run = Directory.GetDirectories(parent).Single();

        var (exitCode, _, errors) = await InProcessCli.RunAsync("train", "ars", "--resume", run, "--iterations", "1");

        Assert.Equal(2, exitCode);
        Assert.Contains($"--resume: expected the folder of a run that no other process has under way but got '{run}'", errors, StringComparison.Ordinal);
        program.Signal("INT");
        Assert.Equal(0, await program.WaitForEndAsync());
        Assert.Empty(program.Errors);
        (exitCode, _, errors) = await InProcessCli.RunAsync("train", "ars", "--resume", run, "--iterations", "1");
        Assert.True(exitCode == 0, errors);
    }

    [MuJoCoFact]
    public async Task Cloning_trains_every_seed_beside_the_data_and_leaves_a_result_for_each()
    {
        var data = WriteEpisodes("hopper-made.safetensors", count: 20, seed: 1);
        var run = await CloneAsync("all", data, "--updates", "40", "--seeds", "2", "--evaluations", "2");

        foreach (var seed in (long[])[0, 1])
        {
            var folder = Path.Combine(run, $"seed-{seed}");
            var result = RunResult.Load(Path.Combine(folder, RunResult.FileName));
            Assert.Equal(("hopper", "bc", "hopper-made", seed, 40L, true), (result.Task, result.Method, result.Dataset, result.Seed, result.Updates, result.IsComplete));
            Assert.Equal([24, 40], result.Curve.Select(point => point.At));
            Assert.Equal((40, 3), (result.Final!.At, result.Final.Episodes));
            Assert.Equal("hopper", PolicyFile.Load(Path.Combine(folder, "policy.safetensors")).Task);
        }

        Assert.NotEqual(File.ReadAllBytes(Path.Combine(run, "seed-0", "policy.safetensors")), File.ReadAllBytes(Path.Combine(run, "seed-1", "policy.safetensors")));
        var again = await CloneAsync("again", data, "--updates", "40", "--evaluations", "2", "--seeds", "2", "--parallel", "2");
        Assert.All((string[])["seed-0", "seed-1"], seed => Assert.Equal(File.ReadAllBytes(Path.Combine(run, seed, "policy.safetensors")), File.ReadAllBytes(Path.Combine(again, seed, "policy.safetensors"))));
        using var parameters = JsonDocument.Parse(File.ReadAllText(Path.Combine(run, "seed-1", "params.json")));
        Assert.Equal("40", parameters.RootElement.GetProperty("learner_options").GetProperty("max-updates").GetString());
        Assert.False(parameters.RootElement.GetProperty("options").TryGetProperty("max-updates", out _));
    }

    [MuJoCoFact]
    public async Task The_best_episodes_alone_are_cloned_where_a_share_is_named()
    {
        var data = WriteEpisodes("hopper-made.safetensors", count: 25, seed: 2);

        var run = await CloneAsync("top", data, "--top", "0.1", "--updates", "8");

        using var parameters = JsonDocument.Parse(File.ReadAllText(Path.Combine(run, "seed-0", "params.json")));
        var returns = EpisodeFile.Load(data).Episodes.Select(episode => episode.Episode.Return).OrderDescending().ToList();
        Assert.Equal(25, parameters.RootElement.GetProperty("data").GetProperty("episodes").GetInt32());
        Assert.Equal(2, parameters.RootElement.GetProperty("selected").GetProperty("episodes").GetInt32());
        Assert.Equal(returns.Take(2).Average(), parameters.RootElement.GetProperty("selected").GetProperty("mean_return").GetDouble(), 1e-9);
        Assert.Equal("bc, top 10 %", RunResult.Load(Path.Combine(run, "seed-0", RunResult.FileName)).Method);
    }

    [Hdf5Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Steps_whose_next_observation_the_file_does_not_say_are_left_out(bool hasNext)
    {
        var path = Path.Combine(_folder.Path, "mountain-car-continuous.hdf5");
        var episodes = EpisodeFile.Load(RandomEpisodes.Write(Path.Combine(_folder.Path, "made.safetensors"), "mountain-car-continuous", count: 3, seed: 4)).Episodes;
        Assert.All(episodes, episode => Assert.Equal(EpisodeEnd.Truncated, episode.Episode.End));
        using (var writer = D4rlFile.Create(path, episodes[0].Episode.Spec, new D4rlWriterOptions { IncludeNextObservations = hasNext }))
        {
            foreach (var episode in episodes)
            {
                writer.Append(episode.Episode);
            }

            writer.Complete();
        }

        var run = await CloneAsync("run", path, "--updates", "8");

        using var parameters = JsonDocument.Parse(File.ReadAllText(Path.Combine(run, "seed-0", "params.json")));
        var steps = episodes.Sum(episode => episode.Episode.Length) - (hasNext ? 0 : episodes.Length);
        Assert.Equal(steps, parameters.RootElement.GetProperty("data").GetProperty("steps").GetInt32());
    }

    [MuJoCoFact]
    public async Task An_import_of_the_best_episodes_brings_them_alone()
    {
        var data = WriteEpisodes("hopper-made.safetensors", count: 25, seed: 3);

        var (exitCode, output, errors) = await InProcessCli.RunAsync("import", data, "--memory", "best", "--state", Path.Combine(_folder.Path, "state"), "--top", "0.2");

        Assert.True(exitCode == 0, errors);
        var steps = EpisodeFile.Load(data).Episodes.OrderByDescending(episode => episode.Episode.Return).Take(5).Sum(episode => episode.Episode.Length);
        Assert.Contains($"memory 'best': 5 episodes, {steps} steps", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--top", "import", "NAMELESS", "--memory", "x", "--top", "2")]
    [InlineData("task", "train", "ars", "nowhere")]
    [InlineData("continuous", "train", "ars", "four-rooms")]
    [InlineData("--save-every", "train", "ars", "hopper", "--save-every", "0")]
    [InlineData("ars.noise", "train", "ars", "hopper", "--noise", "-1")]
    [InlineData("--resume", "train", "ars", "--resume", "/nowhere")]
    [InlineData("--seed", "train", "ars", "--resume", "RUN", "--seed", "1")]
    [InlineData("--dataset", "train", "bc", "--dataset", "/nowhere.hdf5")]
    [InlineData("--task", "train", "bc", "--dataset", "NAMELESS")]
    [InlineData("--top", "train", "bc", "--dataset", "NAMELESS", "--task", "hopper", "--top", "0")]
    [InlineData("batch-size", "train", "bc", "--dataset", "NAMELESS", "--task", "hopper", "--option", "batchsize=3")]
    [InlineData("--parallel", "train", "bc", "--dataset", "NAMELESS", "--task", "hopper", "--parallel", "0")]
    [InlineData("--parallel", "train", "vem", "--dataset", "NAMELESS", "--task", "hopper", "--parallel", "2")]
    [InlineData("--rewards", "train", "bc", "--dataset", "NAMELESS", "--task", "hopper", "--rewards", "minus-one")]
    [InlineData("--updates", "train", "bc", "--dataset", "NAMELESS", "--task", "hopper", "--option", "max-updates=3")]
    [InlineData("float32 box", "train", "bc", "--dataset", "NAMELESS", "--task", "four-rooms")]
    [InlineData("train bc --dataset", "run", "four-rooms", "--algorithm", "bc")]
    public async Task What_cannot_be_is_refused_with_a_word_about_what_can(string named, params string[] arguments)
    {
        var (nameless, run) = (Path.Combine(_folder.Path, "data.safetensors"), Path.Combine(_folder.Path, "run"));
        EpisodeFile.Save(nameless, new ExperienceSpec(new BoxSpace(11), new BoxSpace(3, -1, 1)), []);
        Directory.CreateDirectory(run);
        File.WriteAllText(Path.Combine(run, "params.json"), "{}");

        var (exitCode, _, errors) = await InProcessCli.RunAsync([.. arguments.Select(argument => argument == "NAMELESS" ? nameless : argument == "RUN" ? run : argument)]);

        Assert.Equal(2, exitCode);
        Assert.Contains(named, errors, StringComparison.Ordinal);
    }

    private static IPolicy Load(string path) => new GaussianActorPolicyFactory("ars").Create(File.ReadAllBytes(path));

    private async Task<string> SearchAsync(string name, params string[] more)
    {
        var parent = Path.Combine(_folder.Path, name);
        var (exitCode, _, errors) = await InProcessCli.RunAsync([.. QuickSearch, "--out", parent, .. more]);
        Assert.True(exitCode == 0, errors);
        return Directory.GetDirectories(parent).Single();
    }

    private async Task<string> CloneAsync(string name, string data, params string[] more)
    {
        var parent = Path.Combine(_folder.Path, name);
        string[] quick = ["train", "bc", "--dataset", data, "--evaluation-episodes", "2", "--final-episodes", "3", "--threads", "2", "--option", "hidden-size=16", "--option", "updates-per-feeding=8", "--option", "statistics-steps=500"];
        var (exitCode, _, errors) = await InProcessCli.RunAsync([.. quick, "--out", parent, .. more]);
        Assert.True(exitCode == 0, errors);
        return Directory.GetDirectories(parent).Single();
    }

    private string WriteEpisodes(string name, int count, ulong seed) => RandomEpisodes.Write(Path.Combine(_folder.Path, name), "hopper", count, seed);
}
