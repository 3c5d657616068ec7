using MemoryRL.Core;
using static TorchSharp.torch;

namespace MemoryRL.Learning.Tests;

public sealed class PpoLossesTests
{
    private const int Rows = 9;
    private const int Actions = 4;
    private const double ClipRange = 0.2;

    private readonly double[] _logits = Normals(1, Rows * Actions, 1);
    private readonly int[] _choices = [0, 1, 2, 3, 0, 1, 2, 3, 1];
    private readonly double[] _old = Array.ConvertAll(Normals(2, Rows, 0.3), noise => Math.Log(0.25) + noise);
    private readonly double[] _advantages = Normals(3, Rows, 1);
    private readonly double[] _values = Normals(4, Rows, 1);
    private readonly double[] _returns = Normals(5, Rows, 1);
    private readonly double[] _weights = [1, 0, 1, 1, 1, 0, 1, 1, 1];

    [Fact]
    public void Losses_equal_an_independent_computation_in_double_precision()
    {
        using var scope = NewDisposeScope();

        var losses = Compute(out _);

        Assert.Equal(Policy(_logits), losses.Policy.item<float>(), 1e-5);
        Assert.Equal(Entropy(_logits), losses.Entropy.item<float>(), 1e-5);
        Assert.Equal(_values.Zip(_returns, (value, target) => (value - target) * (value - target)).Average(), losses.Value.item<float>(), 1e-5);
        var ratios = Enumerable.Range(0, Rows).Where(row => _weights[row] > 0).Select(row => Ratio(_logits, row)).ToArray();
        Assert.Equal(ratios.Average(ratio => ratio - 1 - Math.Log(ratio)), losses.ApproximateKl.item<float>(), 1e-5);
        Assert.Equal(ratios.Average(ratio => Math.Abs(ratio - 1) > ClipRange ? 1.0 : 0.0), losses.ClipFraction.item<float>(), 1e-5);
        Assert.InRange(losses.ClipFraction.item<float>(), 0.1, 0.9);
    }

    [Fact]
    public void Gradients_equal_finite_differences()
    {
        using var scope = NewDisposeScope();
        var losses = Compute(out var logits);

        (losses.Policy - (losses.Entropy * 0.1)).backward();

        var gradient = logits.grad!.data<float>().ToArray();
        for (var i = 0; i < gradient.Length; i++)
        {
            var (up, down) = ((double[])_logits.Clone(), (double[])_logits.Clone());
            up[i] += 1e-5;
            down[i] -= 1e-5;
            var expected = ((Policy(up) - (0.1 * Entropy(up))) - (Policy(down) - (0.1 * Entropy(down)))) / 2e-5;
            Assert.Equal(expected, gradient[i], 2e-5);
        }
    }

    [Fact]
    public void Steps_outside_the_policy_term_give_no_gradient_even_where_their_ratio_would_overflow()
    {
        using var scope = NewDisposeScope();
        _old[1] = -1000;
        var losses = Compute(out var logits);

        losses.Policy.backward();

        var gradient = logits.grad!.data<float>().ToArray();
        Assert.All(gradient, value => Assert.True(float.IsFinite(value)));
        Assert.All(gradient[Actions..(2 * Actions)], value => Assert.Equal(0, value));
        Assert.Contains(gradient[..Actions], value => value != 0);
    }

    [Fact]
    public void With_no_step_in_the_policy_term_its_loss_is_zero()
    {
        using var scope = NewDisposeScope();
        Array.Clear(_weights);

        var losses = Compute(out _);

        Assert.Equal(0, losses.Policy.item<float>());
        Assert.Equal(0, losses.Entropy.item<float>());
    }

    [Fact]
    public void The_normal_log_density_equals_the_closed_form()
    {
        using var scope = NewDisposeScope();
        float[] mean = [0.5f, -1f];
        float[] logDeviation = [-0.5f, 0.25f];
        float[] action = [1f, 1f];

        var density = ActionDistributions.Normal(tensor(mean, [1, 2]), tensor(logDeviation), tensor(action, [1, 2])).item<float>();

        var expected = 0.0;
        for (var i = 0; i < 2; i++)
        {
            var deviation = Math.Exp(logDeviation[i]);
            expected += Math.Log(Math.Exp(-Math.Pow((action[i] - mean[i]) / deviation, 2) / 2) / (deviation * Math.Sqrt(2 * Math.PI)));
        }

        Assert.Equal(expected, density, 1e-5);
    }

    private PpoLosses Compute(out Tensor logits)
    {
        logits = tensor(Floats(_logits), [Rows, Actions]).requires_grad_();
        var logProbabilities = nn.functional.log_softmax(logits, 1);
        var oneHot = new float[Rows * Actions];
        for (var row = 0; row < Rows; row++)
        {
            oneHot[(row * Actions) + _choices[row]] = 1;
        }

        return PpoLosses.Compute(
            ActionDistributions.Categorical(logProbabilities, tensor(oneHot, [Rows, Actions])),
            tensor(Floats(_old)),
            ActionDistributions.CategoricalEntropy(logProbabilities),
            tensor(Floats(_weights)),
            tensor(Floats(_advantages)),
            tensor(Floats(_values)),
            tensor(Floats(_returns)),
            ClipRange);
    }

    private double Policy(double[] logits)
    {
        var sum = 0.0;
        for (var row = 0; row < Rows; row++)
        {
            var ratio = Ratio(logits, row);
            sum -= _weights[row] * Math.Min(ratio * _advantages[row], Math.Clamp(ratio, 1 - ClipRange, 1 + ClipRange) * _advantages[row]);
        }

        return sum / _weights.Sum();
    }

    private double Entropy(double[] logits)
    {
        var sum = 0.0;
        for (var row = 0; row < Rows; row++)
        {
            sum -= _weights[row] * Probabilities(logits, row).Sum(probability => probability * Math.Log(probability));
        }

        return sum / _weights.Sum();
    }

    private double Ratio(double[] logits, int row) => Probabilities(logits, row)[_choices[row]] / Math.Exp(_old[row]);

    private static double[] Probabilities(double[] logits, int row) => PlainNetwork.Softmax(logits[(row * Actions)..((row + 1) * Actions)]);

    private static float[] Floats(double[] values) => Array.ConvertAll(values, value => (float)value);

    private static double[] Normals(ulong seed, int count, double scale)
    {
        var random = new RandomStream(seed);
        var values = new double[count];
        for (var i = 0; i < count; i++)
        {
            values[i] = scale * random.NextNormal();
        }

        return values;
    }
}
