using System.Runtime.InteropServices;
using MemoryRL.Core;
using MemoryRL.Tests;

namespace MemoryRL.Learning.Tests;

/// <summary>Policies of continuous actors through their bundles.</summary>
public sealed class GaussianActorTests
{
    // Asymmetric bounds, so that a missing scale or middle shows.
    private static readonly ExperienceSpec Spec = new(new BoxSpace(3), new BoxSpace([2], [-2, 0], [2, 1]));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Greedy_actions_are_the_network_s_answer_in_the_right_units(bool isTanh)
    {
        // Answer 1: x0 + 2 x1 + 0.5; answer 2: -x2, over (x - mean) / deviation clipped to 2.
        var weights = new GaussianActorWeights
        {
            Layers = [new GaussianActorLayer(new float[] { 1, 2, 0, 0, 0, -1 }, new float[] { 0.5f, 0 })],
            IsTanhOutput = isTanh,
            ObservationMean = new float[] { 1, 0, 0 },
            ObservationDeviation = new float[] { 1, 2, 0.5f },
            ObservationClip = 2,
        };

        var action = Act(weights, [1.25f, -1, -1.5f], ActMode.Greedy).Action;

        // Normalised: 0.25, -0.5, -3 and so -2; answers: -0.25 and 2.
        var expected = isTanh ? new[] { 2 * Math.Tanh(-0.25), 0.5 + (0.5 * Math.Tanh(2)) } : [-0.25, 1];
        Assert.Equal(expected[0], action[0], 1e-6);
        Assert.Equal(expected[1], action[1], 1e-6);
    }

    [Fact]
    public void A_sample_s_mean_deviation_and_density_are_the_normal_distribution_s()
    {
        var weights = Constant(0.2f, isTanh: false, isSquashed: false);
        var samples = Sample(weights, 20_000);

        // Standard errors: deviation 0.1 over 20,000 draws is 0.0007 for the mean and 0.0005 for the deviation; the test allows five.
        Assert.Equal(0.2, samples.Average(sample => sample.Action[0]), 0.0035);
        Assert.Equal(0.1, Math.Sqrt(samples.Average(sample => Math.Pow(sample.Action[0] - 0.2, 2))), 0.0025);
        foreach (var (action, logProbability) in samples.Take(100))
        {
            var expected = LogNormal(action[0], 0.2, 0.1) + LogNormal(action[1], 0.2, 0.1);
            Assert.Equal(expected, logProbability, 2e-4);
        }
    }

    [Fact]
    public void A_squashed_sample_is_the_tanh_of_a_normal_one_and_its_density_that_of_the_change_of_variables()
    {
        var samples = Sample(Constant(0.7f, isTanh: true, isSquashed: true), 5_000);

        foreach (var (action, logProbability) in samples.Take(200))
        {
            var expected = 0.0;
            foreach (var squashed in new[] { action[0] / 2.0, (action[1] - 0.5) / 0.5 })
            {
                expected += LogNormal(Math.Atanh(squashed), 0.7, 0.1) - Math.Log(1 - (squashed * squashed));
            }

            Assert.Equal(expected, logProbability, 5e-3);
        }

        Assert.Equal(0.7, samples.Average(sample => Math.Atanh(sample.Action[0] / 2.0)), 0.0075);
        Assert.Equal(2 * Math.Tanh(0.7), Act(Constant(0.7f, isTanh: true, isSquashed: true), [0, 0, 0], ActMode.Greedy).Action[0], 1e-6);
    }

    [Fact]
    public void Actions_never_leave_the_box_and_stay_finite_however_wide_the_noise()
    {
        foreach (var (isTanh, isSquashed) in new[] { (false, false), (true, false), (true, true) })
        {
            foreach (var (action, logProbability) in Sample(Constant(3, isTanh, isSquashed) with { LogDeviation = new float[] { 3, 3 } }, 500))
            {
                Assert.InRange(action[0], -2, 2);
                Assert.InRange(action[1], 0, 1);
                Assert.True(float.IsFinite(logProbability), $"{logProbability}");
            }
        }
    }

    [Fact]
    public void An_agent_s_action_does_not_depend_on_its_neighbours_in_the_batch()
    {
        var weights = Random(seed: 3, hidden: 64);
        using var policy = Create(weights);
        var random = new RandomStream(1);
        var observations = new float[11 * 3];
        foreach (ref var value in observations.AsSpan())
        {
            value = (float)random.NextNormal();
        }

        var randoms = Enumerable.Range(0, 11).Select(agent => new RandomStream(5, (ulong)agent)).ToArray();
        var together = new ActionBatch(11, Spec.Action);
        policy.Act(MemoryMarshal.AsBytes(observations.AsSpan()), ActMode.Explore, randoms, together);
        var alone = new ActionBatch(1, Spec.Action);
        for (var agent = 0; agent < 11; agent++)
        {
            policy.Act(MemoryMarshal.AsBytes(observations.AsSpan(agent * 3, 3)), ActMode.Explore, [new RandomStream(5, (ulong)agent)], alone);
            Assert.Equal(alone.Actions, together.Actions.AsSpan(agent * 8, 8).ToArray());
            Assert.Equal(alone.LogProbabilities[0], together.LogProbabilities[agent]);
        }
    }

    [Fact]
    public void Acting_allocates_nothing()
    {
        using var policy = Create(Random(seed: 4, hidden: 32) with { ObservationMean = new float[3], ObservationClip = 5 });
        var (observations, randoms, actions) = (new byte[4 * 12], new RandomStream[4], new ActionBatch(4, Spec.Action));
        Array.Fill(randoms, new RandomStream(1));
        Act();
        Assert.Equal(0, AllocationRounds.LeastOf(Act));

        void Act()
        {
            for (var i = 0; i < 100; i++)
            {
                policy.Act(observations, ActMode.Explore, randoms, actions);
                policy.Act(observations, ActMode.Greedy, randoms, actions);
            }
        }
    }

