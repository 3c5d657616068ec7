using System.Collections.Immutable;
using MemoryRL.Cli;
using MemoryRL.Client;
using MemoryRL.Core;
using MemoryRL.Environments;

namespace MemoryRL.Learning.Tests;

public sealed class ExperimentTests
{
    private static readonly ImmutableSortedDictionary<string, string> Small = ImmutableSortedDictionary<string, string>.Empty
        .Add("fresh-steps", "256").Add("memory-updates", "4").Add("memory-minibatch-size", "32").Add("hidden-size", "16");

    [Theory]
    [InlineData("four-rooms", "ada-memento")]
    [InlineData("four-rooms", "ppo")]
    [InlineData("cliff-walking", "ppo")]
    public void The_same_settings_give_the_same_run_bit_for_bit(string task, string algorithm)
    {
        (byte[] Bundle, long Steps, double Success) Run(long seed)
        {
            var options = algorithm == "ppo" ? Small.Remove("memory-updates").Remove("memory-minibatch-size") : Small;
            using var training = new LockstepTraining(new LockstepSettings(task, algorithm, seed) { Agents = 5, Options = options });
            for (var i = 0; i < 3; i++)
            {
                training.Advance();
            }

            return (training.Bundle.ToArray(), training.StepCount, training.SuccessShare);
        }

        var first = Run(3);
        var again = Run(3);
        Assert.Equal(first.Bundle, again.Bundle);
        Assert.Equal((first.Steps, first.Success), (again.Steps, again.Success));
        Assert.NotEqual(first.Bundle, Run(4).Bundle);
    }

    [Fact]
    public void Every_finished_episode_is_seen_once_with_its_outcome()
    {
        using var training = new LockstepTraining(new LockstepSettings("four-rooms", "ada-memento", 3) { Agents = 8, Options = Small });
        var episodes = new List<(Guid Id, int Length, bool Success)>();
        for (var i = 0; i < 4; i++)
        {
            training.Advance((episode, outcome) =>
            {
                episodes.Add((episode.Id, episode.Length, outcome == EpisodeOutcome.Success));
                Assert.Equal(outcome == EpisodeOutcome.Success, episode.Return > 0);
                Assert.True(episode.Length <= 50);
            });
        }

        Assert.Equal(training.EpisodeCount, episodes.Select(episode => episode.Id).Distinct().Count());
        Assert.Equal(training.StepCount, episodes.Sum(episode => episode.Length));
        Assert.True(training.StepCount >= 4 * 256);
    }

    [Fact]
    public void A_greedy_evaluation_plays_every_episode_to_its_end()
    {
        var task = EnvironmentRegistry.Find("cliff-walking-sparse");
        var options = new EvaluationOptions { Episodes = 7, EnvironmentCount = 3 };

        var along = GreedyEvaluation.Run(task.Create, new CliffPath(Detour: true), options);
        var down = GreedyEvaluation.Run(task.Create, new CliffPath(Detour: false), options);

        Assert.Equal((7, 1), (along.Episodes.Length, along.Success.Estimate));
        Assert.All(along.Episodes, episode => Assert.Equal(1, episode.Return));
        Assert.Equal((7, 0), (down.Episodes.Length, down.Success.Estimate));
        Assert.All(down.Episodes, episode => Assert.Equal(0, episode.Return));
    }

    [Fact]
    public void The_cliff_experiment_reports_every_arm_and_seed_and_repeats_exactly()
    {
        var options = new CliffWalkingReflectionOptions { Seeds = 2, EpisodeBudget = 60, EvaluationEpisodes = 3, Agents = 4, Parallelism = 2, LearnerOptions = Small };
        var reports = new List<ReflectionRun>();

        var result = CliffWalkingReflection.Run(options, new Reports(reports));

        Assert.Equal(["ppo", "ppo + success memory", "ppo + both memories"], result.Arms.Select(arm => arm.Arm));
        Assert.Equal(6, result.Runs.Length);
        Assert.Equal(6, reports.Count);
        Assert.All(result.Arms, arm => Assert.Equal(2, arm.Runs));
        Assert.All(result.Runs, run => Assert.InRange(run.Falls, 0, run.Episodes));
        Assert.All(result.Runs, run => Assert.True(run.Episodes >= 60));
        Assert.All(result.Points, point => Assert.InRange(point.Ensemble, 0, 1));
        Assert.Equal(result.Points.AsEnumerable(), CliffWalkingReflection.Run(options with { Parallelism = 1 }).Points);
    }

