using TorchSharp;
using static TorchSharp.torch;

namespace MemoryRL.Embedded.Tensors.Tests;

/// <summary>Counts are taken from the thread's own statistics: the process-wide ones also see the other tests.</summary>
public sealed class ScopeTests
{
    private static long Live => DisposeScopeManager.Statistics.ThreadTotalLiveCount;

    [Fact]
    public void A_scope_disposes_what_was_made_in_it()
    {
        var before = Live;
        Tensor inner;
        using (var scope = NewDisposeScope())
        {
            inner = ones(3);
            _ = inner + 1;
            Assert.Equal(2, scope.DisposablesCount);
            Assert.Equal(before + 2, Live);
        }

        Assert.Equal(before, Live);
        Assert.True(inner.IsInvalid);
        var error = Assert.Throws<ObjectDisposedException>(() => inner.sum());
        Assert.Contains("Tensor invalid", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Moved_and_detached_tensors_outlive_their_scope()
    {
        using var outer = NewDisposeScope();
        Tensor moved, detached;
        using (NewDisposeScope())
        {
            moved = ones(2).MoveToOuterDisposeScope();
            detached = zeros(2).DetachFromDisposeScope();
        }

        Assert.True(outer.Contains(moved));
        Assert.False(moved.IsInvalid);
        Assert.False(outer.Contains(detached));
        Assert.Equal(2, detached.numel());
        detached.Dispose();
    }

    [Fact]
    public void In_place_operations_and_gradients_hand_out_new_handles_that_leak_if_kept()
    {
        var before = Live;
        var x = ones(2).with_requires_grad();
        var loss = (x * x).sum();
        loss.backward();
        var first = x.grad!;
        var second = x.grad!;
        Assert.NotSame(first, second);
        var written = first.add_(1);
        Assert.Equal([3f, 3f], second.data<float>().ToArray());

        // x, x * x (undisposed), loss, two gradients and the in-place handle.
        Assert.Equal(before + 6, Live);
        foreach (var tensor in new[] { x, loss, first, second, written })
        {
            tensor.Dispose();
        }

        Assert.Equal(before + 1, Live);
    }

    [Fact]
    public void A_training_loop_in_scopes_holds_no_more_tensors()
    {
        using var outer = NewDisposeScope();
        using var net = nn.Sequential(nn.Linear(8, 32), nn.Tanh(), nn.Linear(32, 2));
        using var optimiser = optim.Adam(net.parameters());
        var x = randn(64, 8);
        void Update()
        {
            using var scope = NewDisposeScope();
            optimiser.zero_grad();
            net.call(x).square().mean().backward();
            optimiser.step();
        }

        Update();
        Update();
        var live = Live;
        for (var i = 0; i < 100; i++)
        {
            Update();
        }

        Assert.Equal(live, Live);
    }

    [Fact]
    public void Layers_made_in_a_scope_keep_their_parameters()
    {
        nn.Module<Tensor, Tensor> layer;
        using (NewDisposeScope())
        {
            layer = nn.Linear(2, 3);
        }

        using var scope = NewDisposeScope();
        Assert.Equal([4, 3], layer.call(ones(4, 2)).shape);
        layer.Dispose();
    }

    [Fact]
    public void A_scope_on_one_thread_does_not_own_another_threads_tensors()
    {
        using var scope = NewDisposeScope();
        Tensor? made = null;
        var thread = new Thread(() => made = ones(1));
        thread.Start();
        thread.Join();
        Assert.False(scope.Contains(made!));
        made!.Dispose();
    }

    [Fact]
    public void Values_that_a_graph_needs_outlive_their_handles()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { 2f }).with_requires_grad();
        var y = x.exp();
        var z = y.square().sum();
        y.Dispose();
        _ = full([100], 7);
        z.backward();
        Assert.Equal(2 * Math.Exp(4), x.grad!.ToDouble(), 1e-3);
    }
}
