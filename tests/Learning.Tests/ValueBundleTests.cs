using System.Runtime.InteropServices;
using MemoryRL.Core;
using static TorchSharp.torch;

namespace MemoryRL.Learning.Tests;

/// <summary>Value functions as bundles: written, read, evaluated, refused.</summary>
public sealed class ValueBundleTests
{
    [Theory]
    [InlineData(1, 20, 9)]
    [InlineData(4, 16)]
    [InlineData(2)]
    public void A_value_function_evaluates_as_its_weights_say(int heads, params int[] hidden)
    {
        var random = new RandomStream(3);
        using var networks = new ValueEnsemble(3, heads, hidden, ref random, CPU);
        var bundle = ValueBundles.Create("iql", 12, Samples.Box.Observation, networks.Heads);
        using var value = new EnsembleValueFunctionFactory("iql").Create(bundle);
        var observations = Samples.Values(Samples.Box.Observation, ref random, 50);
        var values = new float[50 * heads];

        value.Evaluate(observations, values);

        Assert.Equal((12, heads), (value.Version, value.HeadCount));
        var rows = MemoryMarshal.Cast<byte, float>(observations);
        for (var i = 0; i < 50; i++)
        {
            for (var head = 0; head < heads; head++)
            {
                Assert.Equal(Plain(bundle, $"v{head + 1}", hidden.Length, rows.Slice(i * 3, 3).ToArray()), values[(i * heads) + head], 1e-5);
            }
        }
    }

    [Fact]
    public void A_row_s_values_do_not_depend_on_how_many_come_with_it()
    {
        var random = new RandomStream(3);
        using var networks = new ValueEnsemble(3, 4, [32, 32], ref random, CPU);
        using var value = new EnsembleValueFunctionFactory("vem").Create(ValueBundles.Create("vem", 1, Samples.Box.Observation, networks.Heads));
        var observations = Samples.Values(Samples.Box.Observation, ref random, 5000);
        var (together, alone) = (new float[5000 * 4], new float[4]);

        value.Evaluate(observations, together);

        // 2047, 2048 and 4096 stand at the ends of the chunks that are evaluated at once.
        foreach (var row in (int[])[0, 2047, 2048, 4095, 4096, 4999])
        {
            value.Evaluate(observations.AsSpan(row * 12, 12), alone);
            for (var head = 0; head < 4; head++)
            {
                Assert.Equal(together[(row * 4) + head], alone[head], 1e-5);
            }
        }

        value.Evaluate([], []);
    }

    [Fact]
    public void Discrete_and_byte_observations_are_encoded_as_learners_encode_them()
    {
        var random = new RandomStream(3);
        using var networks = new ValueEnsemble(12, 1, [8], ref random, CPU);
        var bundle = ValueBundles.Create("vem", 1, Samples.Grid.Observation, networks.Heads);
        using var value = new EnsembleValueFunctionFactory("vem").Create(bundle);
        var values = new float[2];

        value.Evaluate(MemoryMarshal.AsBytes<int>([3, 11]), values);

        for (var i = 0; i < 2; i++)
        {
            var features = new float[12];
            features[i == 0 ? 3 : 11] = 1;
            Assert.Equal(Plain(bundle, "v1", 1, features), values[i], 1e-5);
        }
    }

    [Fact]
    public async Task Each_call_may_come_from_another_thread_and_leaves_no_tensor_behind()
    {
        var random = new RandomStream(3);
        using var networks = new ValueEnsemble(3, 4, [32, 32], ref random, CPU);
        using var value = new EnsembleValueFunctionFactory("vem").Create(ValueBundles.Create("vem", 1, Samples.Box.Observation, networks.Heads));
        var observations = Samples.Values(Samples.Box.Observation, ref random, 3000);
        var expected = new float[3000 * 4];
        value.Evaluate(observations, expected);
        var before = Tensor.TotalCount;

        for (var i = 0; i < 10; i++)
        {
            var values = new float[3000 * 4];
            await Task.Run(() => value.Evaluate(observations, values));
            Assert.Equal(expected, values);
        }

        Assert.Equal(before, Tensor.TotalCount);
        Assert.True(is_grad_enabled());
    }

    [Fact]
    public void A_bundle_that_lacks_anything_or_is_another_algorithm_s_is_refused_by_name()
    {
        var random = new RandomStream(3);
        using var networks = new ValueEnsemble(3, 2, [8, 8], ref random, CPU);
        var bundle = ValueBundles.Create("vem", 1, Samples.Box.Observation, networks.Heads);
        var whole = SafetensorsDocument.Parse(bundle, "whole");
        foreach (var name in whole.Tensors.Select(tensor => tensor.Name).Concat(whole.Metadata.Keys))
        {
            Assert.Contains(name, Refusal("vem", Write(Samples.Without(whole, name))), StringComparison.Ordinal);
        }

        Assert.Contains("algorithm", Refusal("iql", bundle), StringComparison.Ordinal);
        foreach (var (key, text) in ((string, string)[])[("head_count", "0"), ("head_count", "900"), ("hidden_layer_count", "3"), ("hidden_layer_count", "9999999"), ("observation_space", "{}"), ("observation_space", new BoxSpace(4).ToJson()), ("value_version", "-1")])
        {
            var damaged = new SafetensorsBuilder();
            foreach (var tensor in whole.Tensors)
            {
                damaged.Add(tensor.Name, tensor.ElementType, tensor.Shape.AsSpan(), tensor.Data);
            }

            foreach (var (name, value) in whole.Metadata)
            {
                damaged.Metadata[name] = name == key ? text : value;
            }

            _ = Refusal("vem", damaged.ToArray());
        }

        static string Refusal(string algorithm, byte[] bundle) => Assert.Throws<SafetensorsFormatException>(() => new EnsembleValueFunctionFactory(algorithm).Create(bundle)).Message;
    }

    [Fact]
    public void Rows_that_do_not_fit_the_values_are_refused()
    {
        var random = new RandomStream(3);
        using var networks = new ValueEnsemble(3, 4, [8], ref random, CPU);
        using var value = new EnsembleValueFunctionFactory("vem").Create(ValueBundles.Create("vem", 1, Samples.Box.Observation, networks.Heads));

        Assert.Throws<ArgumentException>(() => value.Evaluate(new byte[24], new float[4]));
        Assert.Throws<ArgumentException>(() => value.Evaluate(new byte[12], new float[3]));
    }

    private static double Plain(byte[] bundle, string head, int hidden, float[] features)
    {
        var weights = SafetensorsDocument.Parse(bundle, "bundle");
        var answer = Array.ConvertAll(features, feature => (double)feature);
        for (var layer = 1; layer <= hidden; layer++)
        {
            answer = Array.ConvertAll(PlainNetwork.Layer(weights, $"{head}.fc{layer}", answer), value => Math.Max(value, 0));
        }

        return PlainNetwork.Layer(weights, $"{head}.out", answer)[0];
    }

    private static byte[] Write(SafetensorsDocument document)
    {
        var copy = new SafetensorsBuilder();
        foreach (var tensor in document.Tensors)
        {
            copy.Add(tensor.Name, tensor.ElementType, tensor.Shape.AsSpan(), tensor.Data);
        }

        foreach (var (key, text) in document.Metadata)
        {
            copy.Metadata[key] = text;
        }

        return copy.ToArray();
    }
}
