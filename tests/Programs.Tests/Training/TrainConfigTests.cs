using System.Collections.Immutable;
using System.Reflection;
using MemoryRL.Cli;
using MemoryRL.Datasets;
using MemoryRL.Environments;
using MemoryRL.Learning;

namespace MemoryRL.Programs.Tests;

/// <summary>Settings of trainings in files: <c>memoryrl train --config</c>, and the files of the tables.</summary>
public sealed class TrainConfigTests : IDisposable
{
    private static readonly string Root = typeof(TrainConfigTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "RepositoryRoot").Value!;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_committed_configs_are_what_the_suite_says()
    {
        var (exitCode, _, errors) = await InProcessCli.RunAsync("experiment", "vem", "--configs", _folder.Path);

        Assert.True(exitCode == 0, errors);
        var committed = Read(Path.Combine(Root, "results", "configs"));
        Assert.True(Read(_folder.Path).SequenceEqual(committed), "Write them anew: memoryrl experiment vem --configs results/configs");
        Assert.Contains("vem/antmaze-large.json", committed.Select(file => file.Path));
        Assert.Contains("bc-top-10/hopper-medium-replay.json", committed.Select(file => file.Path));

        // Six methods on eight data sets, two rivals on two, and IQL with other rewards on three.
        Assert.Equal((6 * 8) + (2 * 2) + 3, committed.Count);
    }

    [Fact]
    public void A_config_and_a_seed_come_to_the_very_run_of_the_table()
    {
        var suite = VemSuite.Of(isQuick: false);
        foreach (var (path, config) in VemConfigs.Of(suite))
        {
            var cells = suite.Cells.Where(cell => cell.Dataset == config.Dataset && cell.Algorithm == config.Algorithm && cell.Rewards == config.Rewards && cell.Top == (config.Top ?? 1)
                && cell.Options.SequenceEqual(config.Options ?? ImmutableSortedDictionary<string, string>.Empty)).ToList();
            Assert.Equal(config.Seeds, cells.Count);
            var file = Path.Combine(_folder.Path, "config.json");
            File.WriteAllText(file, config.ToJson());
            var cell = cells[^1];
            var dataset = WriteEmpty(cell.Dataset, cell.Task);
            var (table, _) = Resolve(cell.Algorithm, [.. cell.Arguments(dataset)]);
            var (own, _) = Resolve(cell.Algorithm, ["train", cell.Algorithm, "--dataset", dataset, "--config", file, "--seed", $"{cell.Seed}"]);
            Assert.Equal(1, own.Seeds);
            Assert.True(Comparable(table) == Comparable(own), path);
            Assert.Equal(table.Options, own.Options);
        }
    }

    [Fact]
    public void The_command_line_wins_over_a_config_one_by_one()
    {
        var data = WriteEmpty("maze2d-large", "maze2d-large");
        var config = Config("""{ "algorithm": "vem", "updates": 100, "seeds": 5, "rewards": "minus-one", "options": { "n-max": "1", "expectile": "0.3" }, "evaluations": 3, "evaluationEpisodes": 4, "finalEpisodes": 6 }""");

        var (all, _) = Resolve("vem", ["train", "vem", "--dataset", data, "--config", config]);
        var (some, _) = Resolve("vem", ["train", "vem", "--dataset", data, "--config", config, "--updates", "7", "--seeds", "2", "--seed", "9", "--rewards", "raw", "--option", "n-max=10", "--final-episodes", "8"]);

        Assert.Equal((100, 3, 4, 6, "minus-one", 5, 0L), (all.Updates, all.Evaluations, all.EvaluationEpisodes, all.FinalEpisodes, all.Rewards, all.Seeds, all.Seed));
        Assert.Equal((7, 3, 4, 8, "raw", 2, 9L), (some.Updates, some.Evaluations, some.EvaluationEpisodes, some.FinalEpisodes, some.Rewards, some.Seeds, some.Seed));
        Assert.Equal([new("expectile", "0.3"), new("n-max", "10")], some.Options);
    }

    [Theory]
    [InlineData("hundred", "", "--option", "reward-scale=10", null, "reward-scale=10")]
    [InlineData("hundred", "", "--option", "n-max=3", "hundred", "n-max=3")]
    [InlineData(null, "\"reward-scale\": \"2\", \"reward-shift\": \"-1\"", "--rewards", "raw", "raw", "")]
    [InlineData(null, "\"reward-scale\": \"2\", \"reward-shift\": \"-1\"", "--option", "reward-scale=10", null, "reward-scale=10, reward-shift=-1")]
    public void How_rewards_are_scaled_on_the_command_line_wins_over_a_config_in_either_way_of_saying_it(string? named, string options, string key, string value, string? expected, string expectedOptions)
    {
        var data = WriteEmpty("antmaze-large-play", "antmaze-large");
        var config = Config($$"""{ {{(named is null ? "" : $"\"rewards\": \"{named}\", ")}}"options": { {{options}} } }""");

        var (parameters, _) = Resolve("vem", ["train", "vem", "--dataset", data, "--config", config, key, value]);

        Assert.Equal(expected, parameters.Rewards);
        Assert.Equal(expectedOptions, string.Join(", ", parameters.Options.Select(option => $"{option.Key}={option.Value}")));
    }

    [Fact]
    public void Options_of_a_config_may_be_numbers_and_truth_values()
    {
        var (parameters, _) = Resolve("vem", ["train", "vem", "--dataset", WriteEmpty("maze2d-large", "maze2d-large"), "--config", Config("""{ "options": { "expectile": 0.35, "n-max": 10, "square-weights": true, "weight": "exp" } }""")]);

        Assert.Equal([new("expectile", "0.35"), new("n-max", "10"), new("square-weights", "true"), new("weight", "exp")], parameters.Options);
    }

