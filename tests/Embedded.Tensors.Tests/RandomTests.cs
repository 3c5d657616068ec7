using TorchSharp;
using static TorchSharp.torch;

namespace MemoryRL.Embedded.Tensors.Tests;

[CollectionDefinition(nameof(RandomTests), DisableParallelization = true)]
public sealed class DefaultGenerator;

/// <summary>These seed the default generator, so nothing else may draw from it at the same time.</summary>
[Collection(nameof(RandomTests))]
public sealed class RandomTests
{
    [Fact]
    public void Uniform_numbers_and_layers_of_a_seed_are_PyTorchs()
    {
        using var scope = NewDisposeScope();
        var golden = Golden.Root.GetProperty("random");
        manual_seed(golden.GetProperty("seed").GetInt64());
        Golden.AssertClose(golden.GetProperty("rand"), rand(20), "rand", relative: 0, absolute: 1e-8);
        Golden.AssertClose(golden.GetProperty("randint"), randint(0, 1000, [20]), "randint");
        Golden.AssertClose(golden.GetProperty("uniform"), empty(8).uniform_(-3, 5), "uniform_", absolute: 1e-6);
        var linear = golden.GetProperty("linear");
        manual_seed(linear.GetProperty("seed").GetInt64());
        using var layer = nn.Linear(5, 3);
        Golden.AssertClose(linear.GetProperty("weight"), layer.weight, "weight", absolute: 1e-7);
        Golden.AssertClose(linear.GetProperty("bias"), layer.bias!, "bias", absolute: 1e-7);
    }

