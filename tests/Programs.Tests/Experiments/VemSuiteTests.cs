using MemoryRL.Cli;
using MemoryRL.Environments;

namespace MemoryRL.Programs.Tests;

/// <summary>What <c>experiment vem</c> plans to run.</summary>
public sealed class VemSuiteTests
{
    [Fact]
    public void The_suite_has_every_method_on_every_data_set_with_three_seeds_and_five_on_the_large_mazes()
    {
        var cells = VemSuite.Of(isQuick: false).Cells;

        // Six methods on six data sets with 3 seeds and on two with 5; two rivals on two; IQL with other rewards on three; fourteen further variants on two mazes.
        Assert.Equal((6 * ((6 * 3) + (2 * 5))) + (2 * 2 * 3) + (3 * 3) + (14 * 2 * 3), cells.Length);
        foreach (var method in (string[])["VEM", "VEM, decaying rate", "VEM, n-max 1", "IQL", "BC", "10 % BC"])
        {
            Assert.Equal(28, cells.Count(cell => cell.Method == method));
            Assert.Equal([0, 1, 2, 3, 4], cells.Where(cell => cell.Method == method && cell.Dataset == "antmaze-large-play").Select(cell => cell.Seed));
            Assert.Equal([0, 1, 2], cells.Where(cell => cell.Method == method && cell.Dataset == "hopper-medium-replay").Select(cell => cell.Seed));
        }

        Assert.Equal(["0.1", "0.3", "0.5", "0.7", "0.9"], cells.Where(cell => cell is { Dataset: "maze2d-large", Seed: 0, Algorithm: "vem" }).Select(cell => cell.Options["expectile"]).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(["1", "1", "1", "10"], cells.Where(cell => cell is { Dataset: "antmaze-umaze-play", Seed: 0, Algorithm: "vem" }).Select(cell => cell.Options.GetValueOrDefault("n-max")).OfType<string>().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void VEM_has_the_falling_rate_of_IQL_on_every_data_set_too()
    {
        var decaying = VemSuite.Of(isQuick: false).Cells.Where(cell => cell.Options.GetValueOrDefault("actor-rate-decays") == "true").ToArray();

        Assert.All(decaying, cell => Assert.Equal("VEM, decaying rate", cell.Method));
        Assert.Equal(VemSuite.Of(isQuick: false).CoreDatasets.Order(), decaying.Select(cell => cell.Dataset).Distinct().Order());
    }

    [Theory]
    [InlineData("antmaze-umaze-play")]
    [InlineData("antmaze-medium-play")]
    [InlineData("antmaze-large-play")]
    public void On_ant_mazes_IQL_has_the_rewards_of_VEM_too_and_nothing_else_of_it(string dataset)
    {
        var cells = VemSuite.Of(isQuick: false).Cells.Where(cell => cell.Dataset == dataset && cell.Seed == 0).ToDictionary(cell => cell.Method);
        var (own, other) = (cells["IQL"], cells["IQL, rewards 0 and 100"]);

        Assert.Equal((cells["VEM"].Rewards, "minus-one"), (other.Rewards, own.Rewards));
        Assert.Equal(own.Options, other.Options);
        Assert.Equal(own with { Method = other.Method, Rewards = other.Rewards, Options = other.Options }, other);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void No_two_runs_share_a_folder_a_command_or_a_task_that_there_is_not(bool isQuick)
    {
        var cells = VemSuite.Of(isQuick).Cells;

        Assert.Distinct(cells.Select(cell => cell.Name));
        Assert.Distinct(cells.Select(cell => string.Join(' ', cell.Identity())));
        Assert.All(cells, cell => Assert.Contains(cell.Task, EnvironmentRegistry.Names));
        Assert.All(cells, cell => Assert.DoesNotContain(' ', cell.Name));
        Assert.Equal(cells.Select(cell => cell.Seed).Order(), cells.Select(cell => cell.Seed));
    }

    [Fact]
    public void Variants_differ_from_VEM_in_what_their_names_say_and_rivals_in_nothing_but_the_learner()
    {
        foreach (var group in VemSuite.Of(isQuick: false).Cells.Where(cell => cell.Seed == 0).GroupBy(cell => cell.Dataset))
        {
            var vem = group.Single(cell => cell.Method == VemSuite.Vem);
            foreach (var cell in group.Where(cell => cell != vem))
            {
                // An interleaved update is of values and actor, where VEM's own is of either.
                var updates = cell.Method.Contains("interleaved", StringComparison.Ordinal) ? 20_000 : 40_000;
                Assert.Equal((updates, vem.Evaluations, vem.EvaluationEpisodes, vem.FinalEpisodes, vem.Task), (cell.Updates, cell.Evaluations, cell.EvaluationEpisodes, cell.FinalEpisodes, cell.Task));
                if (cell.Algorithm == "vem")
                {
                    Assert.Equal(vem.Rewards, cell.Rewards);
                    var differing = vem.Options.Keys.Union(cell.Options.Keys).Where(name => vem.Options.GetValueOrDefault(name) != cell.Options.GetValueOrDefault(name)).Order(StringComparer.Ordinal).ToArray();
                    var named = (cell.Method.Contains("interleaved", StringComparison.Ordinal) ? ["schedule", "value-updates"] : (string[])[])
                        .Concat(cell.Method.Contains("n-max", StringComparison.Ordinal) ? ["n-max"] : [])
                        .Concat(cell.Options.GetValueOrDefault("n-max") == "1" ? ["estimator"] : [])
                        .Concat(cell.Method.EndsWith("whole refreshes", StringComparison.Ordinal) ? ["planning-budget"] : [])
                        .Concat(cell.Method.EndsWith("softmax weight", StringComparison.Ordinal) ? ["temperature", "weight"] : []).Order(StringComparer.Ordinal).ToArray();
                    Assert.True(named.Length > 0 ? differing.SequenceEqual(named) : differing.Length == 1, $"{cell.Name}: {string.Join(", ", differing)}");
                }
            }
        }
    }

    [Fact]
    public void A_run_is_spelled_as_the_command_that_trains_it()
    {
        var cells = VemSuite.Of(isQuick: false).Cells;

        var best = cells.Single(cell => cell is { Dataset: "hopper-medium-replay", Method: "10 % BC", Seed: 2 });
        Assert.Equal(
            "train bc --dataset sets/hopper-medium-replay.hdf5 --task hopper --updates 40000 --seed 2 --seeds 1 --top 0.1 --evaluations 10 --evaluation-episodes 10 --final-episodes 100 --threads 1",
            string.Join(' ', best.Arguments("sets/hopper-medium-replay.hdf5")));
        Assert.Equal("hopper-medium-replay/10-bc/seed-2", best.Name);

        var ant = string.Join(' ', cells.Single(cell => cell is { Dataset: "antmaze-large-play", Method: "IQL", Seed: 0 }).Arguments("x"));
        Assert.Contains("train iql --dataset x --task antmaze-large ", ant, StringComparison.Ordinal);
        Assert.EndsWith("--rewards minus-one --option expectile=0.9 --option temperature=10", ant, StringComparison.Ordinal);
    }

    [Fact]
    public void Runs_are_chosen_by_a_part_of_their_names_or_a_pattern()
    {
        var cells = VemSuite.Of(isQuick: false).Cells;

        Assert.Equal(28, VemExperimentCommand.Choose(cells, "/vem/").Length);
        Assert.Equal(5, VemExperimentCommand.Choose(cells, "maze2d-large/iql/*").Length);
        Assert.Equal(cells, VemExperimentCommand.Choose(cells, null));
        Assert.Contains("--only", Assert.Throws<UsageException>(() => VemExperimentCommand.Choose(cells, "nothing")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Data_sets_that_are_missing_are_named_with_the_command_that_makes_them()
    {
        using var folder = new TemporaryFolder();

        var (exitCode, _, errors) = await InProcessCli.RunAsync("experiment", "vem", "--data", folder.Path, "--out", Path.Combine(folder.Path, "runs"), "--only", "hopper-medium-replay/bc/*");

        Assert.Equal(2, exitCode);
        Assert.Contains($"memoryrl make-datasets hopper --only hopper-medium-replay --out {folder.Path} --policies <folder>", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Time_left_follows_from_what_runs_of_the_same_algorithm_took()
    {
        var cells = VemSuite.Of(isQuick: true).Cells;
        var (vem, clone, iql) = (cells.First(cell => cell.Algorithm == "vem"), cells.First(cell => cell.Algorithm == "bc"), cells.First(cell => cell.Algorithm == "iql"));
        var estimate = new SuiteEstimate();
        Assert.Null(estimate.Remaining([vem], 1));

        estimate.Add(vem, 100);
        estimate.Add(vem, 120);
        estimate.Add(clone, 20);

        Assert.Equal(110 + 20, estimate.Remaining([vem, clone], 1)!.Value, 1e-9);
        Assert.Equal((240.0 / 3) / 2, estimate.Remaining([iql], 2)!.Value, 1e-9);
    }
}