    [Fact]
    public void Weights_that_do_not_fit_are_refused_by_the_field()
    {
        var good = Random(seed: 5, hidden: 8);
        AssertRefused("policy.layers[1].bias", good with { Layers = [good.Layers[0], new GaussianActorLayer(new float[24], new float[3])] });
        AssertRefused("policy.layers[0].weight", good with { Layers = [new GaussianActorLayer(new float[23], new float[8]), good.Layers[1]] });
        AssertRefused("policy.layers", good with { Layers = [] });
        AssertRefused("policy.layers[0].weight[3]", good with { Layers = [new GaussianActorLayer(new[] { 0, 0, 0, float.NaN, 0, 0 }, new float[2])] });
        AssertRefused("policy.observation.mean", good with { ObservationMean = new float[2] });
        AssertRefused("policy.observation.deviation[1]", good with { ObservationDeviation = new float[] { 1, 0, 1 } });
        AssertRefused("policy.observation_clip", good with { ObservationClip = float.NaN });
        AssertRefused("policy.squashed", good with { IsSquashed = true });
        Assert.Equal("policy.action_space", Assert.Throws<InvalidExperienceException>(() => good.ToBundle("bc", 1, Samples.Grid)).Field);

        static void AssertRefused(string field, GaussianActorWeights weights) => Assert.Equal(field, Assert.Throws<InvalidExperienceException>(() => weights.ToBundle("bc", 1, Spec)).Field);
    }

    [Theory]
    [InlineData("algorithm", "ars")]
    [InlineData("layer_count", "0")]
    [InlineData("layer_count", "900")]
    [InlineData("hidden_activation", "gelu")]
    [InlineData("output_activation", "sigmoid")]
    [InlineData("squashed", "perhaps")]
    [InlineData("action_space", "{\"kind\":\"discrete\",\"count\":3}")]
    [InlineData("action_space", "{\"count\":3}")]
    public void A_bundle_with_a_lying_entry_is_refused_by_its_name(string entry, string value)
    {
        var bundle = Random(seed: 6, hidden: 8).ToBundle("bc", 1, Spec);
        bundle.Metadata[entry] = value;

        var error = Assert.Throws<SafetensorsFormatException>(() => new GaussianActorPolicyFactory("bc").Create(bundle.ToArray()));

        Assert.Contains($"'{entry}'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_batch_that_does_not_fit_is_refused()
    {
        using var policy = Create(Random(seed: 7, hidden: 8));

        Assert.Equal("observations", Assert.Throws<ArgumentException>(() => policy.Act(new byte[12], ActMode.Greedy, new RandomStream[2], new ActionBatch(2, Spec.Action))).ParamName);
        Assert.Equal("actions", Assert.Throws<ArgumentException>(() => policy.Act(new byte[24], ActMode.Greedy, new RandomStream[2], new ActionBatch(1, Spec.Action))).ParamName);
    }

    private static IPolicy Create(GaussianActorWeights weights) => new GaussianActorPolicyFactory("bc").Create(weights.ToBundle("bc", 3, Spec).ToArray());

    private static GaussianActorWeights Constant(float answer, bool isTanh, bool isSquashed) => new()
    {
        Layers = [new GaussianActorLayer(new float[6], new[] { answer, answer })],
        IsTanhOutput = isTanh,
        IsSquashed = isSquashed,
        LogDeviation = new[] { MathF.Log(0.1f), MathF.Log(0.1f) },
    };

    private static GaussianActorWeights Random(ulong seed, int hidden)
    {
        var random = new RandomStream(seed);
        return new GaussianActorWeights { Layers = [Layer(3, hidden, ref random), Layer(hidden, 2, ref random)], LogDeviation = new float[] { -1, -2 } };

        static GaussianActorLayer Layer(int inputs, int outputs, ref RandomStream random)
        {
            var (weight, bias) = (new float[inputs * outputs], new float[outputs]);
            foreach (ref var value in weight.AsSpan())
            {
                value = (float)(random.NextNormal() / Math.Sqrt(inputs));
            }

            return new GaussianActorLayer(weight, bias);
        }
    }

    private static (float[] Action, float LogProbability) Act(GaussianActorWeights weights, float[] observation, ActMode mode)
    {
        using var policy = Create(weights);
        var actions = new ActionBatch(1, Spec.Action);
        policy.Act(MemoryMarshal.AsBytes(observation.AsSpan()), mode, new RandomStream[1], actions);
        return (MemoryMarshal.Cast<byte, float>(actions.Actions).ToArray(), actions.LogProbabilities[0]);
    }

    private static List<(float[] Action, float LogProbability)> Sample(GaussianActorWeights weights, int count)
    {
        using var policy = Create(weights);
        var (actions, observation) = (new ActionBatch(1, Spec.Action), new byte[12]);
        RandomStream[] randoms = [new RandomStream(9)];
        var samples = new List<(float[], float)>();
        for (var i = 0; i < count; i++)
        {
            policy.Act(observation, ActMode.Explore, randoms, actions);
            samples.Add((MemoryMarshal.Cast<byte, float>(actions.Actions).ToArray(), actions.LogProbabilities[0]));
        }

        return samples;
    }

    private static double LogNormal(double value, double mean, double deviation) =>
        -(Math.Pow((value - mean) / deviation, 2) / 2) - Math.Log(deviation) - (0.5 * Math.Log(2 * Math.PI));
}
