using static TorchSharp.torch;

namespace MemoryRL.Learning.Tests;

/// <summary>What the losses of VEM are minimal at, and the forms of the weights, by closed forms.</summary>
public sealed class VemLossesTests
{
    private static readonly float[] Sample = [-1.5f, -0.2f, 0.1f, 0.7f, 0.9f, 2.5f, 4];

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(0.7)]
    [InlineData(0.95)]
    public void The_loss_of_Eq_4_is_least_at_the_expectile(double tau)
    {
        // The expectile m is where tau E[(R - m)+] equals (1 - tau) E[(m - R)+]; that difference falls in m.
        var expectile = Bisect(m => (tau * Sample.Sum(r => Math.Max(r - m, 0))) - ((1 - tau) * Sample.Sum(r => Math.Max(m - r, 0))));

        Assert.Equal(0, Slope(expectile, new VemOptions { Expectile = tau }), 1e-5);
        Assert.True(Slope(expectile - 0.2, new VemOptions { Expectile = tau }) < -0.01);
        Assert.True(Slope(expectile + 0.2, new VemOptions { Expectile = tau }) > 0.01);
    }

    [Fact]
    public void One_half_is_the_mean()
    {
        Assert.Equal(0, Slope(Sample.Average(), new VemOptions { Expectile = 0.5 }), 1e-6);
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(0.7)]
    public void Squared_weights_seek_another_expectile(double slope)
    {
        var effective = slope * slope / ((slope * slope) + ((1 - slope) * (1 - slope)));
        var sought = Bisect(m => (effective * Sample.Sum(r => Math.Max(r - m, 0))) - ((1 - effective) * Sample.Sum(r => Math.Max(m - r, 0))));

        Assert.Equal(0, Slope(sought, new VemOptions { Expectile = slope, SquareWeights = true }), 1e-5);
        Assert.True(Math.Abs(Slope(sought, new VemOptions { Expectile = slope })) > 0.01);
    }

    [Theory]
    [InlineData(0.25, -0.2)]
    [InlineData(0.5, 0.7)]
    [InlineData(0.9, 4)]
    public void The_quantile_loss_is_least_at_the_quantile(double tau, double quantile)
    {
        var options = new VemOptions { Expectile = tau, Loss = VemValueLoss.Quantile };

        Assert.True(Slope(quantile - 0.05, options) < 0);
        Assert.True(Slope(quantile + 0.05, options) > 0);
    }

    [Fact]
    public void The_loss_is_the_mean_over_batch_and_heads()
    {
        using var scope = NewDisposeScope();
        var values = tensor([0f, 1, 2, 3], [1, 4]);
        var targets = tensor([1f, 1, 2, 1], [1, 4]);

        // Differences 1, 0, 0, -2 with tau 0.75.
        Assert.Equal(((0.75 * 1) + (0.25 * 4)) / 4, VemLosses.Value(values, targets, new VemOptions { Expectile = 0.75 }).item<float>(), 1e-6);
    }

    [Fact]
    public void An_advantage_is_the_smaller_target_less_the_mean_of_the_heads()
    {
        using var scope = NewDisposeScope();
        var advantages = VemLosses.Advantage(tensor([3f, 5, 7, -1], [2, 2]), tensor([1f, 2, 3, 4, 0, 0, 0, 2], [2, 4]));

        Assert.Equal([0.5f, -1.5f], advantages.data<float>().ToArray());
    }

    [Fact]
    public void The_exponential_weight_is_capped_at_a_hundred()
    {
        Assert.Equal([Math.Exp(-2), 1, Math.Exp(3), 100, 100], Weights(new VemOptions { Temperature = 0.5 }, -1, 0, 1.5f, 3, 1000), Close);
    }

    [Fact]
    public void The_softmax_weights_have_the_mean_one()
    {
        float[] advantages = [-1, 0, 1.5f, 3];
        var sum = advantages.Sum(advantage => Math.Exp(advantage / 2));

        Assert.Equal(advantages.Select(advantage => 4 * Math.Exp(advantage / 2) / sum), Weights(new VemOptions { Weight = VemWeight.Softmax, Temperature = 2 }, advantages), Close);
        Assert.Equal([0, 2, 2], Weights(new VemOptions { Weight = VemWeight.Softmax, Temperature = 1 }, -5000, 1000, 1000).Select(weight => weight * 2 / 1.5), Close);
    }

    [Fact]
    public void The_leaky_weight_is_the_standardised_advantage_and_little_of_it_below_zero()
    {
        var deviation = Math.Sqrt(Sample.Sum(value => Math.Pow(value - Sample.Average(), 2)) / (Sample.Length - 1));

        Assert.Equal(Sample.Select(value => (value > 0 ? 1 : 0.01) * value / deviation), Weights(new VemOptions { Weight = VemWeight.LeakyRelu }, Sample), Close);
        Assert.All(Weights(new VemOptions { Weight = VemWeight.LeakyRelu }, 0, 0, 0), weight => Assert.Equal(0, weight));
    }

    [Fact]
    public void The_effective_share_is_one_for_equal_weights_and_a_batch_s_part_for_a_single_one()
    {
        using var scope = NewDisposeScope();

        Assert.Equal(1, VemLosses.EffectiveShare(tensor([3f, 3, 3, 3])).item<float>(), 1e-6);
        Assert.Equal(0.25, VemLosses.EffectiveShare(tensor([0f, 0, 7, 0])).item<float>(), 1e-6);
    }

    private static bool Close(double expected, double actual) => Math.Abs(expected - actual) < 1e-4 * Math.Max(1, Math.Abs(expected));

    private static double[] Weights(VemOptions options, params float[] advantages)
    {
        using var scope = NewDisposeScope();
        return [.. VemLosses.Weight(tensor(advantages), tensor(advantages), options).data<float>().ToArray().Select(weight => (double)weight)];
    }

    // Of the loss over the sample where every head says the same, by autograd.
    private static double Slope(double value, VemOptions options)
    {
        using var scope = NewDisposeScope();
        var constant = tensor((float)value, requires_grad: true);
        var targets = tensor(Sample, [Sample.Length, 1]);
        VemLosses.Value(constant.expand(Sample.Length, 1), targets, options).backward();
        return constant.grad!.item<float>();
    }

    private static double Bisect(Func<double, double> falling)
    {
        var (low, high) = (-100.0, 100.0);
        for (var i = 0; i < 80; i++)
        {
            var middle = (low + high) / 2;
            (low, high) = falling(middle) > 0 ? (middle, high) : (low, middle);
        }

        return low;
    }
}