    [Fact]
    public void Runs_that_miss_the_target_are_censored_at_the_budget()
    {
        var options = new CliffWalkingReflectionOptions { Seeds = 2, EpisodeBudget = 30, EvaluationEpisodes = 2, Agents = 4, LearnerOptions = Small };

        var result = CliffWalkingReflection.Run(options);

        Assert.All(result.Arms, arm => Assert.Equal(2, arm.Censored));
        Assert.All(result.Runs, run => Assert.Null(run.EpisodesToTarget));
        Assert.Equal(result.Runs.Where(run => run.Arm == "ppo").Average(run => run.Episodes), result.Arms[0].MeanEpisodes.Estimate);
    }

    [Fact]
    public void Results_are_written_as_csv_with_one_line_for_each_row()
    {
        var folder = Directory.CreateTempSubdirectory("memoryrl-");
        try
        {
            var result = CliffWalkingReflection.Run(new CliffWalkingReflectionOptions { Seeds = 2, EpisodeBudget = 30, EvaluationEpisodes = 2, Agents = 4, LearnerOptions = Small });
            CliffWalkingReflectionFiles.Write(result, folder.FullName);

            string[] Lines(string name) => File.ReadAllLines(Path.Combine(folder.FullName, name));
            Assert.Equal(1 + 3, Lines("arms.csv").Length);
            Assert.Equal(1 + 6, Lines("runs.csv").Length);
            Assert.Equal(1 + result.Points.Length, Lines("curves.csv").Length);
            foreach (var name in (string[])["arms.csv", "runs.csv", "curves.csv"])
            {
                Assert.Single(Lines(name).Select(line => line.Count(letter => letter == ',')).Distinct());
            }

            var curve = CliffWalkingReflectionFiles.MeanCurve(result, "ppo", 5);
            Assert.Equal([0, 7.5, 15, 22.5, 30], curve.Select(point => point.Episodes));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_stopped_experiment_ends_as_cancelled()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();

        _ = Assert.ThrowsAny<OperationCanceledException>(() => CliffWalkingReflection.Run(new CliffWalkingReflectionOptions(), null, stop.Token));
    }

    [Theory]
    [InlineData("seeds")]
    [InlineData("target")]
    [InlineData("learner-options")]
    public void Options_that_are_not_allowed_are_named(string field)
    {
        var options = new CliffWalkingReflectionOptions();
        options = field switch
        {
            "seeds" => options with { Seeds = 1 },
            "target" => options with { Target = double.NaN },
            _ => options with { LearnerOptions = Small.Add("memory", "none") },
        };

        Assert.Equal(field, Assert.Throws<InvalidExperienceException>(() => CliffWalkingReflection.Run(options)).Field);
    }

    private sealed class Reports(List<ReflectionRun> runs) : IProgress<ReflectionRun>
    {
        public void Report(ReflectionRun value)
        {
            lock (runs)
            {
                runs.Add(value);
            }
        }
    }

    /// <summary>Up, along the cliff, down; or straight into it.</summary>
    private sealed record CliffPath(bool Detour) : IPolicy
    {
        public string Algorithm => "path";

        public long Version => 1;

        public void Act(ReadOnlySpan<byte> observations, ActMode mode, Span<RandomStream> randoms, ActionBatch actions)
        {
            for (var i = 0; i < randoms.Length; i++)
            {
                var cell = BitConverter.ToInt32(observations[(4 * i)..]);
                var action = !Detour ? 1 : cell == CliffWalking.Start ? 0 : cell % CliffWalking.ColumnCount == CliffWalking.ColumnCount - 1 ? 2 : 1;
                BitConverter.TryWriteBytes(actions.Actions.AsSpan(4 * i), action);
            }
        }

        public void Dispose()
        {
        }
    }
}
