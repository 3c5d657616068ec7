using TorchSharp;
using static TorchSharp.torch;

namespace MemoryRL.Embedded.Tensors.Tests;

/// <summary>Shapes, views and broadcasting against index arithmetic by hand, over random cases of fixed seeds.</summary>
public sealed class ShapeTests
{
    [Fact]
    public void Broadcasting_reads_the_element_that_index_arithmetic_names()
    {
        var random = new Random(11);
        for (var round = 0; round < 200; round++)
        {
            using var scope = NewDisposeScope();
            var shape = RandomShape(random);
            var a = Strided(random, Shrunk(random, shape));
            var b = Strided(random, Shrunk(random, shape));
            var sum = a - (b * 2);
            var common = Common(a.shape, b.shape);
            Assert.Equal(common, sum.shape);
            var numbers = sum.data<float>().ToArray();
            for (var i = 0; i < numbers.Length; i++)
            {
                var index = Index(i, common);
                Assert.Equal(At(a, index) - (At(b, index) * 2), numbers[i]);
            }
        }
    }

    [Fact]
    public void Views_read_and_write_the_same_storage()
    {
        using var scope = NewDisposeScope();
        var x = arange(24, dtype: float32).view(2, 3, 4);
        x.transpose(0, 2)[3, 1].fill_(-1);
        Assert.Equal(-1, x[0, 1, 3].ToSingle());
        Assert.Equal(-1, x[1, 1, 3].ToSingle());
        x[TensorIndex.Ellipsis, TensorIndex.Slice(0, 2)].mul_(10);
        Assert.Equal([0f, 10f, 2f, 3f], x[0, 0].data<float>().ToArray());
        x[1] = zeros(3, 4);
        Assert.Equal(0, x[1].sum().ToSingle());
        Assert.Equal([1, 2, 1, 3, 4], x.unsqueeze(0).unsqueeze(2).shape);
        Assert.Equal([3, 2], x.select(2, 0).t().shape);
    }

    [Fact]
    public void Chains_of_views_keep_every_element_in_its_place()
    {
        var random = new Random(5);
        for (var round = 0; round < 200; round++)
        {
            using var scope = NewDisposeScope();
            var x = Strided(random, RandomShape(random));
            var expected = x.data<float>().ToArray();
            var flat = x.reshape(-1);
            Assert.Equal(expected, flat.data<float>().ToArray());
            Assert.Equal(expected, x.contiguous().view(-1).data<float>().ToArray());
            var order = Enumerable.Range(0, (int)x.ndim).Select(d => (long)d).OrderBy(_ => random.Next()).ToArray();
            var permuted = x.permute(order);
            var numbers = permuted.clone().data<float>().ToArray();
            for (var i = 0; i < numbers.Length; i++)
            {
                var index = Index(i, permuted.shape);
                var original = new long[index.Length];
                for (var d = 0; d < index.Length; d++)
                {
                    original[order[d]] = index[d];
                }

                Assert.Equal(At(x, original), numbers[i]);
            }
        }
    }

    [Fact]
    public void Gradients_of_broadcast_and_strided_operands_have_the_operands_shapes()
    {
        var random = new Random(7);
        for (var round = 0; round < 100; round++)
        {
            using var scope = NewDisposeScope();
            var shape = RandomShape(random);
            var a = Strided(random, Shrunk(random, shape)).detach().with_requires_grad();
            var b = Strided(random, Shrunk(random, shape)).detach().with_requires_grad();
            var common = Common(a.shape, b.shape);
            (a + b).sum().backward();
            Assert.Equal(a.shape, a.grad!.shape);
            Assert.Equal(b.shape, b.grad!.shape);
            var repeats = common.Aggregate(1L, (x, y) => x * y) / (double)a.numel();
            Assert.All(a.grad!.data<float>().ToArray(), g => Assert.Equal(repeats, g));
        }
    }

    [Fact]
    public void Element_types_convert_and_promote_as_in_PyTorch()
    {
        using var scope = NewDisposeScope();
        var whole = tensor(new[] { 1L, 2L });
        var real = tensor(new[] { 0.5f, 1.5f });
        Assert.Equal(ScalarType.Float32, (whole + real).dtype);
        Assert.Equal(ScalarType.Float32, (whole * 0.5).dtype);
        Assert.Equal(ScalarType.Int64, (whole * 2).dtype);
        Assert.Equal(ScalarType.Float32, (whole / 2).dtype);
        Assert.Equal(ScalarType.Float32, (real * 2.0).dtype);
        Assert.Equal(ScalarType.Int64, (whole > 1).sum().dtype);
        Assert.Equal(ScalarType.Float32, (real + tensor(1.0)).dtype);
        Assert.Equal([true, false], (real < 1).data<bool>().ToArray());
        Assert.Equal([0L, 1L], real.to_type(ScalarType.Int64).data<long>().ToArray());
        Assert.Equal([1, 2], whole.to_type(int32).data<int>().ToArray());
        Assert.Equal([1f, 2f], tensor(new[] { 1, 2 }, dtype: float32).data<float>().ToArray());
    }

