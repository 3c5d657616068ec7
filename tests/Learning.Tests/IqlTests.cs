using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using MemoryRL.Core;
using MemoryRL.Tests;

namespace MemoryRL.Learning.Tests;

/// <summary>Implicit Q-learning against PyTorch and against answers that are known.</summary>
public sealed class IqlTests
{
    [PythonFact("torch", "apt-get install python3-torch")]
    public void Updates_equal_PyTorch_s()
    {
        // Large rates, a schedule that ends soon and a limit that some weights reach, so that no part can hide.
        using var learner = Create(
            Samples.Box, ("hidden-sizes", "24-16"), ("batch-size", "64"), ("temperature", "5"), ("weight-limit", "1.5"), ("expectile", "0.8"), ("max-updates", "10"), ("target-update-rate", "0.1"), ("discount", "0.9"),
            ("value-learning-rate", "0.003"), ("critic-learning-rate", "0.002"), ("actor-learning-rate", "0.004"));
        var options = new JsonObject
        {
            ["expectile"] = 0.8,
            ["temperature"] = 5,
            ["weight-limit"] = 1.5,
            ["max-updates"] = 10,
            ["target-update-rate"] = 0.1,
            ["discount"] = 0.9,
            ["value-learning-rate"] = 0.003,
            ["critic-learning-rate"] = 0.002,
            ["actor-learning-rate"] = 0.004,
        };

        RivalUpdates.AssertEqualPyTorch(learner, "iql", options, [.. Enumerable.Range(0, 8).Select(i => RivalSamples.Random(Samples.Box, (ulong)i, 64))]);
    }

    [Fact]
    public void The_value_is_the_expectile_of_the_actions_in_the_data_and_the_actor_their_weighted_mean()
    {
        using var learner = Create(
            RivalSamples.Line, ("hidden-sizes", "16-16"), ("batch-size", "16"), ("expectile", "0.7"), ("temperature", "3"), ("target-update-rate", "0.05"), ("max-updates", "4000"),
            ("value-learning-rate", "0.003"), ("critic-learning-rate", "0.003"), ("actor-learning-rate", "0.003"));
        for (var i = 0; i < 250; i++)
        {
            _ = learner.Update(new LearnerBatch { Transitions = RivalSamples.TwoActions(256, 0.5f, 1, -0.5f, 0) });
        }

        // tau (1 - v) = (1 - tau) v has the root v = tau; the better action weighs e^3 times the other.
        Assert.Equal(0.7, ValueAt(learner, 0), 0.01);
        var ratio = Math.Exp(3);
        var mean = 0.5 * (ratio - 1) / (ratio + 1);
        Assert.Equal(mean, PolicyNumbers.MeanAt(learner, 0), 0.01);
        Assert.Equal(Math.Sqrt(0.25 - (mean * mean)), PolicyNumbers.Deviation(learner), 0.01);
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 2)]
    public void A_terminated_step_has_nothing_behind_it_and_a_truncated_one_goes_on(bool isTerminated, double value)
    {
        using var learner = Create(
            RivalSamples.Line, ("hidden-sizes", "16"), ("batch-size", "16"), ("discount", "0.5"), ("target-update-rate", "0.1"), ("value-learning-rate", "0.003"), ("critic-learning-rate", "0.003"));
        var rows = Enumerable.Repeat(new RivalSamples.Row([0.3f], [0.2f], 1, [0.3f], isTerminated, !isTerminated), 256).ToArray();
        for (var i = 0; i < 120; i++)
        {
            _ = learner.Update(new LearnerBatch { Transitions = RivalSamples.Transitions(RivalSamples.Line, rows) });
        }

        Assert.Equal(value, ValueAt(learner, 0.3f), 0.02);
    }

    [Fact]
    public void Rewards_are_scaled_and_then_shifted()
    {
        using var plain = Create(RivalSamples.Line, ("hidden-sizes", "16"));
        using var scaled = Create(RivalSamples.Line, ("hidden-sizes", "16"), ("reward-scale", "0.25"), ("reward-shift", "-1"));
        _ = plain.Update(new LearnerBatch { Transitions = RivalSamples.TwoActions(64, 0.5f, 1, -0.5f, -2) });
        _ = scaled.Update(new LearnerBatch { Transitions = RivalSamples.TwoActions(64, 0.5f, 8, -0.5f, -4) });

        Assert.Equal(Samples.Checkpoint(plain), Samples.Checkpoint(scaled));
    }

    [Fact]
    public void Actions_at_the_bounds_are_kept_a_hundred_thousandth_away_from_them()
    {
        using var outside = Create(RivalSamples.Line, ("hidden-sizes", "16"));
        using var inside = Create(RivalSamples.Line, ("hidden-sizes", "16"));
        _ = outside.Update(new LearnerBatch { Transitions = RivalSamples.TwoActions(64, 1, 1, -1, 0) });
        _ = inside.Update(new LearnerBatch { Transitions = RivalSamples.TwoActions(64, 1 - 1e-5f, 1, -(1 - 1e-5f), 0) });

        Assert.Equal(Samples.Checkpoint(inside), Samples.Checkpoint(outside));
    }

    [Fact]
    public void The_defaults_are_the_official_settings()
    {
        var options = IqlOptions.Parse(Samples.Settings(Samples.Box).Options);

        Assert.Equal([256, 256], options.HiddenSizes.AsEnumerable());
        Assert.Equal((0.7, 3, 100, 0.99, 0.005), (options.Expectile, options.Temperature, options.WeightLimit, options.Discount, options.TargetUpdateRate));
        Assert.Equal((0.0003, 0.0003, 0.0003), (options.ValueLearningRate, options.CriticLearningRate, options.ActorLearningRate));
        Assert.Equal((256, 1_000_000), (options.BatchSize, options.MaxUpdates));
    }

    private static IqlLearner Create(ExperienceSpec spec, params ReadOnlySpan<(string, string)> options) => new(Samples.Settings(spec, options));

    private static double ValueAt(IqlLearner learner, float place)
    {
        using var values = new EnsembleValueFunctionFactory("iql").Create(learner.CreateValueBundle(3));
        var value = new float[1];
        values.Evaluate(MemoryMarshal.AsBytes(new ReadOnlySpan<float>(in place)), value);
        return value[0];
    }
}
