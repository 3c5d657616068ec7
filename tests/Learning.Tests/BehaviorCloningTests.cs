using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using MemoryRL.Core;
using static TorchSharp.torch;

namespace MemoryRL.Learning.Tests;

/// <summary>Behaviour cloning as a learner, against PyTorch and against what it is meant to learn.</summary>
public sealed class BehaviorCloningTests
{
    private static readonly (string Name, string Value)[] Small = [("hidden-size", "24"), ("batch-size", "32"), ("statistics-steps", "64"), ("updates-per-feeding", "2")];

    private static readonly ExperienceSpec Free = new(new BoxSpace(3), new BoxSpace(2));

    [PythonTheory]
    [InlineData("mse")]
    [InlineData("nll")]
    public void Updates_equal_PyTorch_s(string loss)
    {
        using var learner = Create(Samples.Box, [.. Small, ("loss", loss), ("learning-rate", "0.003")]);
        var checkpoint = Path.GetTempFileName();
        File.WriteAllBytes(checkpoint, Samples.Checkpoint(learner));
        var batches = new JsonArray();
        var losses = new List<double>();
        for (var i = 0; i < 5; i++)
        {
            var batch = Samples.Transitions(Samples.Box, (ulong)i, 32);
            batches.Add(new JsonObject { ["observations"] = Rows(batch.Observations, 3, (value, _) => value), ["targets"] = Rows(batch.Actions, 2, Normalized) });
            losses.Add(Update(learner, batch));
        }

        var request = new JsonObject { ["checkpoint"] = checkpoint, ["learning_rate"] = 0.003, ["batches"] = batches };
        var answer = PythonScript.Ask<JsonElement>("cloning_updates.py", request.ToJsonString());
        File.Delete(checkpoint);

        for (var i = 0; i < losses.Count; i++)
        {
            Assert.Equal(answer.GetProperty("losses")[i].GetDouble(), losses[i], 1e-5);
        }

        var trained = SafetensorsDocument.Parse(Samples.Checkpoint(learner), "trained");
        foreach (var weights in answer.GetProperty("weights").EnumerateObject())
        {
            var values = trained[$"cloner.{weights.Name}"].Values<float>();
            for (var i = 0; i < values.Length; i++)
            {
                Assert.Equal(weights.Value[i].GetDouble(), values[i], 2e-5);
            }
        }
    }

    [Fact]
    public void The_cloned_policy_acts_as_the_policy_that_made_the_data()
    {
        using var learner = Create(Samples.Box, [("hidden-size", "64"), ("learning-rate", "0.003")]);
        for (var i = 0; i < 60; i++)
        {
            _ = learner.Update(new LearnerBatch { Transitions = Expert((ulong)i, learner.NextRequest.Transitions > 10_000 ? 4096 : 2048, deviation: 0) });
        }

        using var policy = new GaussianActorPolicyFactory("bc").Create(learner.CreatePolicyBundle(3));
        var test = Expert(1_000, 500, deviation: 0);
        var actions = new ActionBatch(500, Samples.Box.Action);
        policy.Act(test.Observations, ActMode.Greedy, new RandomStream[500], actions);
        var wanted = MemoryMarshal.Cast<byte, float>(test.Actions);
        var got = MemoryMarshal.Cast<byte, float>(actions.Actions);
        var error = 0.0;
        for (var i = 0; i < wanted.Length; i++)
        {
            error += Math.Pow((wanted[i] - got[i]) / (i % 2 == 0 ? 2 : 0.5), 2) / wanted.Length;
        }

        // In normalised units, where actions reach from -1 to 1.
        Assert.True(Math.Sqrt(error) < 0.02, $"root of the mean squared error {Math.Sqrt(error):g3}");
    }

    [Fact]
    public void The_learned_deviation_is_the_data_s()
    {
        using var learner = Create(Samples.Box, [("hidden-size", "32"), ("learning-rate", "0.003"), ("loss", "nll")]);
        for (var i = 0; i < 120; i++)
        {
            _ = learner.Update(new LearnerBatch { Transitions = Expert((ulong)i, 4096, deviation: 0.1) });
        }

        var bundle = SafetensorsDocument.Parse(learner.CreatePolicyBundle(1), "bundle");
        foreach (var logDeviation in bundle["actor.log_deviation"].Values<float>())
        {
            Assert.InRange(Math.Exp(logDeviation), 0.095, 0.11);
        }
    }