    [Fact]
    public void Use_after_disposal_names_the_operation_and_the_shape()
    {
        using var scope = NewDisposeScope();
        var a = zeros(2, 3);
        var b = zeros(3, 4);
        b.Dispose();
        var error = Assert.Throws<ObjectDisposedException>(() => a.mm(b)).Message;
        Assert.Contains("empty handle: mm of a tensor [3, 4]", error, StringComparison.Ordinal);
        Assert.Contains("layer_norm of a tensor [3, 4]", Assert.Throws<ObjectDisposedException>(() => nn.functional.layer_norm(b, [4])).Message, StringComparison.Ordinal);
        Assert.Contains("[3, 4]", Assert.Throws<ObjectDisposedException>(() => b + 1).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Errors_name_the_operation_and_both_shapes()
    {
        using var scope = NewDisposeScope();
        static string Message(Action action) => Assert.ThrowsAny<Exception>(action).Message;
        Assert.Matches("add.*size of tensor a \\(3\\) must match the size of tensor b \\(4\\).*\\[2, 3\\].*\\[4\\]", Message(() => ones(2, 3).add(ones(4))));
        Assert.Matches("mm: mat1 and mat2 shapes cannot be multiplied \\(\\[2, 3\\] and \\[4, 5\\]\\)", Message(() => ones(2, 3).mm(ones(4, 5))));
        Assert.Matches("linear: .*\\[2, 3\\] and \\[5, 4\\]", Message(() => nn.functional.linear(ones(2, 3), ones(5, 4))));
        Assert.Matches("shape '\\[4, 2\\]' is invalid for input of size 6", Message(() => ones(2, 3).view(4, 2)));
        Assert.Matches("gather: index 3 is out of bounds for dimension 1 with size 3", Message(() => ones(2, 3).gather(1, full([2, 1], 3))));
        Assert.Matches("Dimension out of range.*\\[-2, 1\\], but got 2", Message(() => ones(2, 3).sum(2L)));
        Assert.Matches("cat.*\\[2, 3\\] and \\[2, 4\\]", Message(() => cat([ones(2, 3), ones(2, 4)])));
        Assert.Matches("Float32|Single", Message(() => ones(2).data<long>()));
        Assert.Matches("must be 1.*\\[2\\]", Message(() => ones(2).item<float>()));
        Assert.Matches("mismatched total size.*3.*\\[2, 2\\]", Message(() => tensor(new[] { 1f, 2f, 3f }, [2, 2])));
        Assert.Matches("TorchCuda", Message(() => ones(2).to(CUDA)));
    }

    [Fact]
    public void Bytes_are_the_elements_in_order()
    {
        using var scope = NewDisposeScope();
        var x = zeros(2, 2);
        x.bytes = System.Runtime.InteropServices.MemoryMarshal.AsBytes(new[] { 1f, 2f, 3f, 4f }.AsSpan());
        Assert.Equal(3, x[1, 0].ToSingle());
        Assert.Equal(16, x[1].bytes.Length + x[0].bytes.Length);
        Assert.Throws<InvalidOperationException>(() => x.t().bytes.Length);
    }

    private static long[] RandomShape(Random random) => Enumerable.Range(0, random.Next(1, 5)).Select(_ => (long)random.Next(1, 5)).ToArray();

    private static long[] Shrunk(Random random, long[] shape) => shape.Skip(random.Next(0, shape.Length)).Select(s => random.Next(3) == 0 ? 1 : s).ToArray();

    /// <summary>Random numbers in a shape, often seen through a permutation or a slice.</summary>
    private static Tensor Strided(Random random, long[] shape)
    {
        var order = Enumerable.Range(0, shape.Length).OrderBy(_ => random.Next()).ToArray();
        var stored = new long[shape.Length];
        for (var d = 0; d < shape.Length; d++)
        {
            stored[order[d]] = shape[d];
        }

        var wide = rand([.. stored.Select((s, i) => i == 0 ? s * 2 : s)]);
        var part = wide.slice(0, random.Next(2), long.MaxValue, 2);
        return part.permute([.. order.Select(d => (long)d)]);
    }

    private static long[] Common(long[] a, long[] b)
    {
        var rank = Math.Max(a.Length, b.Length);
        return Enumerable.Range(0, rank).Select(d => Math.Max(Size(a, d - rank + a.Length), Size(b, d - rank + b.Length))).ToArray();
    }

    private static long Size(long[] shape, int dimension) => dimension < 0 ? 1 : shape[dimension];

    private static long[] Index(long position, long[] shape)
    {
        var index = new long[shape.Length];
        for (var d = shape.Length - 1; d >= 0; d--)
        {
            index[d] = position % shape[d];
            position /= shape[d];
        }

        return index;
    }

    /// <summary>The element at the last dimensions of an index, position 0 where the tensor repeats.</summary>
    private static float At(Tensor x, long[] index)
    {
        var own = index.Skip(index.Length - (int)x.ndim).Select((i, d) => x.shape[d] == 1 ? 0 : i).ToArray();
        return x.data<float>()[own];
    }
}
