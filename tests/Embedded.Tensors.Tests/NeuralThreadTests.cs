using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace MemoryRL.Embedded.Tensors.Tests;

/// <summary>Layers and the number of threads; alone, since both the number and the generator that dropout draws from are the process's.</summary>
[Collection(nameof(RandomTests))]
public sealed class NeuralThreadTests
{
    [Fact]
    public void Layer_norm_gelu_dropout_attention_and_convolutions_are_the_same_for_any_number_of_threads()
    {
        using var scope = NewDisposeScope();
        var x = randn(64, 60, 128);
        var images = randn(16, 4, 20, 20);
        var (w, b, kernels) = (randn(128), randn(128), randn(8, 4, 3, 3));
        var runs = new List<float[][]>();
        try
        {
            foreach (var threads in (int[])[1, 2, 3])
            {
                set_num_threads(threads);
                _ = manual_seed(4);
                var input = x.clone().with_requires_grad();
                var picture = images.clone().with_requires_grad();
                var weight = w.clone().with_requires_grad();
                var kernel = kernels.clone().with_requires_grad();
                var y = F.gelu(F.dropout(F.layer_norm(input, [128], weight, b), 0.1));
                var attended = F.scaled_dot_product_attention(y, y, y, p: 0.1, is_casual: true);
                var convolved = F.conv2d(picture, kernel);
                ((attended * attended).sum() + (convolved * convolved).sum()).backward();
                runs.Add([.. new[] { attended, convolved, input.grad!, picture.grad!, weight.grad!, kernel.grad! }.Select(t => t.data<float>().ToArray())]);
            }
        }
        finally
        {
            set_num_threads(1);
        }

        Assert.Equal(runs[0], runs[1]);
        Assert.Equal(runs[0], runs[2]);
    }
}
