using MemoryRL.Core;
using MemoryRL.Environments;

namespace MemoryRL.Client.Tests;

public sealed class EvaluationTests
{
    [Fact]
    public void The_result_does_not_depend_on_how_many_environments_share_the_work()
    {
        using var policy = new FakePolicy(4);
        var expected = Run(policy, environments: 1);
        Assert.Equal((4, 200), (expected.PolicyVersion, expected.Episodes.Length));
        foreach (var environments in new[] { 2, 7, 64, 1000 })
        {
            Assert.True(expected.Episodes.SequenceEqual(Run(policy, environments).Episodes), $"{environments} environments");
        }

        Assert.False(expected.Episodes.SequenceEqual(Run(policy, 8, seed: 2).Episodes));
    }

    [Fact]
    public void The_result_does_not_depend_on_how_many_threads_share_the_work()
    {
        using var policy = new FakePolicy(4);
        var expected = Run(policy, environments: 16);
        foreach (var (threads, environments) in new[] { (1, 3), (2, 16), (3, 1), (5, 64), (300, 7) })
        {
            var created = new List<FakePolicy>();
            var result = ParallelEvaluation.Run(
                () => EnvironmentRegistry.Create("four-rooms"),
                () =>
                {
                    created.Add(new FakePolicy(4));
                    return created[^1];
                },
                new EvaluationOptions { Episodes = 200, EnvironmentCount = environments, ThreadCount = threads, Seed = 1 });
            Assert.True(expected.Episodes.SequenceEqual(result.Episodes), $"{threads} threads");
            Assert.Equal((expected.Return, expected.Success, 4), (result.Return, result.Success, result.PolicyVersion));
            Assert.Equal(Math.Min(threads, 200), created.Count);
            Assert.All(created, each => Assert.True(each.IsDisposed));
        }
    }

    [Fact]
    public void A_failing_policy_ends_the_evaluation_on_every_thread_with_its_own_error()
    {
        var created = 0;
        var error = Assert.Throws<InvalidOperationException>(() => ParallelEvaluation.Run(
            () => EnvironmentRegistry.Create("four-rooms"),
            () => ++created == 2 ? new FailingPolicy() : new FakePolicy(1),
            new EvaluationOptions { Episodes = 1_000_000, ThreadCount = 3, EnvironmentCount = 6 }));
        Assert.Equal("no more steps", error.Message);
    }

