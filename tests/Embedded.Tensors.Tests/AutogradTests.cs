using TorchSharp;
using static TorchSharp.torch;

namespace MemoryRL.Embedded.Tensors.Tests;

public sealed class AutogradTests
{
    [Fact]
    public void Gradients_of_several_passes_add_up_until_they_are_zeroed()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { 1f, 2f }).with_requires_grad();
        (x * x).sum().backward();
        (x * x).sum().backward();
        Assert.Equal([4f, 8f], x.grad!.data<float>().ToArray());
        x.grad!.zero_();
        (3 * x).sum().backward();
        Assert.Equal([3f, 3f], x.grad!.data<float>().ToArray());
    }

    [Fact]
    public void A_second_pass_over_a_freed_graph_is_refused_and_over_a_kept_one_is_not()
    {
        using var scope = NewDisposeScope();
        var x = tensor(2f).with_requires_grad();
        var y = x * x;
        y.backward(retain_graph: true);
        y.backward();
        Assert.Equal(8, x.grad!.ToSingle());
        Assert.Contains("second time", Assert.Throws<InvalidOperationException>(() => y.backward()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_recorded_without_gradients_and_only_on_this_thread()
    {
        using var scope = NewDisposeScope();
        var x = tensor(2f).with_requires_grad();
        using (no_grad())
        {
            Assert.False((x * x).requires_grad);
            var elsewhere = false;
            var thread = new Thread(() => elsewhere = is_grad_enabled());
            thread.Start();
            thread.Join();
            Assert.True(elsewhere);
            using (enable_grad())
            {
                Assert.True((x * x).requires_grad);
            }
        }

        using (inference_mode())
        {
            Assert.True(is_inference_mode_enabled());
            Assert.False((x * x).requires_grad);
        }

        Assert.True((x * x).requires_grad);
    }

    [Fact]
    public void Detached_values_share_storage_and_stop_gradients()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { 3f }).with_requires_grad();
        var y = x * 2;
        (y.detach() * x).sum().backward();
        Assert.Equal([6f], x.grad!.data<float>().ToArray());
        y.detach().fill_(1);
        Assert.Equal(1, y.ToSingle());
    }

    [Fact]
    public void Writing_a_leaf_in_place_is_refused_while_recording()
    {
        using var scope = NewDisposeScope();
        var x = ones(2).with_requires_grad();
        Assert.Contains("leaf Variable", Assert.Throws<InvalidOperationException>(() => x.add_(1)).Message, StringComparison.Ordinal);
        using (no_grad())
        {
            x.add_(1);
        }

        Assert.Equal([2f, 2f], x.data<float>().ToArray());
    }

    [Fact]
    public void In_place_writes_on_results_are_recorded()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { 1f, 2f }).with_requires_grad();
        var y = x * 3;
        y.add_(x).mul_(2).sub_(1).div_(4);
        y.sum().backward();
        Assert.Equal([2f, 2f], x.grad!.data<float>().ToArray());
        Assert.Equal([1.75f, 3.75f], y.data<float>().ToArray());
    }

    [Fact]
    public void A_saved_value_that_was_written_over_is_noticed()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { 1f, 2f }).with_requires_grad();
        var y = x.exp();
        var z = (y * y).sum();
        y.add_(1);
        Assert.Contains("modified by an inplace operation", Assert.Throws<InvalidOperationException>(() => z.backward()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_result_keeps_its_gradient_when_asked_to()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { 1f, 2f }).with_requires_grad();
        var y = x * 3;
        y.retain_grad();
        (y * y).sum().backward();
        Assert.Equal([6f, 12f], y.grad!.data<float>().ToArray());
        Assert.Equal([18f, 36f], x.grad!.data<float>().ToArray());
    }

    [Fact]
    public void Backward_from_many_numbers_needs_their_gradients()
    {
        using var scope = NewDisposeScope();
        var x = ones(2).with_requires_grad();
        Assert.Contains("scalar outputs", Assert.Throws<InvalidOperationException>(() => (x * 2).backward()).Message, StringComparison.Ordinal);
        Assert.Contains("does not require grad", Assert.Throws<InvalidOperationException>(() => ones(1).backward()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Deep_graphs_are_walked_and_let_go_of_without_recursion()
    {
        using var scope = NewDisposeScope();
        var x = tensor(1f).with_requires_grad();
        var y = x * 1;
        for (var i = 0; i < 50_000; i++)
        {
            var next = y + 0.001f;
            y.Dispose();
            y = next;
        }

        y.backward();
        Assert.Equal(1, x.grad!.ToSingle());
    }

    [Fact]
    public void Training_on_many_threads_at_once_gives_what_one_thread_gives()
    {
        static float[] Train(int seed)
        {
            using var scope = NewDisposeScope();
            var generator = new Generator((ulong)seed);
            var x = randn(32, 8, generator: generator);
            var w = (randn(4, 8, generator: generator) * 0.1).with_requires_grad();
            for (var i = 0; i < 20; i++)
            {
                using var inner = NewDisposeScope();
                nn.functional.linear(x, w).tanh().square().mean().backward();
                using var unrecorded = no_grad();
                w.sub_(w.grad! * 0.5);
                w.grad = null;
            }

            return w.data<float>().ToArray();
        }

        var alone = Enumerable.Range(0, 8).Select(Train).ToArray();
        var together = new float[8][];
        Parallel.For(0, 8, i => together[i] = Train(i));
        Assert.Equal(alone, together);
    }
}
