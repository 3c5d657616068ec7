using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using F = TorchSharp.torch.nn.functional;

namespace MemoryRL.Embedded.Tensors.Tests;

public sealed class NeuralTests
{
    [Fact]
    public void Gelu_is_within_its_stated_error_of_the_true_one()
    {
        using var scope = NewDisposeScope();
        var x = (arange(0, 200_001).to_type(ScalarType.Float64) * 1.3e-4) - 13;
        var single = x.to_type(ScalarType.Float32);
        var values = F.gelu(single).to_type(ScalarType.Float64).data<double>().ToArray();
        var numbers = single.to_type(ScalarType.Float64).data<double>().ToArray();
        for (var i = 0; i < numbers.Length; i++)
        {
            Assert.True(Math.Abs(values[i] - (numbers[i] * NormalShare(numbers[i]))) <= 3e-7 * (1 + Math.Abs(numbers[i])), $"gelu({numbers[i]}) = {values[i]}");
        }
    }

    [Fact]
    public void Dropout_drops_by_its_chance_scales_the_rest_and_draws_the_same_backward()
    {
        using var scope = NewDisposeScope();
        const double P = 0.3;
        const int Count = 100_003;
        _ = manual_seed(11);
        var x = ones(Count).with_requires_grad();
        var y = F.dropout(x, P);
        y.backward([full(Count, 2f)]);
        var numbers = y.data<float>().ToArray();
        var dropped = numbers.Count(n => n == 0);
        Assert.All(numbers, n => Assert.True(n == 0 || n == (float)(1 / (1 - P))));
        Assert.True(Math.Abs(dropped - (Count * P)) < 4 * Math.Sqrt(Count * P * (1 - P)), $"{dropped} of {Count} dropped");
        Assert.Equal(numbers.Select(n => 2 * n), x.grad!.data<float>().ToArray());

        // Neighbours must not share their fate: the runs of dropped elements are those of independent draws.
        var pairs = numbers.Zip(numbers.Skip(1)).Count(pair => pair.First == 0 && pair.Second == 0);
        Assert.True(Math.Abs(pairs - (Count * P * P)) < 4 * Math.Sqrt(Count * P * P * (1 + (2 * P) - (3 * P * P))), $"{pairs} pairs dropped");

        _ = manual_seed(11);
        Assert.Equal(numbers, F.dropout(x, P).data<float>().ToArray());
        Assert.NotEqual(numbers, F.dropout(x, P).data<float>().ToArray());
    }

