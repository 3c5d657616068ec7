using System.Text.Json.Nodes;
using MemoryRL.Core;
using MemoryRL.Tests;

namespace MemoryRL.Learning.Tests;

/// <summary>TD3+BC against PyTorch and against answers that are known.</summary>
public sealed class Td3BcTests
{
    [PythonFact("torch", "apt-get install python3-torch")]
    public void Updates_equal_PyTorch_s()
    {
        using var learner = Create(
            Samples.Box, ("hidden-sizes", "24-16"), ("batch-size", "64"), ("statistics-steps", "64"), ("updates-per-feeding", "1"), ("policy-delay", "2"), ("policy-noise", "0.4"), ("noise-limit", "0.5"),
            ("alpha", "3"), ("target-update-rate", "0.1"), ("discount", "0.9"), ("critic-learning-rate", "0.002"), ("actor-learning-rate", "0.004"));
        var options = new JsonObject
        {
            ["policy-delay"] = 2,
            ["policy-noise"] = 0.4,
            ["noise-limit"] = 0.5,
            ["alpha"] = 3,
            ["target-update-rate"] = 0.1,
            ["discount"] = 0.9,
            ["critic-learning-rate"] = 0.002,
            ["actor-learning-rate"] = 0.004,
        };

        // The numbers that the learner is about to draw: its checkpoint says where its stream stands.
        float[] Noise()
        {
            var state = SafetensorsDocument.Parse(Samples.Checkpoint(learner), "checkpoint")["td3_bc.noise"].Values<ulong>();
            var random = new RandomStream { State = (state[0], state[1], state[2], state[3]) };
            return [.. Enumerable.Range(0, 128).Select(_ => (float)random.NextNormal())];
        }

        RivalUpdates.AssertEqualPyTorch(learner, "td3-bc", options, [.. Enumerable.Range(0, 8).Select(i => RivalSamples.Random(Samples.Box, (ulong)i, 64))], Noise);
    }

    [Fact]
    public void Without_the_critic_s_weight_it_clones_the_data()
    {
        using var learner = Create(RivalSamples.Line, ("hidden-sizes", "16"), ("batch-size", "16"), ("alpha", "0"), ("actor-learning-rate", "0.003"), ("statistics-steps", "16"));
        for (var i = 0; i < 100; i++)
        {
            _ = learner.Update(new LearnerBatch { Transitions = RivalSamples.TwoActions(256, 0.8f, 1, -0.2f, 0) });
        }

        Assert.Equal(0.3, PolicyNumbers.MeanAt(learner, 0), 0.01);
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 2)]
    public void A_terminated_step_has_nothing_behind_it_and_a_truncated_one_goes_on(bool isTerminated, double value)
    {
        // The critics' loss is next to nothing where their answer is the value's fixed point, and only there.
        using var learner = Create(
            RivalSamples.Line, ("hidden-sizes", "16"), ("batch-size", "16"), ("discount", "0.5"), ("target-update-rate", "0.2"), ("critic-learning-rate", "0.003"), ("statistics-steps", "16"), ("alpha", "0"), ("policy-noise", "0"));
        var rows = Enumerable.Repeat(new RivalSamples.Row([0.3f], [0.2f], 1, [0.3f], isTerminated, !isTerminated), 256).ToArray();
        for (var i = 0; i < 150; i++)
        {
            _ = learner.Update(new LearnerBatch { Transitions = RivalSamples.Transitions(RivalSamples.Line, rows) });
        }

        var checkpoint = SafetensorsDocument.Parse(Samples.Checkpoint(learner), "checkpoint");
        var hidden = PlainNetwork.Layer(checkpoint, "td3_bc.critic1.fc1", [0, 0.2]);
        var answer = PlainNetwork.Layer(checkpoint, "td3_bc.critic1.out", Array.ConvertAll(hidden, unit => Math.Max(unit, 0)));
        Assert.Equal(value, answer[0], 0.03);
    }

    [Fact]
    public void The_first_request_is_for_the_moments_and_the_bundle_normalises_by_them()
    {
        using var learner = Create(Samples.Box, ("hidden-sizes", "16"), ("batch-size", "32"), ("updates-per-feeding", "2"), ("statistics-steps", "500"));
        Assert.Equal(new DataRequest(Transitions: 500), learner.NextRequest);
        var batch = RivalSamples.Random(Samples.Box, 1, 500);
        _ = learner.Update(new LearnerBatch { Transitions = batch });

        Assert.Equal((new DataRequest(Transitions: 64), 2L), (learner.NextRequest, learner.UpdateCount));
        var mean = SafetensorsDocument.Parse(learner.CreatePolicyBundle(1), "bundle")["observation.mean"].Values<float>();
        var observations = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(batch.Observations).ToArray();
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(observations.Where((_, index) => index % 3 == i).Average(), mean[i], 1e-5);
        }
    }

    [Fact]
    public void Actions_without_bounds_are_refused() =>
        Assert.Equal("settings.spec.action", Assert.Throws<InvalidExperienceException>(() => Create(new ExperienceSpec(new BoxSpace(1), new BoxSpace(1)))).Field);

    private static Td3BcLearner Create(ExperienceSpec spec, params ReadOnlySpan<(string, string)> options) => new(Samples.Settings(spec, options));
}
