using MemoryRL.Tests;

namespace MemoryRL.Core.Tests;

public sealed class TrajectoryPlannerTests
{
    [Theory]
    [InlineData(1, PlanEstimator.Twin)]
    [InlineData(2, PlanEstimator.Twin)]
    [InlineData(4, PlanEstimator.Twin)]
    [InlineData(1, PlanEstimator.Single)]
    [InlineData(2, PlanEstimator.Single)]
    [InlineData(4, PlanEstimator.Single)]
    public void Targets_are_those_of_the_whole_table_of_returns_by_length(int heads, PlanEstimator estimator)
    {
        var random = new Random(heads + (10 * (int)estimator));
        for (var trial = 0; trial < 400; trial++)
        {
            var length = 1 + random.Next(trial % 10 == 0 ? 60 : 9);
            var settings = new PlanSettings
            {
                Discount = trial % 7 == 0 ? 1 : 0.8 + (0.2 * random.NextDouble()),
                MaxSteps = random.Next(length + 3),
                Estimator = estimator,
                RewardScale = 1 + random.NextDouble(),
                RewardShift = random.NextDouble() - 0.5,
                TruncationsTerminate = random.Next(2) == 0,
                RepeatsTerminalReward = random.Next(2) == 0,
            };
            var end = random.Next(2) == 0 ? EpisodeEnd.Terminated : EpisodeEnd.Truncated;
            var (rewards, values) = (Numbers(random, length), Numbers(random, (length + 1) * heads));

            AssertClose(Table(rewards, values, heads, end, settings), Planned(rewards, values, heads, end, settings), $"trial {trial}: {settings}, {end}, {length} steps");
        }
    }

    [Fact]
    public void Of_equal_returns_the_shorter_rollout_is_taken_and_valued_with_the_other_pair()
    {
        // By A every length gives 1, and so the first counts; by B the longer ones would give more.
        float[] values = [1, 0, 1, 2, 1, 5, 1, 9];
        var settings = new PlanSettings { Discount = 1 };
        Assert.Equal([2, 2, 5, 5, 9, 9], Planned([0, 0, 0], values, 2, EpisodeEnd.Truncated, settings));
        Assert.Equal([2, 2, 5, 5, 9, 9], Planned([0, 0, 0], values, 2, EpisodeEnd.Truncated, settings with { MaxSteps = 2 }));
    }

    [Theory]
    [InlineData(EpisodeEnd.Terminated)]
    [InlineData(EpisodeEnd.Truncated)]
    public void Without_values_targets_are_the_discounted_returns(EpisodeEnd end)
    {
        var random = new Random(5);
        for (var trial = 0; trial < 50; trial++)
        {
            var rewards = Numbers(random, 1 + random.Next(40));
            var settings = new PlanSettings { Discount = 0.9, RewardScale = 2, RewardShift = -0.25 };
            var returns = new float[rewards.Length * 2];
            TrajectoryPlanner.ComputeReturns(rewards, end, settings, returns);
            for (var t = 0; t < rewards.Length; t++)
            {
                var expected = Enumerable.Range(t, rewards.Length - t).Sum(i => Math.Pow(0.9, i - t) * ((2.0 * rewards[i]) - 0.25));
                Assert.Equal(expected, returns[2 * t], 1e-5);
                Assert.Equal(returns[2 * t], returns[(2 * t) + 1]);
            }

            // Where no reward is negative, planning with a value of 0 comes to the same: going on is never worse than stopping.
            var gains = rewards.Select(Math.Abs).ToArray();
            TrajectoryPlanner.ComputeReturns(gains, end, settings with { RewardShift = 0 }, returns);
            AssertClose(returns.Select(value => (double)value).ToArray(), Planned(gains, new float[(gains.Length + 1) * 4], 4, end, settings with { RewardShift = 0 }), $"trial {trial}");
        }
    }

    [Fact]
    public void With_losses_only_planning_with_a_value_of_0_stops_at_once_and_the_return_does_not()
    {
        var settings = new PlanSettings { Discount = 1 };
        Assert.Equal([-1, -1, -1, -1, -1, -1], Planned([-1, -1, -1], new float[4], 1, EpisodeEnd.Truncated, settings));
        var returns = new float[6];
        TrajectoryPlanner.ComputeReturns([-1, -1, -1], EpisodeEnd.Truncated, settings, returns);
        Assert.Equal([-3, -3, -2, -2, -1, -1], returns);
    }