    [Fact]
    public async Task A_config_may_be_a_pipe_which_can_be_read_but_once()
    {
        var pipe = Path.Combine(_folder.Path, "pipe.json");
        await System.Diagnostics.Process.Start("mkfifo", pipe).WaitForExitAsync();
        var data = RandomEpisodes.Write(Path.Combine(_folder.Path, "pendulum.safetensors"), "pendulum", count: 1, seed: 3);
        var running = Task.Run(() => InProcessCli.RunAsync("train", "bc", "--dataset", data, "--config", pipe, "--out", _folder.Path));
        await File.WriteAllTextAsync(pipe, """{ "dataset": "pendulum", "updates": 1, "evaluations": 1, "evaluationEpisodes": 1, "finalEpisodes": 1 }""");

        var (exitCode, output, errors) = await running.WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Equal((0, ""), (exitCode, errors));
        Assert.Contains("1 of 1 updates", output, StringComparison.Ordinal);
    }

    [DatasetFact]
    public async Task A_data_set_of_another_task_or_another_name_than_the_config_s_is_used_with_a_word_about_it()
    {
        var file = Path.Combine(_folder.Path, "maze2d-open.hdf5");
        using (var writer = D4rlFile.Create(file, EnvironmentRegistry.Find("maze2d-umaze").Spec.Experience))
        {
            writer.Append(EpisodeFile.Load(RandomEpisodes.Write(Path.Combine(_folder.Path, "random.safetensors"), "maze2d-umaze", count: 1, seed: 3)).Episodes[0].Episode);
            writer.SetMetadata("task", "maze2d-umaze");
            writer.Complete();
        }

        var config = Config("""{ "dataset": "maze2d-large", "updates": 1, "evaluations": 1, "evaluationEpisodes": 1, "finalEpisodes": 1 }""");
        var same = await TrainAsync("maze2d-umaze", []);
        var other = await TrainAsync("maze2d-large", ["--config", config]);

        Assert.DoesNotContain("note:", same, StringComparison.Ordinal);
        Assert.Contains("note: the data set says that it is of maze2d-umaze, and its policies are judged in maze2d-large", other, StringComparison.Ordinal);
        Assert.Contains("note: the config is meant for the data set maze2d-large, and 'maze2d-open.hdf5' is not named so", other, StringComparison.Ordinal);

        async Task<string> TrainAsync(string task, string[] more)
        {
            var (exitCode, _, errors) = await InProcessCli.RunAsync(["train", "bc", "--dataset", file, "--task", task, "--updates", "1", "--evaluations", "1", "--evaluation-episodes", "1", "--final-episodes", "1", "--out", _folder.Path, .. more]);
            Assert.True(exitCode == 0, errors);
            return errors;
        }
    }

    [Theory]
    [InlineData("speed", """{ "speed": 1 }""")]
    [InlineData("algorithm", """{ "algorithm": "iql" }""")]
    [InlineData("updates", """{ "updates": "many" }""")]
    [InlineData("--updates", """{ "updates": 0 }""")]
    [InlineData("--seeds", """{ "seeds": 0 }""")]
    [InlineData("n-min", """{ "options": { "n-min": "1" } }""")]
    [InlineData("options.n-max", """{ "options": { "n-max": null } }""")]
    [InlineData("options.n-max", """{ "options": { "n-max": [1] } }""")]
    [InlineData("for options", """{ "options": 3 }""")]
    [InlineData("options.value-updates", """{ "updates": 40, "options": { "value-updates": 900 } }""")]
    [InlineData("--rewards", """{ "rewards": "none" }""")]
    [InlineData("object", "[]")]
    [InlineData("--config", "{")]
    public async Task A_config_that_cannot_be_is_refused_by_its_key(string named, string json)
    {
        var (exitCode, _, errors) = await InProcessCli.RunAsync("train", "vem", "--dataset", WriteEmpty("maze2d-large", "maze2d-large"), "--config", Config(json));

        Assert.Equal(2, exitCode);
        Assert.Contains(named, errors, StringComparison.Ordinal);
    }

    private static List<(string Path, string Text)> Read(string folder) =>
    [
        .. Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Select(file => (Path.GetRelativePath(folder, file).Replace('\\', '/'), File.ReadAllText(file))).Order(),
    ];

    // All that decides what is learned: not when, by which words or over how many threads.
    private static OfflineParameters Comparable(OfflineParameters parameters) => parameters with { StartedAt = default, CommandLine = "", Threads = 1, Options = ImmutableSortedDictionary<string, string>.Empty };

    private static (OfflineParameters Parameters, OfflineOptions Options) Resolve(string algorithm, string[] arguments)
    {
        var terminal = new Terminal(TextWriter.Null, TextWriter.Null, IsInteractive: false, UsesColor: false);
        var command = TrainCommand.Create(terminal);
        var result = command.Parse(arguments[1..]);
        Assert.Empty(result.Errors);
        return OfflineCommand.Resolve(LearningAlgorithms.LearnerFactories.Single(factory => factory.Algorithm == algorithm), terminal, result);
    }

    private string Config(string json)
    {
        var file = Path.Combine(_folder.Path, "config.json");
        File.WriteAllText(file, json);
        return file;
    }

    private string WriteEmpty(string name, string task)
    {
        var file = Path.Combine(_folder.Path, name + ".safetensors");
        EpisodeFile.Save(file, EnvironmentRegistry.Find(task).Spec.Experience, []);
        return file;
    }
}
