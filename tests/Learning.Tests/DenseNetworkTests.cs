using MemoryRL.Core;

namespace MemoryRL.Learning.Tests;

/// <summary>Networks for acting against double precision.</summary>
public sealed class DenseNetworkTests
{
    private static readonly int[][] Shapes = [[11, 256, 256, 1], [3, 17, 5], [7, 64, 80, 130, 16], [1, 1], [104, 33, 4]];

    public static TheoryData<int, DenseActivation, int> Cases
    {
        get
        {
            var cases = new TheoryData<int, DenseActivation, int>();
            for (var shape = 0; shape < Shapes.Length; shape++)
            {
                foreach (var activation in Enum.GetValues<DenseActivation>())
                {
                    foreach (var batch in (int[])[1, 3, 4, 64, 65])
                    {
                        cases.Add(shape, activation, batch);
                    }
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Rows_and_batches_answer_as_double_precision_does(int shape, DenseActivation activation, int batch)
    {
        var (bundle, layers) = Network(Shapes[shape], seed: 3);
        var (inputs, outputs) = (Shapes[shape][0], Shapes[shape][^1]);
        var network = new DenseNetwork(bundle, layers, activation, inputs, outputs);
        var random = new RandomStream(4);
        var observations = new float[batch * inputs];
        Fill(observations, ref random, 1);
        var answers = new float[batch * outputs];

        network.Evaluate(observations, answers);

        for (var row = 0; row < batch; row++)
        {
            var observation = observations.AsSpan(row * inputs, inputs);
            var expected = Expected(bundle, layers, activation, observation.ToArray());
            var single = network.Evaluate(observation);
            for (var i = 0; i < outputs; i++)
            {
                Assert.Equal(expected[i], answers[(row * outputs) + i], 2e-5);
                Assert.Equal(expected[i], single[i], 2e-5);
            }
        }
    }

    [Fact]
    public void A_batch_that_is_no_whole_number_of_rows_is_refused_with_both_lengths()
    {
        var (bundle, layers) = Network([3, 8, 2], seed: 1);
        var network = new DenseNetwork(bundle, layers, DenseActivation.Relu, 3, 2);

        var error = Assert.Throws<ArgumentException>(() => network.Evaluate(new float[7], new float[4]));

        Assert.Contains("[B, 3]", error.Message, StringComparison.Ordinal);
        Assert.Contains("7 and 4", error.Message, StringComparison.Ordinal);
    }

    private static (SafetensorsDocument Bundle, string[] Layers) Network(int[] sizes, ulong seed)
    {
        var random = new RandomStream(seed);
        var builder = new SafetensorsBuilder();
        var layers = new string[sizes.Length - 1];
        for (var i = 0; i < layers.Length; i++)
        {
            layers[i] = $"{2 * i}";
            var weight = new float[sizes[i] * sizes[i + 1]];
            Fill(weight, ref random, 1 / Math.Sqrt(sizes[i]));
            var bias = new float[sizes[i + 1]];
            Fill(bias, ref random, 1);
            builder.Add<float>($"{layers[i]}.weight", [sizes[i + 1], sizes[i]], weight);
            builder.Add<float>($"{layers[i]}.bias", [sizes[i + 1]], bias);
        }

        return (SafetensorsDocument.Parse(builder.ToArray(), "network"), layers);
    }

    private static void Fill(Span<float> values, ref RandomStream random, double scale)
    {
        foreach (ref var value in values)
        {
            value = (float)(scale * random.NextNormal());
        }
    }

    private static double[] Expected(SafetensorsDocument bundle, string[] layers, DenseActivation activation, float[] observation)
    {
        var values = Array.ConvertAll(observation, value => (double)value);
        for (var i = 0; i < layers.Length; i++)
        {
            values = PlainNetwork.Layer(bundle, layers[i], values);
            if (i < layers.Length - 1)
            {
                values = Array.ConvertAll(values, value => activation == DenseActivation.Tanh ? Math.Tanh(value) : Math.Max(value, 0));
            }
        }

        return values;
    }
}
