using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using MemoryRL.Core;

namespace MemoryRL.Learning.Tests;

/// <summary>Updates of VEM against a script in PyTorch that writes the equations out.</summary>
public sealed class VemUpdateTests
{
    private static readonly (string Name, string Value)[] Small =
        [("value-hidden-sizes", "24-24"), ("actor-hidden-sizes", "20-16"), ("batch-size", "32"), ("updates-per-feeding", "1"), ("value-learning-rate", "0.003"), ("actor-learning-rate", "0.002"), ("target-update-rate", "0.1")];

    [PythonTheory]
    [InlineData("interleaved", "expectile", "exp")]
    [InlineData("interleaved", "quantile", "softmax", "temperature=2.5")]
    [InlineData("interleaved", "expectile", "leaky-relu", "negative-slope=0.2")]
    [InlineData("two-stage", "expectile", "exp", "value-updates=3")]
    [InlineData("interleaved", "expectile", "exp", "square-weights=true", "expectile=0.3")]
    [InlineData("interleaved", "expectile", "softmax", "compound-target-rate=true", "refresh-period=7")]
    [InlineData("interleaved", "expectile", "exp", "advantage-filter=-0.5")]
    [InlineData("interleaved", "expectile", "softmax", "advantage-filter=-0.5")]
    [InlineData("interleaved", "expectile", "leaky-relu", "advantage-filter=-0.5")]
    [InlineData("two-stage", "expectile", "exp", "value-updates=3", "actor-rate-decays=true", "max-updates=6")]
    [InlineData("interleaved", "expectile", "exp", "actor-rate-decays=true", "max-updates=8")]
    public void Updates_equal_PyTorch_s(string schedule, string loss, string weight, params string[] others)
    {
        var options = new SortedDictionary<string, string>(Small.ToDictionary(option => option.Name, option => option.Value)) { ["schedule"] = schedule, ["loss"] = loss, ["weight"] = weight, ["expectile"] = "0.8", ["temperature"] = "0.7" };
        foreach (var other in others)
        {
            options[other.Split('=')[0]] = other.Split('=')[1];
        }

        using var learner = new VemLearnerFactory().Create(Samples.Settings(Samples.Box, [.. options.Select(option => (option.Key, option.Value))]));
        var checkpoint = Path.GetTempFileName();
        File.WriteAllBytes(checkpoint, Samples.Checkpoint(learner));
        var batches = new JsonArray();
        var (valueLosses, actorLosses) = (new List<double>(), new List<double>());
        for (var i = 0; i < 6; i++)
        {
            var batch = Samples.Planned(Samples.Box, (ulong)i, 32);
            batches.Add(new JsonObject
            {
                ["observations"] = Rows(MemoryMarshal.Cast<byte, float>(batch.Transitions.Observations), 3, (value, _) => value),
                ["actions"] = Rows(MemoryMarshal.Cast<byte, float>(batch.Transitions.Actions), 2, Normalized),
                ["targets"] = Rows(batch.Targets, 2, (value, _) => value),
                ["learns_values"] = schedule == "interleaved" || i < 3,
                ["learns_actor"] = schedule == "interleaved" || i >= 3,
            });
            foreach (var metric in learner.Update(new LearnerBatch { Planned = batch }))
            {
                (metric.Name switch { "losses/value_loss" => valueLosses, "losses/actor_loss" => actorLosses, _ => [] }).Add(metric.Value);
            }
        }

        var rate = Number("target-update-rate", 0.1);
        var answer = PythonScript.Ask<JsonElement>("vem_updates.py", new JsonObject
        {
            ["checkpoint"] = checkpoint,
            ["value_learning_rate"] = 0.003,
            ["actor_learning_rate"] = 0.002,
            ["expectile"] = Number("expectile", 0.8),
            ["loss"] = loss,
            ["square_weights"] = options.ContainsKey("square-weights"),
            ["target_rate"] = options.ContainsKey("compound-target-rate") ? 1 - Math.Pow(1 - rate, 7) : rate,
            ["weight"] = weight,
            ["temperature"] = Number("temperature", 0.7),
            ["negative_slope"] = Number("negative-slope", 0.01),
            ["filter"] = Number("advantage-filter", -1e9),
            ["decay_updates"] = options.ContainsKey("actor-rate-decays") ? Number("max-updates", 0) - (schedule == "two-stage" ? Number("value-updates", 0) : 0) : 0,
            ["batches"] = batches,
        }.ToJsonString());
        File.Delete(checkpoint);

        AssertClose(answer.GetProperty("value_losses"), valueLosses);
        AssertClose(answer.GetProperty("actor_losses"), actorLosses);
        var trained = SafetensorsDocument.Parse(Samples.Checkpoint(learner), "trained");
        foreach (var weights in answer.GetProperty("weights").EnumerateObject())
        {
            AssertClose(weights.Value, [.. trained[weights.Name].Values<float>().ToArray().Select(value => (double)value)]);
        }

        double Number(string name, double standard) => options.TryGetValue(name, out var text) ? double.Parse(text, CultureInfo.InvariantCulture) : standard;
    }

    // Bounds of the first element are -2 and 2, of the second 0 and 1.
    private static float Normalized(float action, int element) => element == 0 ? action / 2 : (action - 0.5f) / 0.5f;

    private static void AssertClose(JsonElement expected, IReadOnlyList<double> actual)
    {
        Assert.Equal(expected.GetArrayLength(), actual.Count);
        for (var i = 0; i < actual.Count; i++)
        {
            var wanted = expected[i].GetDouble();
            Assert.Equal(wanted, actual[i], 1e-5 * Math.Max(1, Math.Abs(wanted)));
        }
    }

    private static JsonArray Rows(ReadOnlySpan<float> values, int width, Func<float, int, float> map)
    {
        var rows = new JsonArray();
        for (var start = 0; start < values.Length; start += width)
        {
            var row = new JsonArray();
            for (var i = 0; i < width; i++)
            {
                row.Add(JsonValue.Create((double)map(values[start + i], i)));
            }

            rows.Add(row);
        }

        return rows;
    }
}