    [Theory]
    [InlineData("mse")]
    [InlineData("nll")]
    public void Training_on_after_save_and_load_equals_never_having_stopped(string loss)
    {
        // Stopped before the first update, when the moments are not known, and in the middle.
        foreach (var stop in (int[])[0, 3])
        {
            using var straight = Create(Samples.Box, [.. Small, ("loss", loss)]);
            using var stopped = Create(Samples.Box, [.. Small, ("loss", loss)]);
            for (var i = 0; i < stop; i++)
            {
                _ = Update(straight, Samples.Transitions(Samples.Box, (ulong)i, 70));
                _ = Update(stopped, Samples.Transitions(Samples.Box, (ulong)i, 70));
            }

            using var resumed = Create(Samples.Box, [.. Small, ("loss", loss)], seed: 99);
            resumed.Load(SafetensorsDocument.Parse(Samples.Checkpoint(stopped), "checkpoint"));
            Assert.Equal(straight.NextRequest, resumed.NextRequest);
            for (var i = stop; i < 6; i++)
            {
                Assert.Equal(Update(straight, Samples.Transitions(Samples.Box, (ulong)i, 70)), Update(resumed, Samples.Transitions(Samples.Box, (ulong)i, 70)));
            }

            Assert.Equal(straight.UpdateCount, resumed.UpdateCount);
            Assert.Equal(Samples.Checkpoint(straight), Samples.Checkpoint(resumed));
            Assert.Equal(straight.CreatePolicyBundle(5).ToArray(), resumed.CreatePolicyBundle(5).ToArray());
        }
    }

    [Fact]
    public void The_first_request_is_for_the_moments_and_later_ones_for_a_feeding()
    {
        using var learner = Create(Samples.Box, Small);
        Assert.Equal(new DataRequest(Transitions: 64), learner.NextRequest);

        _ = Update(learner, Samples.Transitions(Samples.Box, 1, 64));

        Assert.Equal((new DataRequest(Transitions: 64), 2L), (learner.NextRequest, learner.UpdateCount));
        using var raw = Create(Samples.Box, [.. Small, ("normalize", "false"), ("statistics-steps", "9999")]);
        Assert.Equal(new DataRequest(Transitions: 64), raw.NextRequest);
    }

    [Fact]
    public void Actions_without_bounds_are_cloned_in_their_own_units()
    {
        using var learner = Create(Free, [("hidden-size", "32"), ("learning-rate", "0.01"), ("normalize", "false")]);
        var observations = new float[3 * 256];
        var actions = new float[2 * 256];
        Array.Fill(actions, 40);
        for (var i = 0; i < 300; i++)
        {
            _ = learner.Update(new LearnerBatch { Transitions = Samples.Transitions(Free, MemoryMarshal.AsBytes<float>(observations), MemoryMarshal.AsBytes<float>(actions)) });
        }

        using var policy = new GaussianActorPolicyFactory("bc").Create(learner.CreatePolicyBundle(1));
        var batch = new ActionBatch(1, Free.Action);
        policy.Act(new byte[12], ActMode.Greedy, new RandomStream[1], batch);
        Assert.Equal(40, MemoryMarshal.Read<float>(batch.Actions), 0.5);
    }

    [Fact]
    public void A_checkpoint_that_lacks_any_tensor_or_entry_or_is_another_s_is_refused_by_name()
    {
        using var learner = Create(Samples.Box, [.. Small, ("loss", "nll")]);
        _ = Update(learner, Samples.Transitions(Samples.Box, 1, 64));

        CheckpointRefusals.Check(learner, new PpoLearnerFactory());
    }

    [Fact]
    public void Updates_leave_the_number_of_live_tensors_and_the_thread_s_scope_as_they_were()
    {
        using var learner = Create(Samples.Box, [.. Small, ("loss", "nll")]);
        _ = Update(learner, Samples.Transitions(Samples.Box, 1, 64));
        using var scope = NewDisposeScope();
        var before = Tensor.TotalCount;
        for (var i = 0; i < 10; i++)
        {
            _ = Update(learner, Samples.Transitions(Samples.Box, (ulong)i, 64));
            _ = learner.CreatePolicyBundle(i);
            _ = Samples.Checkpoint(learner);
        }

        Assert.Equal(before, Tensor.TotalCount);
        Assert.Equal(0, scope.DisposablesCount);
        Assert.True(is_grad_enabled());
    }