    [Fact]
    public void One_step_of_planning_is_the_one_step_target_of_the_least_of_each_pair()
    {
        float[] values = [0, 0, 0, 0, 3, 5, 8, 2, 7, 6, 4, 9];
        var settings = new PlanSettings { Discount = 0.5, MaxSteps = 1 };
        Assert.Equal([1 + (0.5f * 3), 1 + (0.5f * 2), 2 + (0.5f * 6), 2 + (0.5f * 4)], Planned([1, 2], values, 4, EpisodeEnd.Truncated, settings with { Estimator = PlanEstimator.Single }));

        // Twin: both are the better of the two, since neither is ever below its own pair's.
        Assert.Equal([1 + (0.5f * 3), 1 + (0.5f * 3), 2 + (0.5f * 6), 2 + (0.5f * 6)], Planned([1, 2], values, 4, EpisodeEnd.Truncated, settings));
    }

    [Fact]
    public void A_terminated_end_has_no_bootstrap_and_a_truncated_one_has()
    {
        var settings = new PlanSettings { Discount = 0.5 };
        Assert.Equal([2, 2, 2, 2], Planned([1, 2], [0, 0, 100], 1, EpisodeEnd.Terminated, settings));
        Assert.Equal([27, 27, 52, 52], Planned([1, 2], [0, 0, 100], 1, EpisodeEnd.Truncated, settings));
    }

    [Fact]
    public void Truncations_terminate_only_where_the_option_of_the_official_code_is_on()
    {
        var settings = new PlanSettings { Discount = 0.5 };
        var mimic = settings with { TruncationsTerminate = true };
        Assert.Equal([27, 27, 52, 52], Planned([1, 2], [0, 0, 100], 1, EpisodeEnd.Truncated, settings));
        Assert.Equal([2, 2, 2, 2], Planned([1, 2], [0, 0, 100], 1, EpisodeEnd.Truncated, mimic));
        Assert.Equal(Planned([1, 2], [0, 0, 100], 1, EpisodeEnd.Terminated, settings), Planned([1, 2], [0, 0, 100], 1, EpisodeEnd.Terminated, mimic));
    }

    [Fact]
    public void The_terminal_reward_counts_twice_only_where_the_option_of_the_official_code_is_on()
    {
        // The goal's reward of 1 becomes 1.99, as the official code has it; a loss at the end is not doubled, since stopping is better.
        var settings = new PlanSettings { Discount = 0.99 };
        var mimic = settings with { RepeatsTerminalReward = true };
        AssertClose([0.99, 0.99, 1, 1], Planned([0, 1], new float[3], 1, EpisodeEnd.Terminated, settings), "plain");
        AssertClose([0.99 * 1.99, 0.99 * 1.99, 1.99, 1.99], Planned([0, 1], new float[3], 1, EpisodeEnd.Terminated, mimic), "mimic");
        AssertClose([0, 0, 1, 1], Planned([0, 1], new float[3], 1, EpisodeEnd.Terminated, mimic with { MaxSteps = 1 }), "one step");
        AssertClose([-1, -1], Planned([-1], new float[2], 1, EpisodeEnd.Terminated, mimic), "loss");
        Assert.Equal(Planned([0, 1], new float[3], 1, EpisodeEnd.Truncated, settings), Planned([0, 1], new float[3], 1, EpisodeEnd.Truncated, mimic));
        var returns = new float[4];
        TrajectoryPlanner.ComputeReturns([0, 1], EpisodeEnd.Terminated, mimic, returns);
        AssertClose([0.99 * 1.99, 0.99 * 1.99, 1.99, 1.99], returns, "returns");
    }

