using System.Text.Json.Nodes;
using MemoryRL.Core;
using MemoryRL.Tests;

namespace MemoryRL.Learning.Tests;

/// <summary>Advantage-weighted regression against PyTorch and against answers that are known.</summary>
public sealed class AwrTests
{
    [PythonFact("torch", "apt-get install python3-torch")]
    public void Updates_equal_PyTorch_s()
    {
        AssertEqual(normalize: true, temperature: 0.8);
        AssertEqual(normalize: false, temperature: 2);

        static void AssertEqual(bool normalize, double temperature)
        {
            using var learner = Create(
                Samples.Box, ("hidden-sizes", "24-16"), ("batch-size", "64"), ("weight-limit", "2"), ("value-learning-rate", "0.003"), ("actor-learning-rate", "0.004"),
                ("normalize-advantages", normalize ? "true" : "false"), ("temperature", FormattableString.Invariant($"{temperature}")));
            var options = new JsonObject
            {
                ["weight-limit"] = 2,
                ["value-learning-rate"] = 0.003,
                ["actor-learning-rate"] = 0.004,
                ["normalize-advantages"] = normalize,
                ["temperature"] = temperature,
            };

            RivalUpdates.AssertEqualPyTorch(learner, "awr", options, [.. Enumerable.Range(0, 8).Select(i => RivalSamples.Random(Samples.Box, (ulong)i, 64))]);
        }
    }

    [Theory]
    [InlineData(false, 0.5, 20)]
    [InlineData(true, 1, 20)]
    [InlineData(false, 0.5, 1.2)]
    public void The_actor_is_the_mean_of_the_data_under_the_weights_of_the_paper(bool normalize, double temperature, double limit)
    {
        using var learner = Create(
            RivalSamples.Line, ("hidden-sizes", "16-16"), ("batch-size", "16"), ("value-learning-rate", "0.003"), ("actor-learning-rate", "0.003"),
            ("normalize-advantages", normalize ? "true" : "false"), ("temperature", FormattableString.Invariant($"{temperature}")), ("weight-limit", FormattableString.Invariant($"{limit}")));
        for (var i = 0; i < 250; i++)
        {
            _ = learner.Update(new LearnerBatch { Planned = RivalSamples.Planned(RivalSamples.TwoActions(256, 0.5f, 1, -0.5f, 0)) });
        }

        using var values = new EnsembleValueFunctionFactory("awr").Create(learner.CreateValueBundle(3));
        var value = new float[1];
        values.Evaluate(new byte[sizeof(float)], value);
        Assert.Equal((3, 0.5), (values.Version, Math.Round(value[0], 2)));

        // Returns 1 and 0 have the value 0.5, so the advantages are 0.5 and -0.5, and normalised 1 and -1.
        var advantage = (normalize ? 1 : 0.5) / temperature;
        var ratio = Math.Min(Math.Exp(advantage), limit) / Math.Min(Math.Exp(-advantage), limit);
        Assert.Equal(0.5 * (ratio - 1) / (ratio + 1), PolicyNumbers.MeanAt(learner, 0), 0.01);
    }

    [Fact]
    public void The_plan_is_for_plain_returns_of_scaled_rewards_and_never_changes()
    {
        using var learner = Create(Samples.Box, ("discount", "0.9"), ("reward-scale", "0.1"), ("reward-shift", "-1"), ("batch-size", "32"), ("updates-per-feeding", "2"));
        var plan = learner.Plan;

        plan.Validate();
        Assert.Equal((1L, "", 0, (long?)null), (plan.Version, plan.Algorithm, plan.Bundle.Length, plan.Steps));
        Assert.Equal(new PlanSettings { Discount = 0.9, RewardScale = 0.1, RewardShift = -1 }, plan.Settings);
        Assert.Equal(new DataRequest(Planned: 64), learner.NextRequest);
        _ = learner.Update(new LearnerBatch { Planned = RivalSamples.Planned(RivalSamples.Random(Samples.Box, 1, 64)) });
        Assert.Same(plan, learner.Plan);
    }

    [Fact]
    public void Targets_are_taken_as_they_come_since_the_memory_scaled_their_rewards()
    {
        using var learner = Create(Samples.Box, ("hidden-sizes", "16"));
        using var scaled = Create(Samples.Box, ("hidden-sizes", "16"), ("reward-scale", "3"), ("reward-shift", "7"));
        var batch = new LearnerBatch { Planned = RivalSamples.Planned(RivalSamples.Random(Samples.Box, 1, 64)) };
        _ = learner.Update(batch);
        _ = scaled.Update(batch);

        Assert.Equal(Samples.Checkpoint(learner), Samples.Checkpoint(scaled));
    }

    private static AwrLearner Create(ExperienceSpec spec, params ReadOnlySpan<(string, string)> options) => new(Samples.Settings(spec, options));
}
