using MemoryRL.Core;

namespace MemoryRL.Learning.Tests;

/// <summary>The rules of one backup against the objective that they come from.</summary>
public sealed class TabularRuleTests
{
    [Theory]
    [InlineData(0.03)]
    [InlineData(0.3)]
    [InlineData(0.5)]
    [InlineData(0.8)]
    [InlineData(0.99)]
    public void The_exact_operator_takes_the_minimum_of_its_objective(double expectile)
    {
        var random = new RandomStream(1, (ulong)(100 * expectile));
        for (var i = 0; i < 200; i++)
        {
            var (backups, probabilities) = Draw(1 + (i % 6), ref random);

            var v = new ExpectileRule(expectile).Combine(random.NextNormal(), backups, probabilities);

            Assert.Equal(GoldenSection(x => Objective(expectile, x, backups, probabilities), backups.Min() - 1, backups.Max() + 1), v, 1e-6);
            Assert.True(Math.Abs(Slope(expectile, v, backups, probabilities)) < 1e-9);
        }
    }

    [Fact]
    public void The_gradient_operator_goes_one_step_down_its_objective()
    {
        var random = new RandomStream(2);
        for (var i = 0; i < 200; i++)
        {
            var (backups, probabilities) = Draw(1 + (i % 6), ref random);
            var (expectile, value) = (0.05 + (0.9 * random.NextDouble()), random.NextNormal());
            var stepSize = GradientExpectileRule.LargestStepSize(expectile) * (0.1 + (0.9 * random.NextDouble()));

            var next = new GradientExpectileRule(expectile, stepSize).Combine(value, backups, probabilities);

            Assert.Equal(value - (stepSize * Slope(expectile, value, backups, probabilities)), next, 1e-6);
        }
    }

    [Fact]
    public void The_largest_step_takes_the_larger_side_of_a_difference_whole()
    {
        Assert.Equal(7, new GradientExpectileRule(0.9).Combine(2, [7.0], [1.0]), 1e-12);
        Assert.Equal(-1, new GradientExpectileRule(0.2).Combine(2, [-1.0], [1.0]), 1e-12);
        Assert.Equal(2 - (3 / 9.0), new GradientExpectileRule(0.9).Combine(2, [-1.0], [1.0]), 1e-12);
    }

    [Fact]
    public void Expectiles_run_from_the_mean_to_the_maximum_of_the_support()
    {
        double[] backups = [3, -1, 100];
        double[] probabilities = [0.25, 0.75, 0];

        Assert.Equal(0, new ExpectileRule(0.5).Combine(9, backups, probabilities), 1e-12);
        Assert.Equal(0, MeanRule.Instance.Combine(9, backups, probabilities), 1e-12);
        Assert.Equal(3, MaximumRule.Instance.Combine(9, backups, probabilities));
        Assert.Equal(3, new ExpectileRule(1 - 1e-9).Combine(9, backups, probabilities), 1e-6);
        Assert.Equal(-1, new ExpectileRule(1e-9).Combine(9, backups, probabilities), 1e-6);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(1.0)]
    [InlineData(double.NaN)]
    public void Expectiles_that_are_none_are_refused(double expectile)
    {
        Assert.Equal("expectile", Assert.Throws<InvalidExperienceException>(() => new ExpectileRule(expectile)).Field);
        Assert.Equal("expectile", Assert.Throws<InvalidExperienceException>(() => new GradientExpectileRule(expectile)).Field);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.63)]
    [InlineData(double.NaN)]
    public void Step_sizes_with_which_nothing_contracts_are_refused(double stepSize) =>
        Assert.Equal("step_size", Assert.Throws<InvalidExperienceException>(() => new GradientExpectileRule(0.8, stepSize)).Field);

    private static (double[] Backups, double[] Probabilities) Draw(int count, ref RandomStream random)
    {
        var (backups, probabilities) = (new double[count], new double[count]);
        for (var i = 0; i < count; i++)
        {
            (backups[i], probabilities[i]) = (3 * random.NextNormal(), random.NextDouble());
        }

        return (backups, Array.ConvertAll(probabilities, weight => weight / probabilities.Sum()));
    }

    // Eq. 2 as it is written.
    private static double Objective(double expectile, double v, double[] backups, double[] probabilities) =>
        backups.Zip(probabilities).Sum(pair => pair.Second * ((expectile * Math.Pow(Math.Max(pair.First - v, 0), 2)) + ((1 - expectile) * Math.Pow(Math.Min(pair.First - v, 0), 2))));

    // Central differences; the objective is quadratic almost everywhere, so that only rounding is left.
    private static double Slope(double expectile, double v, double[] backups, double[] probabilities)
    {
        const double Step = 1e-4;
        var kink = backups.Any(backup => Math.Abs(backup - v) <= Step);
        return kink ? -2 * backups.Zip(probabilities).Sum(pair => pair.Second * (pair.First > v ? expectile : 1 - expectile) * (pair.First - v))
            : (Objective(expectile, v + Step, backups, probabilities) - Objective(expectile, v - Step, backups, probabilities)) / (2 * Step);
    }

    private static double GoldenSection(Func<double, double> function, double low, double high)
    {
        var ratio = (Math.Sqrt(5) - 1) / 2;
        for (var i = 0; i < 80; i++)
        {
            var (left, right) = (high - (ratio * (high - low)), low + (ratio * (high - low)));
            (low, high) = function(left) < function(right) ? (low, right) : (left, high);
        }

        return (low + high) / 2;
    }
}
