using MemoryRL.Core;

namespace MemoryRL.Learning.Tests;

public sealed class MaximumEstimatorTests
{
    private const int Draws = 20_000;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(11)]
    [InlineData(101)]
    public void Double_estimation_has_no_bias(int candidates)
    {
        var draws = Draw(candidates);

        // 99.9999 % confidence: five standard errors, of which each is at most 1 / sqrt(20,000).
        Assert.Equal(0, draws.Average(draw => draw.Double), 5 / Math.Sqrt(Draws));
        Assert.Equal(0, draws.Average(draw => draw.DoubleSoftmax), 5 / Math.Sqrt(Draws));
    }

    [Theory]
    [InlineData(1, 0.0)]
    [InlineData(2, 0.5641895835)] // 1 / sqrt(pi)
    [InlineData(3, 0.8462843753)] // 3 / (2 sqrt(pi))
    [InlineData(5, 1.1629644736)] // Harter 1961
    public void The_largest_of_normal_numbers_is_as_large_as_tables_say(int candidates, double expected) =>
        Assert.Equal(expected, Draw(candidates).Average(draw => draw.Maximum), 5 / Math.Sqrt(Draws));

    [Fact]
    public void A_softmax_of_many_lies_between_the_mean_and_the_maximum()
    {
        var draws = Draw(1001);

        // E[x e^x] / E[e^x] = 1 for a standard normal x: the limit of many candidates.
        Assert.InRange(draws.Average(draw => draw.Softmax), 0.95, 1.01);
        Assert.All(draws, draw => Assert.True(draw.Softmax < draw.Maximum));
    }

    [Fact]
    public void The_second_estimates_value_what_the_first_ones_choose()
    {
        var estimate = MaximumEstimators.Of([0, Math.Log(3)], [5, 7], 1);

        Assert.Equal((Math.Log(3), 7), (estimate.Maximum, estimate.Double));
        Assert.Equal(0.75 * Math.Log(3), estimate.Softmax, 1e-12);
        Assert.Equal((0.25 * 5) + (0.75 * 7), estimate.DoubleSoftmax, 1e-12);
    }

    private static MaximumEstimate[] Draw(int candidates)
    {
        var random = new RandomStream(31, (ulong)candidates);
        var draws = new MaximumEstimate[candidates > 500 ? 500 : Draws];
        foreach (ref var draw in draws.AsSpan())
        {
            draw = MaximumEstimators.Draw(candidates, 1, 1, ref random);
        }

        return draws;
    }
}
