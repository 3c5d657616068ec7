using static TorchSharp.torch;

namespace MemoryRL.Embedded.Tensors.Tests;

[Collection(nameof(RandomTests))]
public sealed class DistributionTests
{
    private const int Draws = 20_000;

    // Four standard errors: a right sampler fails one time in 16,000, and the seed is fixed.
    private const double Confidence = 4;

    [Theory]
    [InlineData("normal")]
    [InlineData("bernoulli_probs")]
    [InlineData("bernoulli_logits")]
    public void Log_probabilities_entropies_moments_and_gradients_are_PyTorchs(string name)
    {
        using var scope = NewDisposeScope();
        var golden = Golden.Root.GetProperty("distributions").GetProperty(name);
        var parameters = golden.GetProperty("parameters").EnumerateArray().Select(p => Golden.Read(p).with_requires_grad()).ToArray();
        using var distribution = Make(name, parameters);
        var logs = distribution.log_prob(Golden.Read(golden.GetProperty("value")));
        var entropy = distribution.entropy();
        Golden.AssertClose(golden.GetProperty("log_prob"), logs, name);
        Golden.AssertClose(golden.GetProperty("entropy"), entropy, name);
        Golden.AssertClose(golden.GetProperty("mean"), distribution.mean, name);
        Golden.AssertClose(golden.GetProperty("variance"), distribution.variance, name);
        ((logs.sum() * 0.7) + (entropy.sum() * 1.3)).backward();
        foreach (var (expected, parameter) in golden.GetProperty("gradients").EnumerateArray().Zip(parameters))
        {
            Golden.AssertClose(expected, parameter.grad!, $"{name}, gradient", relative: 2e-5, absolute: 1e-5);
        }
    }

    [Fact]
    public void Normal_draws_have_their_mean_and_deviation_and_carry_gradients()
    {
        using var scope = NewDisposeScope();
        _ = manual_seed(5);
        var loc = tensor(new[] { -2f, 3f }).with_requires_grad();
        var scale = tensor(new[] { 0.5f, 4f }).with_requires_grad();
        using var normal = distributions.Normal(loc, scale);
        var drawn = normal.rsample(Draws);
        Assert.Equal([Draws, 2], drawn.shape);
        for (var i = 0; i < 2; i++)
        {
            var numbers = drawn.detach().select(1, i).data<float>().ToArray();
            var (mean, deviation) = (loc[i].item<float>(), scale[i].item<float>());
            Assert.True(Math.Abs(numbers.Average() - mean) < Confidence * deviation / Math.Sqrt(Draws));
            var variance = numbers.Average(x => Math.Pow(x - mean, 2));
            Assert.True(Math.Abs((variance / (deviation * deviation)) - 1) < Confidence * Math.Sqrt(2.0 / Draws));
        }

        drawn.sum().backward();
        Assert.Equal([Draws, Draws], loc.grad!.data<float>().ToArray());
        Assert.False(normal.sample(3).requires_grad);
    }

    [Fact]
    public void Bernoulli_draws_come_up_by_their_chances()
    {
        using var scope = NewDisposeScope();
        _ = manual_seed(6);
        var chances = new[] { 0f, 0.1f, 0.5f, 0.97f, 1f };
        using var bernoulli = distributions.Bernoulli(probs: tensor(chances));
        var drawn = bernoulli.sample(Draws);
        Assert.All(drawn.data<float>().ToArray(), x => Assert.True(x is 0 or 1));
        var shares = drawn.mean([0]).data<float>().ToArray();
        for (var i = 0; i < chances.Length; i++)
        {
            Assert.True(Math.Abs(shares[i] - chances[i]) <= Confidence * Math.Sqrt(chances[i] * (1 - chances[i]) / Draws), $"{shares[i]} instead of {chances[i]}");
        }

        Assert.Contains("not both", Assert.Throws<ArgumentException>(() => distributions.Bernoulli()).Message, StringComparison.Ordinal);
    }

    private static distributions.Distribution Make(string name, Tensor[] parameters) => name switch
    {
        "normal" => distributions.Normal(parameters[0], parameters[1]),
        "bernoulli_probs" => distributions.Bernoulli(probs: parameters[0]),
        _ => distributions.Bernoulli(logits: parameters[0]),
    };
}