    [Fact]
    public void An_evaluation_over_threads_stops_when_it_is_asked_to()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        Assert.Throws<OperationCanceledException>(() => ParallelEvaluation.Run(() => EnvironmentRegistry.Create("four-rooms"), () => new FakePolicy(1), new EvaluationOptions { ThreadCount = 2 }, stop.Token));
        Assert.Equal("evaluation.thread_count", Assert.Throws<InvalidExperienceException>(() => new EvaluationOptions { ThreadCount = 0 }.Validate()).Field);
    }

    [Fact]
    public void A_random_policy_does_as_well_as_the_task_says()
    {
        using var policy = new RandomPolicy(new DiscreteSpace(4));
        var options = new EvaluationOptions { Episodes = 20_000, EnvironmentCount = 64, Seed = 5 };
        var result = GreedyEvaluation.Run(() => EnvironmentRegistry.Create("four-rooms"), policy, options);
        Assert.InRange(EnvironmentRegistry.Find("four-rooms").Spec.RandomSuccess!.Value, result.Success.Low - 0.005, result.Success.High + 0.005);
        Assert.Equal(result.Success.Estimate, result.Return.Estimate, 9);
        Assert.Equal(result.Episodes.Count(episode => episode.IsSuccess) / 20_000.0, result.Success.Estimate, 12);
        Assert.Equal(result.Episodes.Average(episode => episode.Length), result.MeanLength, 9);
        Assert.All(result.Episodes, episode => Assert.Equal(episode.IsSuccess, episode.End == EpisodeEnd.Terminated));
    }

    [Fact]
    public void A_task_without_a_limit_is_refused()
    {
        using var policy = new RandomPolicy(new DiscreteSpace(4));
        var error = Assert.Throws<InvalidExperienceException>(() => GreedyEvaluation.Run(() => EnvironmentRegistry.Find("cliff-walking").Create(null), policy));
        Assert.Equal("environment.max_episode_steps", error.Field);
        Assert.Throws<InvalidExperienceException>(() => GreedyEvaluation.Run(() => EnvironmentRegistry.Create("four-rooms"), policy, new EvaluationOptions { Episodes = 0 }));
    }

    [Theory]
    [InlineData(0, 10, 0.0, 0.2775)]
    [InlineData(10, 10, 0.7225, 1.0)]
    [InlineData(90, 100, 0.8256, 0.9448)]
    [InlineData(5, 10, 0.2366, 0.7634)]
    [InlineData(81, 263, 0.2553, 0.3662)]
    public void Wilsons_interval_is_the_published_one(int successes, int trials, double low, double high)
    {
        var interval = Interval.OfShare(successes, trials);
        Assert.Equal(low, interval.Low, 4);
        Assert.Equal(high, interval.High, 4);
        Assert.Equal(successes / (double)trials, interval.Estimate, 12);
    }

    [Theory]
    [InlineData(1, 12.7062)]
    [InlineData(2, 4.30265)]
    [InlineData(3, 3.18245)]
    [InlineData(4, 2.77645)]
    [InlineData(5, 2.57058)]
    [InlineData(9, 2.26216)]
    [InlineData(30, 2.04227)]
    [InlineData(99, 1.98422)]
    [InlineData(1000, 1.96234)]
    public void Students_interval_uses_the_published_quantiles(int degreesOfFreedom, double quantile)
    {
        // Values of mean 0 and a deviation that makes the standard error 1, so that the bound is the quantile.
        var values = new double[degreesOfFreedom + 1];
        var spread = Math.Sqrt(degreesOfFreedom * (degreesOfFreedom + 1.0) / 2);
        (values[0], values[1]) = (spread, -spread);
        var interval = Interval.OfMean(values);
        Assert.Equal(0, interval.Estimate, 9);
        Assert.Equal(quantile, interval.High, 2e-3 * quantile);
        Assert.Equal(-interval.High, interval.Low, 9);
    }

    [Fact]
    public void The_mean_of_one_value_has_no_bounds() =>
        Assert.Equal(new Interval(3, double.NegativeInfinity, double.PositiveInfinity), Interval.OfMean([3.0]));

    [Fact]
    public void Random_actions_are_uniform_inside_a_box_and_carry_their_density()
    {
        using var policy = new RandomPolicy(new BoxSpace([2], [-1, 0], [1, 4]));
        var actions = new ActionBatch(1000, new BoxSpace([2], [-1, 0], [1, 4]));
        var randoms = Enumerable.Range(0, 1000).Select(agent => new RandomStream(1, (ulong)agent)).ToArray();
        policy.Act(default, ActMode.Explore, randoms, actions);
        var values = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(actions.Actions.AsSpan()).ToArray();
        var (first, second) = (values.Where((_, i) => i % 2 == 0).ToList(), values.Where((_, i) => i % 2 == 1).ToList());
        Assert.All(first, value => Assert.InRange(value, -1, 1));
        Assert.All(second, value => Assert.InRange(value, 0, 4));

        // 99.9 % intervals of the means: 3.29 standard errors of a uniform distribution.
        Assert.InRange(first.Average(), -0.0601, 0.0601);
        Assert.InRange(second.Average(), 1.8799, 2.1201);
        Assert.All(actions.LogProbabilities, value => Assert.Equal(-MathF.Log(8), value, 1e-6f));
        Assert.Equal("spec.action", Assert.Throws<InvalidExperienceException>(() => new RandomPolicy(new BoxSpace(3))).Field);
    }

    private static EvaluationResult Run(FakePolicy policy, int environments, ulong seed = 1) => GreedyEvaluation.Run(
        () => EnvironmentRegistry.Create("four-rooms"), policy, new EvaluationOptions { Episodes = 200, EnvironmentCount = environments, Seed = seed });

    private sealed class FailingPolicy : IPolicy
    {
        private int _steps;

        public string Algorithm => "failing";

        public long Version => 1;

        public void Act(ReadOnlySpan<byte> observations, ActMode mode, Span<RandomStream> randoms, ActionBatch actions)
        {
            if (++_steps == 100)
            {
                throw new InvalidOperationException("no more steps");
            }
        }

        public void Dispose()
        {
            // It holds nothing.
        }
    }
}
