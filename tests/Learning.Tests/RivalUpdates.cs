using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using MemoryRL.Core;

namespace MemoryRL.Learning.Tests;

/// <summary>Holds a learner's updates to those of an independent PyTorch script in double precision, from the same weights and batches.</summary>
internal static class RivalUpdates
{
    /// <summary>Trains a learner and the script side by side.</summary>
    /// <param name="learner">The learner, before its first update, whose spec is <see cref="Samples.Box"/>.</param>
    /// <param name="algorithm">Its name.</param>
    /// <param name="options">What the script is to use; every number that it needs.</param>
    /// <param name="batches">The batches, one update each.</param>
    /// <param name="noise">The standard normal numbers of each batch's target actions, where the algorithm draws some.</param>
    public static void AssertEqualPyTorch(ILearner learner, string algorithm, JsonObject options, IReadOnlyList<TransitionBatch> batches, Func<float[]>? noise = null)
    {
        var checkpoint = Path.GetTempFileName();
        File.WriteAllBytes(checkpoint, Samples.Checkpoint(learner));
        var sent = new JsonArray();
        var losses = new List<IReadOnlyList<Metric>>();
        foreach (var batch in batches)
        {
            var columns = Columns(batch);
            if (noise is not null)
            {
                columns["noise"] = Rows(noise(), 2, (value, _) => value);
            }

            sent.Add(columns);
            losses.Add(learner.Update(new LearnerBatch { Transitions = batch, Planned = RivalSamples.Planned(batch) }));
        }

        var request = new JsonObject { ["algorithm"] = algorithm, ["checkpoint"] = checkpoint, ["options"] = options, ["batches"] = sent };
        var answer = PythonScript.Ask<JsonElement>("rival_updates.py", request.ToJsonString());
        File.Delete(checkpoint);
        for (var i = 0; i < losses.Count; i++)
        {
            Assert.Equal(answer.GetProperty("losses")[i].EnumerateObject().Select(loss => $"losses/{loss.Name}").Order(), losses[i].Select(metric => metric.Name).Order());
            foreach (var loss in answer.GetProperty("losses")[i].EnumerateObject())
            {
                var ours = losses[i].Single(metric => metric.Name == $"losses/{loss.Name}").Value;
                Assert.True(Math.Abs(ours - loss.Value.GetDouble()) <= 1e-5 * Math.Max(1, Math.Abs(loss.Value.GetDouble())), $"{loss.Name} of update {i}: expected {loss.Value} but got {ours}");
            }
        }

        var trained = SafetensorsDocument.Parse(Samples.Checkpoint(learner), "trained");
        Assert.NotEmpty(answer.GetProperty("weights").EnumerateObject());
        foreach (var weights in answer.GetProperty("weights").EnumerateObject())
        {
            var expected = weights.Value.EnumerateArray().Select(value => value.GetDouble()).ToArray();
            var ours = trained[weights.Name].Values<float>();
            Assert.Equal(expected.Length, ours.Length);
            var (distance, size) = (0.0, 0.0);
            for (var i = 0; i < expected.Length; i++)
            {
                distance += (expected[i] - ours[i]) * (expected[i] - ours[i]);
                size += expected[i] * expected[i];
            }

            Assert.True(Math.Sqrt(distance) <= 1e-5 * Math.Sqrt(size), $"{weights.Name}: off by {Math.Sqrt(distance / size):g3} of its norm");
        }
    }

    private static JsonObject Columns(TransitionBatch batch) => new()
    {
        ["s"] = Rows(MemoryMarshal.Cast<byte, float>(batch.Observations), 3, (value, _) => value),
        ["a"] = Rows(MemoryMarshal.Cast<byte, float>(batch.Actions), 2, Normalized),
        ["r"] = Numbers(batch.Rewards),
        ["return"] = Numbers(batch.Rewards),
        ["s2"] = Rows(MemoryMarshal.Cast<byte, float>(batch.NextObservations), 3, (value, _) => value),
        ["terminated"] = Numbers(Array.ConvertAll(batch.Terminated.ToArray(), flag => (float)flag)),
    };

    // Bounds of the first element are -2 and 2, of the second 0 and 1.
    private static double Normalized(float action, int element) => element == 0 ? action / 2.0 : (action - 0.5) / 0.5;

    private static JsonArray Numbers(ReadOnlySpan<float> values)
    {
        var array = new JsonArray();
        foreach (var value in values)
        {
            array.Add(JsonValue.Create((double)value));
        }

        return array;
    }

    private static JsonArray Rows(ReadOnlySpan<float> values, int width, Func<float, int, double> map)
    {
        var rows = new JsonArray();
        for (var start = 0; start < values.Length; start += width)
        {
            var row = new JsonArray();
            for (var i = 0; i < width; i++)
            {
                row.Add(JsonValue.Create(map(values[start + i], i)));
            }

            rows.Add(row);
        }

        return rows;
    }
}