    [Fact]
    public void Planning_allocates_nothing()
    {
        var (rewards, values, targets) = (new float[1_000], new float[4_004], new float[2_000]);
        var (whole, bounded) = (new PlanSettings(), new PlanSettings { MaxSteps = 10 });
        Plan();
        Assert.Equal(0, AllocationRounds.LeastOf(Plan));

        void Plan()
        {
            TrajectoryPlanner.Plan(rewards, values, 4, EpisodeEnd.Truncated, whole, targets);
            TrajectoryPlanner.Plan(rewards, values, 4, EpisodeEnd.Truncated, bounded, targets);
            TrajectoryPlanner.ComputeReturns(rewards, EpisodeEnd.Terminated, whole, targets);
        }
    }

    [Fact]
    public void Lengths_and_heads_that_do_not_fit_are_refused()
    {
        var settings = new PlanSettings();
        Assert.Throws<InvalidExperienceException>(() => TrajectoryPlanner.Plan(new float[2], new float[9], 3, EpisodeEnd.Truncated, settings, new float[4]));
        Assert.Throws<InvalidExperienceException>(() => TrajectoryPlanner.Plan(new float[2], [], 0, EpisodeEnd.Truncated, settings, new float[4]));
        Assert.Throws<ArgumentException>(() => TrajectoryPlanner.Plan(new float[2], new float[2], 1, EpisodeEnd.Truncated, settings, new float[4]));
        Assert.Throws<ArgumentException>(() => TrajectoryPlanner.Plan(new float[2], new float[3], 1, EpisodeEnd.Truncated, settings, new float[2]));
        Assert.Throws<ArgumentException>(() => TrajectoryPlanner.ComputeReturns(new float[2], EpisodeEnd.Truncated, settings, new float[2]));
    }

    // The definition, entry by entry: every return of every length, the task's end masked; the official code's repeated step as a real one behind the end.
    private static double[] Table(float[] stored, float[] values, int heads, EpisodeEnd end, PlanSettings settings)
    {
        var (length, g) = (stored.Length, settings.Discount);
        var rewards = stored.Select(reward => (reward * settings.RewardScale) + settings.RewardShift).ToList();
        var repeats = settings.RepeatsTerminalReward && end == EpisodeEnd.Terminated;
        if (repeats)
        {
            rewards.Add(rewards[^1]);
        }

        var masked = end == EpisodeEnd.Terminated || settings.TruncationsTerminate;
        var targets = new double[length * 2];
        for (var t = 0; t < length; t++)
        {
            var (a, b) = (new List<double>(), new List<double>());
            var most = Math.Min(settings.MaxSteps == 0 ? int.MaxValue : settings.MaxSteps, rewards.Count - t);
            for (var n = 1; n <= most; n++)
            {
                var sum = Enumerable.Range(0, n).Sum(i => Math.Pow(g, i) * rewards[t + i]);
                var bootstraps = t + n < length || (t + n == length && !masked);
                a.Add(sum + (bootstraps ? Math.Pow(g, n) * Least(t + n, 0) : 0));
                b.Add(sum + (bootstraps ? Math.Pow(g, n) * Least(t + n, heads / 2) : 0));
            }

            var (bestA, bestB) = (a.IndexOf(a.Max()), b.IndexOf(b.Max()));
            var isTwin = settings.Estimator == PlanEstimator.Twin;
            targets[2 * t] = isTwin ? Math.Max(b[bestA], a[0]) : a[bestA];
            targets[(2 * t) + 1] = isTwin ? Math.Max(a[bestB], b[0]) : b[bestB];
        }

        return targets;

        double Least(int row, int first) => Enumerable.Range(first, Math.Max(1, heads / 2)).Min(head => values[(row * heads) + head]);
    }

    private static float[] Planned(float[] rewards, float[] values, int heads, EpisodeEnd end, PlanSettings settings)
    {
        var targets = new float[rewards.Length * 2];
        TrajectoryPlanner.Plan(rewards, values, heads, end, settings, targets);
        return targets;
    }

    private static float[] Numbers(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => (float)((2 * random.NextDouble()) - 1))];

    // To 1e-6, or to float32's own rounding where the numbers are larger.
    private static void AssertClose(double[] expected, float[] actual, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.True(Math.Abs(expected[i] - actual[i]) <= Math.Max(1e-6, 1e-7 * Math.Abs(expected[i])), $"{what}: expected {expected[i]} at {i} but got {actual[i]}.");
        }
    }
}