    [Fact]
    public void A_seed_or_a_saved_state_gives_the_same_numbers_again()
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        var first = randn(7).data<float>().ToArray();
        var state = get_rng_state();
        var second = randn(7).data<float>().ToArray();
        var drawn = multinomial(ones(3, 4), 5, replacement: true).data<long>().ToArray();
        set_rng_state(state);
        Assert.Equal(second, randn(7).data<float>().ToArray());
        Assert.Equal(drawn, multinomial(ones(3, 4), 5, replacement: true).data<long>().ToArray());
        manual_seed(5);
        Assert.Equal(first, randn(7).data<float>().ToArray());
        Assert.NotEqual(first, second);
        Assert.Equal(5, Generator.Default.initial_seed());
    }

    [Fact]
    public void Generators_are_independent_of_each_other()
    {
        using var scope = NewDisposeScope();
        using var one = new Generator(3);
        using var two = new Generator(3);
        var numbers = rand(5, generator: one).data<float>().ToArray();
        _ = rand(100);
        Assert.Equal(numbers, rand(5, generator: two).data<float>().ToArray());
        two.set_state(one.get_state());
        Assert.Equal(rand(5, generator: one).data<float>().ToArray(), rand(5, generator: two).data<float>().ToArray());
        Assert.ThrowsAny<Exception>(() => two.set_state(zeros(3, dtype: uint8)));
    }

    [Fact]
    public void Multinomial_draws_by_the_weights()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(17);
        double[] weights = [1, 0, 2, 4, 3];
        const int Draws = 100_000;
        var drawn = tensor(weights, dtype: float32).multinomial(Draws, replacement: true, generator).data<long>().ToArray();

        // 99.9 % of chi-square with 3 degrees of freedom lies below 16.27.
        Assert.True(ChiSquare(drawn, weights) < 16.27);
        Assert.DoesNotContain(1L, drawn);
    }

    [Fact]
    public void Categorical_draws_by_its_logits_row_by_row()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(23);
        double[][] weights = [[0.5, 0.25, 0.25], [0.1, 0.8, 0.1]];
        var logits = tensor(weights.SelectMany(w => w).Select(w => (float)Math.Log(w * 7)).ToArray(), [2, 3]);
        using var choice = distributions.Categorical(logits: logits, generator: generator);
        var drawn = choice.sample(50_000);
        Assert.Equal([50_000, 2], drawn.shape);
        for (var row = 0; row < 2; row++)
        {
            // 99.9 % of chi-square with 2 degrees of freedom lies below 13.82.
            Assert.True(ChiSquare(drawn[TensorIndex.Colon, row].contiguous().data<long>().ToArray(), weights[row]) < 13.82);
        }

        Assert.Equal([2], choice.sample().shape);
        Assert.Equal(-weights[1].Sum(w => w * Math.Log(w)), choice.entropy()[1].ToDouble(), 1e-5);
        Assert.Equal(Math.Log(0.8), choice.log_prob(tensor(new[] { 0L, 1L }))[1].ToDouble(), 1e-5);
        Assert.Equal(0.25, choice.probs[0, 1].ToDouble(), 1e-6);
    }

    [Fact]
    public void Draws_without_replacement_are_all_different()
    {
        using var scope = NewDisposeScope();
        var drawn = ones(50, 6).multinomial(6).data<long>().ToArray();
        Assert.All(drawn.Chunk(6), row => Assert.Equal([0, 1, 2, 3, 4, 5], row.Order()));
        Assert.ThrowsAny<Exception>(() => ones(3).multinomial(4));
        Assert.ThrowsAny<Exception>(() => tensor(new[] { 1f, -1f }).multinomial(1));
        Assert.ThrowsAny<Exception>(() => tensor(new[] { 1f, float.NaN }).multinomial(1));
        Assert.ThrowsAny<Exception>(() => zeros(3).multinomial(1));
    }

    [Fact]
    public void Normal_numbers_have_the_moments_of_their_distribution()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(29);
        const int Count = 200_000;
        var x = randn(Count, dtype: float64, generator: generator);

        // Five standard errors of the mean, of the variance and of the share beyond 1.96.
        Assert.Equal(0, x.mean().ToDouble(), 5 / Math.Sqrt(Count));
        Assert.Equal(1, x.var().ToDouble(), 5 * Math.Sqrt(2.0 / Count));
        Assert.Equal(0.05, (x.abs() > 1.959964).sum().ToDouble() / Count, 5 * Math.Sqrt(0.05 * 0.95 / Count));
        Assert.Equal(Enumerable.Range(0, 100).Select(i => (long)i), randperm(100, generator: generator).data<long>().ToArray().Order());
    }

    [Fact]
    public void Orthogonal_rows_or_columns_have_the_gains_length()
    {
        using var scope = NewDisposeScope();
        foreach (var (rows, columns) in new[] { (4, 9), (9, 4), (6, 6) })
        {
            var w = nn.init.orthogonal_(empty(rows, columns), gain: 1.5);
            var gram = rows <= columns ? w.mm(w.t()) : w.t().mm(w);
            Assert.True(gram.allclose(eye(Math.Min(rows, columns)) * 2.25, rtol: 1e-5, atol: 1e-5));
        }
    }

    [Fact]
    public void Layers_start_within_PyTorchs_bounds()
    {
        using var scope = NewDisposeScope();
        using var layer = nn.Linear(64, 200);
        Assert.True(layer.weight.abs().max().ToDouble() is <= 0.125 and > 0.12);
        Assert.True(layer.bias!.abs().max().ToDouble() <= 0.125);
        var xavier = nn.init.xavier_uniform_(empty(200, 64));
        Assert.True(xavier.abs().max().ToDouble() <= Math.Sqrt(6.0 / 264));
        Assert.Equal(0.5f, nn.init.constant_(empty(3), 0.5)[2].ToSingle());
    }

    private static double ChiSquare(long[] drawn, double[] weights)
        => weights.Select((w, i) => (Expected: w / weights.Sum() * drawn.Length, Seen: drawn.Count(d => d == i)))
            .Where(c => c.Expected > 0)
            .Sum(c => (c.Seen - c.Expected) * (c.Seen - c.Expected) / c.Expected);
}