    [Fact]
    public void A_batch_without_transitions_or_of_another_spec_is_refused_and_changes_nothing()
    {
        using var learner = Create(Samples.Box, Small);
        var before = Samples.Checkpoint(learner);

        Assert.Equal("batch.transitions", Assert.Throws<InvalidExperienceException>(() => learner.Update(new LearnerBatch())).Field);
        Assert.Equal("batch.transitions.spec", Assert.Throws<InvalidExperienceException>(() => Update(learner, Samples.Transitions(Free, 1, 8))).Field);
        Assert.Equal(before, Samples.Checkpoint(learner));
    }

    [Fact]
    public void Extreme_observations_leave_every_weight_finite()
    {
        using var learner = Create(Samples.Box, [.. Small, ("normalize", "false")]);
        var observations = new float[3 * 64];
        Array.Fill(observations, float.MaxValue);
        var random = new RandomStream(1);
        for (var i = 0; i < 3; i++)
        {
            _ = learner.Update(new LearnerBatch { Transitions = Samples.Transitions(Samples.Box, MemoryMarshal.AsBytes<float>(observations), Samples.Values(Samples.Box.Action, ref random, 64)) });
        }

        foreach (var tensor in SafetensorsDocument.Parse(Samples.Checkpoint(learner), "checkpoint").Tensors)
        {
            Assert.DoesNotContain(tensor.Values<float>().ToArray(), value => !float.IsFinite(value));
        }
    }

    [Fact]
    public void Discrete_actions_and_unknown_options_are_refused_by_name()
    {
        Assert.Equal("settings.spec.action", Assert.Throws<InvalidExperienceException>(() => Create(Samples.Grid, Small)).Field);
        Assert.Equal("options.top-fraction", Assert.Throws<InvalidExperienceException>(() => Create(Samples.Box, [("top-fraction", "0.1")])).Field);
        Assert.Equal("options.loss", Assert.Throws<InvalidExperienceException>(() => Create(Samples.Box, [("loss", "l1")])).Field);
    }

    private static ILearner Create(ExperienceSpec spec, (string Name, string Value)[] options, long seed = 7) =>
        new BehaviorCloningLearnerFactory().Create(Samples.Settings(spec, options) with { Seed = seed });

    private static double Update(ILearner learner, TransitionBatch batch) => learner.Update(new LearnerBatch { Transitions = batch }).Single(metric => metric.Name == "losses/cloning_loss").Value;

    // Bounds of the first element are -2 and 2, of the second 0 and 1.
    private static float Normalized(float action, int element) => element == 0 ? action / 2 : (action - 0.5f) / 0.5f;

    private static TransitionBatch Expert(ulong seed, int count, double deviation)
    {
        var random = new RandomStream(seed, 77);
        var (observations, actions) = (new float[count * 3], new float[count * 2]);
        for (var row = 0; row < count; row++)
        {
            var x = observations.AsSpan(row * 3, 3);
            for (var i = 0; i < 3; i++)
            {
                x[i] = (float)((5 * i) + ((i + 1) * random.NextNormal()));
            }

            var first = (0.5 * Math.Tanh(x[0] - (0.3 * (x[1] - 5)))) + (deviation * random.NextNormal());
            var second = (0.5 * Math.Sin((x[2] - 10) / 3)) + (deviation * random.NextNormal());
            actions[row * 2] = (float)Math.Clamp(2 * first, -2, 2);
            actions[(row * 2) + 1] = (float)Math.Clamp(0.5 + (0.5 * second), 0, 1);
        }

        return Samples.Transitions(Samples.Box, MemoryMarshal.AsBytes<float>(observations), MemoryMarshal.AsBytes<float>(actions));
    }

    private static JsonArray Rows(ReadOnlySpan<byte> bytes, int width, Func<float, int, float> map)
    {
        var values = MemoryMarshal.Cast<byte, float>(bytes);
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
