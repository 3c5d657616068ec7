using TorchSharp;
using static TorchSharp.torch;

namespace MemoryRL.Embedded.Tensors.Tests;

/// <summary>Products shared out over threads, and the pool that does it.</summary>
public sealed class ThreadTests : IDisposable
{
    private static readonly (int M, int N, int K)[] Sizes = [(256, 256, 256), (131, 97, 301), (1280, 512, 128), (700, 3, 700), (9, 1300, 641), (64, 64, 700)];

    public void Dispose() => set_num_threads(1);

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void Products_and_their_gradients_are_the_same_bits_whatever_the_number_of_threads(int threads)
    {
        foreach (var (m, n, k) in Sizes)
        {
            set_num_threads(1);
            var alone = Work(m, n, k);
            set_num_threads(threads);
            Assert.Equal(threads, get_num_threads());
            Assert.Equal(alone, Work(m, n, k));
        }
    }

    /// <summary>Callers meet at the pool: one has its workers, the others do their own work, and all get their own answers.</summary>
    [Fact]
    public void Callers_that_meet_all_get_their_own_products()
    {
        const int Callers = 6;
        set_num_threads(3);
        var expected = new float[Callers][];
        for (var caller = 0; caller < Callers; caller++)
        {
            expected[caller] = Work(120 + caller, 130, 140);
        }

        var wrong = new int[Callers];
        var threads = new Thread[Callers];
        for (var caller = 0; caller < Callers; caller++)
        {
            var own = caller;
            threads[own] = new Thread(() =>
            {
                for (var round = 0; round < 60; round++)
                {
                    wrong[own] += Work(120 + own, 130, 140).AsSpan().SequenceEqual(expected[own]) ? 0 : 1;
                }
            });
            threads[own].Start();
        }

        Array.ForEach(threads, thread => thread.Join());
        Assert.All(wrong, static count => Assert.Equal(0, count));
    }

    [Fact]
    public unsafe void Every_part_is_done_once_on_the_callers_thread_and_the_workers()
    {
        set_num_threads(4);
        var done = stackalloc int[8];
        for (var round = 0; round < 5_000; round++)
        {
            var parts = 1 + (round % 7);
            new Span<int>(done, 8).Clear();
            WorkerPool.Run(parts, static (state, part) => Interlocked.Increment(ref ((int*)state)[part]), done);
            for (var part = 0; part < 8; part++)
            {
                Assert.Equal(part < parts ? 1 : 0, done[part]);
            }
        }
    }

    [Fact]
    public unsafe void A_call_within_a_part_does_its_own_parts()
    {
        set_num_threads(2);
        var done = stackalloc int[4];
        new Span<int>(done, 4).Clear();
        WorkerPool.Run(
            2,
            static (state, _) => WorkerPool.Run(4, static (inner, part) => Interlocked.Increment(ref ((int*)inner)[part]), state),
            done);
        Assert.Equal([2, 2, 2, 2], new ReadOnlySpan<int>(done, 4).ToArray());
    }

    [Fact]
    public void Fewer_than_one_thread_is_refused()
        => Assert.Throws<ArgumentOutOfRangeException>(() => set_num_threads(0));

    private static float[] Work(int m, int n, int k)
    {
        using var scope = NewDisposeScope();
        var generator = new Generator(7);
        var x = randn([m, k], generator: generator).requires_grad_();
        var w = randn([n, k], generator: generator).requires_grad_();
        var b = randn([n], generator: generator).requires_grad_();
        var y = nn.functional.linear(x, w, b);
        y.backward([randn([m, n], generator: generator)]);
        return [.. y.data<float>(), .. x.grad!.data<float>(), .. w.grad!.data<float>(), .. b.grad!.data<float>()];
    }
}
