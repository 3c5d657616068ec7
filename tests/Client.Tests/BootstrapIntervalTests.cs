using MemoryRL.Core;

namespace MemoryRL.Client.Tests;

public sealed class BootstrapIntervalTests
{
    [Fact]
    public void A_bootstrap_interval_of_many_values_is_the_normal_one()
    {
        var random = new RandomStream(1);
        var values = Normals(ref random, 400);

        var interval = BootstrapInterval.OfMean(values);

        var deviation = Math.Sqrt(values.Average(value => Math.Pow(value - values.Average(), 2)) / values.Length);
        Assert.Equal(values.Average(), interval.Estimate, 1e-9);
        Assert.Equal(interval.Estimate - (1.96 * deviation), interval.Low, 0.02);
        Assert.Equal(interval.Estimate + (1.96 * deviation), interval.High, 0.02);
    }

    [Fact]
    public void A_bootstrap_interval_of_equal_values_is_a_point_and_a_median_of_an_even_number_lies_between()
    {
        Assert.Equal(new Interval(3, 3, 3), BootstrapInterval.OfMean([3, 3, 3]));
        Assert.Equal(2.5, BootstrapInterval.OfMedian([4, 1, 3, 2]).Estimate);
        Assert.Equal(2, BootstrapInterval.OfMedian([5, 1, 2]).Estimate);
    }

    [Fact]
    public void The_interval_of_three_seeds_reaches_from_the_least_to_the_greatest()
    {
        // A resample is three times the least with probability 1/27 = 3.7 %, which is more than the 2.5 % that are cut.
        var interval = BootstrapInterval.OfMean([5, -1, 2.3]);
        Assert.Equal((-1, 5), (interval.Low, interval.High));
        Assert.Equal(2.1, interval.Estimate, 12);
    }

    [Fact]
    public void The_interval_is_cut_from_the_distribution_of_all_resamples()
    {
        // All 4^4 resamples of the first task with all 3^3 of the second, each equally likely.
        double[][] scores = [[1, 4, 6, 10], [20, 23, 31]];
        var exact = new List<double>();
        foreach (var first in Tuples(4, 4))
        {
            foreach (var second in Tuples(3, 3))
            {
                exact.Add(AggregateScores.Mean([[.. first.Select(i => scores[0][i])], [.. second.Select(i => scores[1][i])]]));
            }
        }

        exact.Sort();
        var interval = BootstrapInterval.Of(scores, AggregateScores.Mean);

        // 4.5 standard errors of a share of 2.5 % among 10,000.
        Assert.InRange(exact.Count(value => value < interval.Low) / (double)exact.Count, 0, 0.025 + 0.007);
        Assert.InRange(exact.Count(value => value <= interval.Low) / (double)exact.Count, 0.025 - 0.007, 1);
        Assert.InRange(exact.Count(value => value > interval.High) / (double)exact.Count, 0, 0.025 + 0.007);
        Assert.InRange(exact.Count(value => value >= interval.High) / (double)exact.Count, 0.025 - 0.007, 1);
    }

    [Fact]
    public void Runs_are_drawn_within_their_task_so_that_differences_between_tasks_do_not_widen_the_interval()
    {
        double[][] scores = [[10, 10, 10], [90, 90, 90]];
        Assert.Equal(new Interval(50, 50, 50), BootstrapInterval.Of(scores, AggregateScores.Mean));
        Assert.Equal(new Interval(50, 50, 50), BootstrapInterval.Of(scores, AggregateScores.InterquartileMean));
        Assert.Equal(new Interval(1, 1, 1), BootstrapInterval.OfImprovement(scores, [[9, 9], [80, 80]]));
    }

    [Fact]
    public void The_interval_covers_the_true_mean_as_often_as_theory_says()
    {
        // The percentile interval of n normal values is about the mean with 1.96 deviations (divisor n) over sqrt(n), which covers as Student's
        // distribution says: with n = 30, P(|t_29| < 1.96 sqrt(29/30)) = 0.9362.
        const int Repeats = 3000;
        const double Expected = 0.9362;
        var random = new RandomStream(11);
        var covered = 0;
        for (var i = 0; i < Repeats; i++)
        {
            var interval = BootstrapInterval.Of([Normals(ref random, 30)], AggregateScores.Mean, (ulong)i, resamples: 1000);
            covered += interval.Low <= 10 && 10 <= interval.High ? 1 : 0;
        }

        // 99.9 % of a binomial share, and half a percent for the theory's approximation and the 1,000 resamples.
        var margin = (3.29 * Math.Sqrt(Expected * (1 - Expected) / Repeats)) + 0.005;
        Assert.InRange(covered / (double)Repeats, Expected - margin, Expected + margin);
    }

    [Fact]
    public void The_interval_of_three_seeds_covers_the_median_three_times_out_of_four()
    {
        // It misses when all three lie on one side: 2 / 2^3.
        const int Repeats = 3000;
        var random = new RandomStream(5);
        var covered = 0;
        for (var i = 0; i < Repeats; i++)
        {
            var interval = BootstrapInterval.Of([Normals(ref random, 3)], AggregateScores.Mean, (ulong)i, resamples: 1000);
            covered += interval.Low <= 10 && 10 <= interval.High ? 1 : 0;
        }

        var margin = 3.29 * Math.Sqrt(0.75 * 0.25 / Repeats);
        Assert.InRange(covered / (double)Repeats, 0.75 - margin, 0.75 + margin);
    }

    [Fact]
    public void The_same_seed_gives_the_same_interval_and_the_scores_stay_as_they_were()
    {
        var random = new RandomStream(2);
        double[][] scores = [Normals(ref random, 12), Normals(ref random, 9)];
        double[] before = [.. scores[0]];
        var first = BootstrapInterval.Of(scores, AggregateScores.InterquartileMean, seed: 4);
        Assert.Equal(first, BootstrapInterval.Of(scores, AggregateScores.InterquartileMean, seed: 4));
        Assert.NotEqual(first, BootstrapInterval.Of(scores, AggregateScores.InterquartileMean, seed: 5));
        Assert.Equal(before, scores[0]);
    }

    [Fact]
    public void A_single_run_has_no_bounds()
    {
        Assert.Equal(new Interval(3, double.NegativeInfinity, double.PositiveInfinity), BootstrapInterval.OfMean([3]));
        Assert.Equal(new Interval(4, double.NegativeInfinity, double.PositiveInfinity), BootstrapInterval.Of([[1, 3], [6]], AggregateScores.Mean));
    }

    [Fact]
    public void Scores_without_runs_are_refused()
    {
        Assert.Equal("scores", Assert.Throws<InvalidExperienceException>(() => BootstrapInterval.OfMean([])).Field);
        Assert.Equal("scores", Assert.Throws<InvalidExperienceException>(() => BootstrapInterval.Of([], AggregateScores.Mean)).Field);
        Assert.Equal("others", Assert.Throws<InvalidExperienceException>(() => BootstrapInterval.OfImprovement([[1]], [[1], [2]])).Field);
    }

    private static double[] Normals(ref RandomStream random, int count)
    {
        var values = new double[count];
        for (var i = 0; i < count; i++)
        {
            values[i] = 10 + (2 * random.NextNormal());
        }

        return values;
    }

    private static IEnumerable<int[]> Tuples(int bound, int length)
    {
        for (var number = 0; number < Math.Pow(bound, length); number++)
        {
            yield return [.. Enumerable.Range(0, length).Select(digit => number / (int)Math.Pow(bound, digit) % bound)];
        }
    }
}
