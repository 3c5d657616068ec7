using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace MemoryRL.Embedded.Tensors.Tests;

/// <summary>Element-wise operations against their formulas in double precision, over random shapes, views and broadcasts that hold infinities and not-a-numbers.</summary>
public sealed class PointwisePropertyTests
{
    private const int Rounds = 60;

    private static readonly float[] Special = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, 0, -0f, float.MaxValue, -float.MaxValue, float.Epsilon];

    private static readonly Dictionary<string, (Func<Tensor, Tensor> Operation, Func<double, double> Formula)> Unary = new()
    {
        ["exp"] = (x => x.exp(), Math.Exp),
        ["log"] = (x => x.log(), Math.Log),
        ["tanh"] = (x => x.tanh(), Math.Tanh),
        ["sigmoid"] = (x => x.sigmoid(), x => 1 / (1 + Math.Exp(-x))),
        ["relu"] = (x => x.relu(), x => double.IsNaN(x) ? x : Math.Max(x, 0)),
        ["abs"] = (x => x.abs(), Math.Abs),
        ["sqrt"] = (x => x.sqrt(), Math.Sqrt),
        ["neg"] = (x => -x, x => -x),
        ["leaky_relu"] = (x => F.leaky_relu(x, 0.25), x => x > 0 ? x : 0.25 * x),
        ["softplus"] = (x => F.softplus(x), x => x > 20 ? x : Math.Log(1 + Math.Exp(x))),
        ["clamp"] = (x => x.clamp(-1, 2), x => double.IsNaN(x) ? x : Math.Clamp(x, -1, 2)),
    };

    private static readonly Dictionary<string, (Func<Tensor, Tensor, Tensor> Operation, Func<double, double, double> Formula)> Binary = new()
    {
        ["add"] = ((x, y) => x + y, (x, y) => (float)(x + y)),
        ["sub"] = ((x, y) => x - y, (x, y) => (float)(x - y)),
        ["mul"] = ((x, y) => x * y, (x, y) => (float)(x * y)),
        ["div"] = ((x, y) => x / y, (x, y) => (float)(x / y)),
        ["maximum"] = (maximum, Math.Max),
        ["minimum"] = (minimum, Math.Min),
    };

    public static TheoryData<string> UnaryNames => new(Unary.Keys);

    public static TheoryData<string> BinaryNames => new(Binary.Keys);

    [Theory]
    [MemberData(nameof(UnaryNames))]
    public void Functions_of_one_number_are_their_formulas_on_any_view(string name)
    {
        var (operation, formula) = Unary[name];
        var random = new Random(31);
        for (var round = 0; round < Rounds; round++)
        {
            using var scope = NewDisposeScope();
            var x = RandomView(random, [.. Enumerable.Range(0, random.Next(0, 4)).Select(_ => (long)random.Next(0, 6))]);
            AssertSame(name, round, Numbers(x).Select(formula), operation(x), x.shape);
        }
    }

    [Theory]
    [MemberData(nameof(BinaryNames))]
    public void Functions_of_two_numbers_are_their_formulas_on_any_views_that_broadcast(string name)
    {
        var (operation, formula) = Binary[name];
        var random = new Random(32);
        for (var round = 0; round < Rounds; round++)
        {
            using var scope = NewDisposeScope();
            long[] whole = [.. Enumerable.Range(0, random.Next(0, 4)).Select(_ => (long)random.Next(1, 6))];
            var x = RandomView(random, Narrowed(random, whole));
            var y = RandomView(random, whole);
            var expected = Numbers(x.expand(whole)).Zip(Numbers(y), formula);
            AssertSame(name, round, expected, operation(x, y), whole);
        }
    }

    /// <summary>A shape that broadcasts to another: some dimensions 1, some leading ones left out.</summary>
    private static long[] Narrowed(Random random, long[] shape) => [.. shape.Skip(random.Next(0, shape.Length + 1)).Select(size => random.Next(3) == 0 ? 1 : size)];

    /// <summary>Random numbers and special ones, as they lie, turned, or cut out of more.</summary>
    private static Tensor RandomView(Random random, long[] shape)
    {
        var kind = shape.Length == 0 ? 0 : random.Next(3);
        var stored = kind switch
        {
            1 => Enumerable.Reverse(shape).ToArray(),
            2 => shape.Select(size => size + 2).ToArray(),
            _ => shape,
        };
        var count = (int)stored.Aggregate(1L, (product, size) => product * size);
        var numbers = Enumerable.Range(0, count).Select(_ => random.Next(5) == 0 ? Special[random.Next(Special.Length)] : (float)((random.NextDouble() * 12) - 6)).ToArray();
        var view = tensor(numbers, stored);
        if (kind == 1)
        {
            return view.permute([.. Enumerable.Range(0, shape.Length).Reverse().Select(i => (long)i)]);
        }

        for (var i = 0; kind == 2 && i < shape.Length; i++)
        {
            view = view.narrow(i, 1, shape[i]);
        }

        return view;
    }

    private static double[] Numbers(Tensor x) => [.. x.contiguous().data<float>().ToArray().Select(number => (double)number)];

    private static void AssertSame(string name, int round, IEnumerable<double> expected, Tensor found, long[] shape)
    {
        Assert.Equal(shape, found.shape);
        foreach (var ((wanted, number), i) in expected.Select(x => (double)(float)x).Zip(Numbers(found)).Select((pair, i) => (pair, i)))
        {
            Assert.True(wanted.Equals(number) || Math.Abs(wanted - number) <= 3e-6 * Math.Abs(wanted) || Math.Abs(wanted - number) < 1e-37, $"{name}, round {round}, element {i}: {number:g9} instead of {wanted:g9}");
        }
    }
}