    [Fact]
    public void Dropout_lets_everything_through_in_evaluation_and_nothing_at_chance_one()
    {
        using var scope = NewDisposeScope();
        var x = randn(50);
        using var module = Dropout(0.9);
        module.eval();
        Assert.Equal(x.data<float>().ToArray(), module.call(x).data<float>().ToArray());
        Assert.All(F.dropout(x, 1).data<float>().ToArray(), n => Assert.Equal(0, n));
        Assert.Contains("between 0 and 1, but got 1.5", Assert.Throws<ArgumentException>(() => F.dropout(x, 1.5)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Attentions_dropout_draws_the_same_backward()
    {
        using var scope = NewDisposeScope();
        _ = manual_seed(3);
        var (q, k, v) = (randn(2, 6, 4), randn(2, 6, 4), randn(2, 6, 3).with_requires_grad());
        var y = F.scaled_dot_product_attention(q, k, v, p: 0.4);
        var g = randn(2, 6, 3);
        y.backward([g]);

        // The result is linear in the values, so that <g, y> = <gradient of v, v> only if both passes dropped the same weights.
        Assert.Equal((g * y).sum().item<float>(), (v.grad! * v).sum().item<float>(), 1e-4f);
        var whole = F.scaled_dot_product_attention(q, k, v);
        Assert.False(allclose(whole, y));
    }

    [Fact]
    public void The_fused_attention_is_the_plain_one_for_random_shapes_masks_and_views()
    {
        var random = new Random(7);
        for (var round = 0; round < 40; round++)
        {
            using var scope = NewDisposeScope();
            var (batch, heads, queries, keys, width, valueWidth) = (random.Next(1, 4), random.Next(1, 4), random.Next(1, 20), random.Next(1, 40), random.Next(1, 20), random.Next(1, 20));
            var q = randn(batch, queries, heads, width).transpose(1, 2);
            var k = randn(heads, keys, width);
            var v = randn(batch, heads, valueWidth, keys).transpose(-2, -1);
            var mask = round % 3 == 0 ? null : randn(batch, 1, queries, keys);
            var isCausal = mask is null && queries <= keys && round % 2 == 0;
            Tensor Run(Tensor a, Tensor b, Tensor c) => F.scaled_dot_product_attention(a, b, c, mask?.to_type(a.dtype), is_casual: isCausal);
            AssertSame(Run, [q, k, v], $"round {round}: {batch} {heads} {queries} {keys} {width} {valueWidth}");
        }
    }

    [Fact]
    public void Convolutions_are_their_sums_for_random_shapes()
    {
        var random = new Random(8);
        for (var round = 0; round < 40; round++)
        {
            using var scope = NewDisposeScope();
            var groups = random.Next(1, 3);
            var (batch, channels, outputs, height, width) = (random.Next(1, 4), random.Next(1, 4), random.Next(1, 4), random.Next(4, 10), random.Next(4, 10));
            long[] kernel = [random.Next(1, 4), random.Next(1, 4)];
            long[] strides = [random.Next(1, 4), random.Next(1, 4)];
            long[] padding = [random.Next(0, 3), random.Next(0, 3)];
            long[] dilation = [random.Next(1, 3), random.Next(1, 3)];
            if ((dilation[0] * (kernel[0] - 1)) + 1 > height + (2 * padding[0]) || (dilation[1] * (kernel[1] - 1)) + 1 > width + (2 * padding[1]))
            {
                continue;
            }

            var x = randn(batch, groups * channels, height, width);
            var w = randn(groups * outputs, channels, kernel[0], kernel[1]);
            var y = F.conv2d(x, w, null, strides, padding, dilation, groups);
            var expected = ConvolutionSums(x, w, y.shape, strides, padding, dilation, groups);
            var found = y.data<float>().ToArray();
            for (var i = 0; i < expected.Length; i++)
            {
                Assert.True(Math.Abs(expected[i] - found[i]) < 1e-4, $"round {round}, element {i}: {found[i]} instead of {expected[i]}");
            }

            // A transposed convolution is the adjoint: <conv(x), z> = <x, conv_transpose(z)>.
            var z = randn(y.shape);
            var least = Enumerable.Range(0, 2).Select(d => ((y.shape[2 + d] - 1) * strides[d]) - (2 * padding[d]) + (dilation[d] * (kernel[d] - 1)) + 1).ToArray();
            long[] rest = [height - least[0], width - least[1]];
            if (Enumerable.Range(0, 2).All(d => rest[d] < Math.Max(strides[d], dilation[d])) && least.All(size => size > 0))
            {
                var back = F.conv_transpose2d(z, w, null, strides, padding, rest, dilation, groups);
                Assert.Equal((y * z).sum().item<float>(), (x * back).sum().item<float>(), 2e-3f);
            }
        }
    }

    [Fact]
    public void An_embeddings_row_of_padding_is_zero_and_gets_no_gradient()
    {
        using var scope = NewDisposeScope();
        using var module = Embedding(5, 3, padding_idx: -4);
        var numbers = tensor(new long[] { 1, 4, 1, 4, 0 }, [5]);
        module.call(numbers).sum().backward();
        Assert.Equal([0, 0, 0], module.weight[1].data<float>().ToArray());
        Assert.Equal([1, 0, 0, 0, 2], module.weight.grad!.select(1, 0).data<float>().ToArray());
        Assert.Contains("scalar type Long or Int, but got Float [2]", Assert.Throws<TensorException>(() => module.call(zeros(2))).Message, StringComparison.Ordinal);
        Assert.Contains("index", Assert.ThrowsAny<Exception>(() => module.call(tensor(new long[] { 7 }, [1]))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_module_list_registers_its_modules_by_their_places()
    {
        using var list = ModuleList<Module<Tensor, Tensor>>(Linear(2, 3), ReLU());
        list.Add(Linear(3, 1, hasBias: false));
        Assert.Equal(["0.weight", "0.bias", "2.weight"], list.state_dict().Keys);
        list.RemoveAt(1);
        Assert.Equal(["0.weight", "0.bias", "1.weight"], list.state_dict().Keys);
        list.eval();
        Assert.All(list, module => Assert.False(module.training));
        list.Clear();
        Assert.Empty(list.state_dict());
    }

    [Fact]
    public void Errors_of_layers_name_the_operation_and_both_shapes()
    {
        using var scope = NewDisposeScope();
        AssertError(() => F.layer_norm(zeros(2, 3), [4]), "layer_norm", "[4]", "[2, 3]");
        AssertError(() => F.layer_norm(zeros(2, 3), [3], zeros(2)), "layer_norm", "weight", "[3]", "[2]");
        AssertError(() => F.conv2d(zeros(1, 3, 5, 5), zeros(4, 2, 3, 3)), "conv2d", "[4, 2, 3, 3]", "[1, 3, 5, 5]", "2 channels");
        AssertError(() => F.conv2d(zeros(1, 2, 2, 2), zeros(4, 2, 3, 3)), "conv2d", "smaller than the kernel", "[1, 2, 2, 2]", "[4, 2, 3, 3]");
        AssertError(() => F.conv2d(zeros(1, 2, 5, 5), zeros(4, 2, 3, 3), zeros(3)), "conv2d", "[4, 2, 3, 3]", "[3]");
        AssertError(() => F.conv_transpose2d(zeros(1, 3, 5, 5), zeros(4, 2, 3, 3)), "conv_transpose2d", "[4, 2, 3, 3]", "[1, 3, 5, 5]");
        AssertError(() => F.max_pool2d(zeros(1, 1, 4, 4), 2, padding: 2), "max_pool2d", "half");
        AssertError(() => F.scaled_dot_product_attention(zeros(2, 3), zeros(4, 5), zeros(4, 5)), "scaled_dot_product_attention", "[2, 3]", "[4, 5]");
        AssertError(() => bmm(zeros(2, 3, 4), zeros(2, 5, 6)), "bmm", "[2, 3, 4]", "[2, 5, 6]");
        AssertError(() => zeros(2, 3).topk(4), "topk", "k is 4", "[2, 3]");
        AssertError(() => zeros(2, 3).lerp(zeros(2, 3).to_type(ScalarType.Float64), ones(1)), "lerp", "[2, 3]");
        AssertError(() => F.gelu(zeros(3).to_type(ScalarType.Int64)), "gelu", "[3]");
        AssertError(() => F.smooth_l1_loss(zeros(2), zeros(2), beta: -1), "smooth_l1_loss", "-1");
    }

    private static void AssertError(Func<object> call, params string[] words)
    {
        var error = Assert.Throws<TensorException>(call);
        Assert.All(words, word => Assert.Contains(word, error.Message, StringComparison.Ordinal));
    }

    /// <summary>The single-precision run against the double-precision one, results and gradients.</summary>
    private static void AssertSame(Func<Tensor, Tensor, Tensor, Tensor> function, Tensor[] inputs, string what)
    {
        var single = inputs.Select(t => t.detach().clone().with_requires_grad()).ToArray();
        var twofold = inputs.Select(t => t.to_type(ScalarType.Float64).with_requires_grad()).ToArray();
        var (y, expected) = (function(single[0], single[1], single[2]), function(twofold[0], twofold[1], twofold[2]));
        var seed = randn(y.shape);
        y.backward([seed]);
        expected.backward([seed.to_type(ScalarType.Float64)]);
        foreach (var (found, wanted) in single.Select(t => t.grad!).Append(y).Zip(twofold.Select(t => t.grad!).Append(expected)))
        {
            Assert.True(allclose(found.to_type(ScalarType.Float64), wanted, 1e-3, 1e-4), what);
        }
    }

    private static double[] ConvolutionSums(Tensor images, Tensor kernels, long[] shape, long[] strides, long[] padding, long[] dilation, long groups)
    {
        var (x, w) = (images.data<float>().ToArray(), kernels.data<float>().ToArray());
        var (a, k) = (images.shape, kernels.shape);
        var sums = new double[shape.Aggregate(1L, (product, size) => product * size)];
        for (var i = 0L; i < sums.Length; i++)
        {
            var (n, o, oy, ox) = (i / (shape[1] * shape[2] * shape[3]), i / (shape[2] * shape[3]) % shape[1], i / shape[3] % shape[2], i % shape[3]);
            for (var c = 0L; c < k[1]; c++)
            {
                for (var ky = 0L; ky < k[2]; ky++)
                {
                    for (var kx = 0L; kx < k[3]; kx++)
                    {
                        var (y, z) = ((oy * strides[0]) - padding[0] + (ky * dilation[0]), (ox * strides[1]) - padding[1] + (kx * dilation[1]));
                        if (y >= 0 && y < a[2] && z >= 0 && z < a[3])
                        {
                            var channel = (o / (shape[1] / groups) * k[1]) + c;
                            sums[i] += (double)x[(((((n * a[1]) + channel) * a[2]) + y) * a[3]) + z] * w[(((((o * k[1]) + c) * k[2]) + ky) * k[3]) + kx];
                        }
                    }
                }
            }
        }

        return sums;
    }

    /// <summary>The share of the normal distribution below x, by Simpson's rule from 0.</summary>
    private static double NormalShare(double x)
    {
        const int Intervals = 200;
        var end = Math.Clamp(x, -9, 9);
        var sum = 0.0;
        for (var i = 0; i <= Intervals; i++)
        {
            var at = end * i / Intervals;
            sum += Math.Exp(-at * at / 2) * (i is 0 or Intervals ? 1 : i % 2 == 0 ? 2 : 4);
        }

        return 0.5 + (sum * end / Intervals / 3 / Math.Sqrt(2 * Math.PI));
    }
}
