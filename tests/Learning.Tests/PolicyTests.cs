using System.Runtime.InteropServices;
using MemoryRL.Core;
using MemoryRL.Tests;

namespace MemoryRL.Learning.Tests;

public sealed class PolicyTests
{
    private const int Draws = 40_000;

    // The 99.9 % quantile of chi-square with 3 degrees of freedom.
    private const double ChiSquareLimit = 16.27;

    [Fact]
    public void Samples_of_a_discrete_policy_have_the_softmax_of_the_network_and_carry_its_log_probability()
    {
        var bundle = Trained(Samples.Grid, ("memory", "none"), ("learning-rate", "0.01"));
        using var policy = new AdaMementoPolicyFactory().Create(bundle);
        var document = SafetensorsDocument.Parse(bundle, "bundle");

        for (var observation = 0; observation < 12; observation += 5)
        {
            var expected = PlainNetwork.Softmax(PlainNetwork.Evaluate(document, "explorer.policy", PlainNetwork.OneHot(observation, 12)));
            Assert.True(expected.Max() > 0.3, "the policy should be far from uniform for the test to mean something");
            var counts = new int[4];
            var actions = Act(policy, Samples.Grid, Repeat(observation, Draws), ActMode.Explore);
            for (var i = 0; i < Draws; i++)
            {
                var action = MemoryMarshal.Cast<byte, int>(actions.Actions)[i];
                counts[action]++;
                Assert.Equal(Math.Log(expected[action]), actions.LogProbabilities[i], 1e-4);
                Assert.Equal(ActionSource.Explorer, actions.Sources[i]);
            }

            var chiSquare = Enumerable.Range(0, 4).Sum(action => Math.Pow(counts[action] - (Draws * expected[action]), 2) / (Draws * expected[action]));
            Assert.InRange(chiSquare, 0, ChiSquareLimit);
        }
    }

    [Fact]
    public void Samples_of_a_box_policy_are_normal_around_the_network_inside_the_bounds_and_carry_their_log_density()
    {
        var bundle = Trained(Samples.Box, ("memory", "none"));
        using var policy = new AdaMementoPolicyFactory().Create(bundle);
        var document = SafetensorsDocument.Parse(bundle, "bundle");
        float[] observation = [0.3f, -1, 0.7f];
        var observations = Enumerable.Repeat(observation, Draws).SelectMany(row => row).ToArray();

        var actions = Act(policy, Samples.Box, MemoryMarshal.AsBytes<float>(observations).ToArray(), ActMode.Explore);

        var mean = PlainNetwork.Evaluate(document, "explorer.policy", Array.ConvertAll(observation, value => (double)value));
        var deviation = document["explorer.log_deviation"].Values<float>().ToArray().Select(value => Math.Exp(value)).ToArray();
        double[] middle = [0, 0.5];
        double[] half = [2, 0.5];
        var values = MemoryMarshal.Cast<byte, float>(actions.Actions).ToArray();
        for (var element = 0; element < 2; element++)
        {
            var normalized = values.Where((_, i) => i % 2 == element).Select(value => (value - middle[element]) / half[element]).ToArray();
            Assert.All(normalized, value => Assert.InRange(value, -1.000001, 1.000001));
            var below = normalized.Count(value => value < mean[element]) / (double)Draws;
            var withinOne = normalized.Count(value => Math.Abs(value - mean[element]) < deviation[element] / 2) / (double)Draws;
            Assert.InRange(below, 0.49, 0.51);
            Assert.InRange(withinOne, 0.3829 - 0.01, 0.3829 + 0.01);
        }

        for (var i = 0; i < 100; i++)
        {
            var expected = 0.0;
            for (var element = 0; element < 2; element++)
            {
                var standardized = (((values[(2 * i) + element] - middle[element]) / half[element]) - mean[element]) / deviation[element];
                expected -= (standardized * standardized / 2) + Math.Log(deviation[element] * Math.Sqrt(2 * Math.PI));
            }

            Assert.Equal(expected, actions.LogProbabilities[i], 1e-3);
        }
    }

    [Theory]
    [InlineData("grid")]
    [InlineData("box")]
    [InlineData("image")]
    public void Greedy_actions_and_confidences_are_those_of_the_networks(string name)
    {
        var spec = Samples.Spec(name);
        var bundle = Trained(spec, ("confidence-threshold", "0.5"), ("memory-learning-rate", "0.01"));
        using var policy = new AdaMementoPolicyFactory().Create(bundle);
        var document = SafetensorsDocument.Parse(bundle, "bundle");
        var random = new RandomStream(11);
        const int Count = 50;
        var observations = Samples.Values(spec.Observation, ref random, Count);

        var actions = Act(policy, spec, observations, ActMode.Greedy);

        var (memory, explorer) = (0, 0);
        for (var i = 0; i < Count; i++)
        {
            var input = Features(spec, observations.AsSpan(i * spec.Observation.ByteCount, spec.Observation.ByteCount));
            var advice = Best(spec, PlainNetwork.Evaluate(document, "prediction", input));
            var logit = PlainNetwork.Evaluate(document, "reflection", [.. input, .. advice.Features])[0];
            var confidence = 1 / (1 + Math.Exp(-logit));
            Assert.Equal(confidence, actions.Confidences[i], 1e-4);
            Assert.Equal(0, actions.LogProbabilities[i]);
            if (Math.Abs(confidence - 0.5) < 1e-3)
            {
                continue;
            }

            var isMemory = confidence >= 0.5;
            Assert.Equal(isMemory ? ActionSource.Memory : ActionSource.Explorer, actions.Sources[i]);
            var expected = isMemory ? advice.Action : Best(spec, PlainNetwork.Evaluate(document, "explorer.policy", input)).Action;
            AssertAction(spec, expected, actions.Actions.AsSpan(i * spec.Action.ByteCount, spec.Action.ByteCount));
            memory += isMemory ? 1 : 0;
            explorer += isMemory ? 0 : 1;
        }

        Assert.True(memory > 0 && explorer > 0, $"both should act somewhere: memory {memory}, explorer {explorer}");
    }

    [Fact]
    public void Where_the_memory_acts_the_log_probability_is_the_explorers_of_that_action()
    {
        var bundle = Trained(Samples.Grid, ("confidence-threshold", "0"));
        using var policy = new AdaMementoPolicyFactory().Create(bundle);
        var document = SafetensorsDocument.Parse(bundle, "bundle");

        var actions = Act(policy, Samples.Grid, Range(12), ActMode.Explore);

        for (var observation = 0; observation < 12; observation++)
        {
            Assert.Equal(ActionSource.Memory, actions.Sources[observation]);
            var probabilities = PlainNetwork.Softmax(PlainNetwork.Evaluate(document, "explorer.policy", PlainNetwork.OneHot(observation, 12)));
            Assert.Equal(Math.Log(probabilities[MemoryMarshal.Cast<byte, int>(actions.Actions)[observation]]), actions.LogProbabilities[observation], 1e-4);
        }
    }

    [Fact]
    public void Above_one_the_threshold_never_lets_the_memory_act()
    {
        using var policy = new AdaMementoPolicyFactory().Create(Trained(Samples.Grid, ("confidence-threshold", "1.01")));

        var actions = Act(policy, Samples.Grid, Range(12), ActMode.Explore);

        Assert.All(actions.Sources, source => Assert.Equal(ActionSource.Explorer, source));
        Assert.All(actions.Confidences, confidence => Assert.InRange(confidence, 0, 1));
    }

    [Fact]
    public void Before_the_first_success_there_is_no_advice()
    {
        using var learner = new AdaMementoLearner(Samples.Settings(Samples.Grid, ("confidence-threshold", "0")));
        _ = learner.Update(Samples.Batch(Samples.Grid, 1) with { Success = null });
        using var policy = new AdaMementoPolicyFactory().Create(learner.CreatePolicyBundle(1));

        var actions = Act(policy, Samples.Grid, Range(12), ActMode.Explore);

        Assert.All(actions.Sources, source => Assert.Equal(ActionSource.Explorer, source));
        Assert.All(actions.Confidences, confidence => Assert.True(float.IsNaN(confidence)));
    }

    [Fact]
    public void The_memory_waits_for_the_minimum_of_success_steps_and_then_stays_ready()
    {
        using var learner = new AdaMementoLearner(Samples.Settings(Samples.Grid, ("minimum-success-steps", "40"), ("confidence-threshold", "0")));
        ActionSource SourceAfter(int successSteps)
        {
            _ = learner.Update(Samples.Batch(Samples.Grid, 1) with { Success = Samples.Transitions(Samples.Grid, 3, successSteps) });
            using var policy = new AdaMementoPolicyFactory().Create(learner.CreatePolicyBundle(1));
            return Act(policy, Samples.Grid, Range(1), ActMode.Explore).Sources[0];
        }

        Assert.Equal(ActionSource.Explorer, SourceAfter(39));
        Assert.Equal(ActionSource.Memory, SourceAfter(40));
        Assert.Equal(ActionSource.Memory, SourceAfter(10));
    }

    [Fact]
    public void Without_reflection_the_confidence_is_the_predictions_own_probability()
    {
        var bundle = Trained(Samples.Grid, ("memory", "success"), ("memory-learning-rate", "0.01"));
        using var policy = new AdaMementoPolicyFactory().Create(bundle);
        var document = SafetensorsDocument.Parse(bundle, "bundle");

        var actions = Act(policy, Samples.Grid, Range(12), ActMode.Greedy);

        for (var observation = 0; observation < 12; observation++)
        {
            var probabilities = PlainNetwork.Softmax(PlainNetwork.Evaluate(document, "prediction", PlainNetwork.OneHot(observation, 12)));
            Assert.Equal(probabilities.Max(), actions.Confidences[observation], 1e-4);
        }
    }

    [Fact]
    public void Views_let_one_part_of_the_ensemble_act()
    {
        var bundle = Trained(Samples.Grid, ("confidence-threshold", "0.5"));
        var factory = new AdaMementoPolicyFactory();
        using var explorer = factory.Create(bundle, PolicyView.Explorer);
        using var prediction = factory.Create(bundle, PolicyView.Prediction);

        Assert.All(Act(explorer, Samples.Grid, Range(12), ActMode.Greedy).Sources, source => Assert.Equal(ActionSource.Explorer, source));
        Assert.All(Act(prediction, Samples.Grid, Range(12), ActMode.Greedy).Sources, source => Assert.Equal(ActionSource.Memory, source));
    }

    [Theory]
    [InlineData("grid")]
    [InlineData("box")]
    public void An_agents_choice_does_not_depend_on_its_neighbours_in_the_batch(string name)
    {
        var spec = Samples.Spec(name);
        var bundle = Trained(spec);
        using var together = new AdaMementoPolicyFactory().Create(bundle);
        using var alone = new AdaMementoPolicyFactory().Create(bundle);
        var random = new RandomStream(5);
        var observations = Samples.Values(spec.Observation, ref random, 20);
        var all = new ActionBatch(20, spec.Action);
        together.Act(observations, ActMode.Explore, Streams(20), all);

        for (var i = 0; i < 20; i++)
        {
            var one = new ActionBatch(1, spec.Action);
            alone.Act(observations.AsSpan(i * spec.Observation.ByteCount, spec.Observation.ByteCount), ActMode.Explore, Streams(20).AsSpan(i, 1), one);
            Assert.Equal(all.Actions.AsSpan(i * spec.Action.ByteCount, spec.Action.ByteCount).ToArray(), one.Actions);
            Assert.Equal(all.LogProbabilities[i], one.LogProbabilities[0]);
        }
    }

    [Theory]
    [InlineData("grid")]
    [InlineData("box")]
    [InlineData("image")]
    public void Acting_allocates_nothing(string name)
    {
        var spec = Samples.Spec(name);
        using var policy = new AdaMementoPolicyFactory().Create(Trained(spec));
        var random = new RandomStream(5);
        var observations = Samples.Values(spec.Observation, ref random, 64);
        var (actions, streams) = (new ActionBatch(64, spec.Action), Streams(64));
        Act();
        Assert.Equal(0, AllocationRounds.LeastOf(Act));

        void Act()
        {
            for (var i = 0; i < 100; i++)
            {
                policy.Act(observations, ActMode.Explore, streams, actions);
            }
        }
    }

    [Fact]
    public void Rows_are_looked_up_where_they_fit_and_computed_where_they_do_not()
    {
        Assert.True(new ObservationRows(104, 10).IsTable);
        Assert.False(new ObservationRows(0, 10).IsTable);
        Assert.False(new ObservationRows(ObservationRows.MaxElements / 10 * 2, 10).IsTable);
        var rows = new ObservationRows(3, 2);

        rows.Row(1, out var first)[0] = 5;
        var again = rows.Row(1, out var second)[0];
        _ = rows.Row(2, out var other);

        Assert.Equal((false, true, false, 5f), (first, second, other, again));
    }

    [Fact]
    public void Wrong_sizes_and_observations_are_refused()
    {
        using var policy = new PpoPolicyFactory().Create(new PpoLearner(Samples.Settings(Samples.Grid)).CreatePolicyBundle(1));
        var actions = new ActionBatch(2, Samples.Grid.Action);

        _ = Assert.Throws<ArgumentException>(() => policy.Act(new byte[7], ActMode.Explore, Streams(2), actions));
        _ = Assert.Throws<ArgumentException>(() => policy.Act(new byte[12], ActMode.Explore, Streams(3), actions));
        _ = Assert.Throws<ArgumentException>(() => policy.Act(Repeat(12, 1), ActMode.Explore, Streams(1), actions));
        _ = Assert.Throws<ArgumentException>(() => policy.Act(Repeat(-1, 1), ActMode.Explore, Streams(1), actions));
    }

    [Fact]
    public void A_damaged_bundle_or_one_of_another_algorithm_is_refused_by_name()
    {
        using var learner = new PpoLearner(Samples.Settings(Samples.Grid));
        var bundle = learner.CreatePolicyBundle(1);
        var noSpace = new SafetensorsBuilder();
        noSpace.Metadata["algorithm"] = "ppo";
        noSpace.Metadata["policy_version"] = "1";
        noSpace.Metadata["observation_space"] = "{\"kind\":\"discrete\",\"count\":0}";
        noSpace.Metadata["action_space"] = "{\"kind\":\"discrete\",\"count\":4}";

        Assert.Contains("algorithm", Assert.Throws<SafetensorsFormatException>(() => new AdaMementoPolicyFactory().Create(bundle)).Message, StringComparison.Ordinal);
        _ = Assert.Throws<SafetensorsFormatException>(() => new PpoPolicyFactory().Create(bundle[..(bundle.Length / 2)]));
        Assert.Contains("observation_space", Assert.Throws<SafetensorsFormatException>(() => new PpoPolicyFactory().Create(noSpace.ToArray())).Message, StringComparison.Ordinal);
        noSpace.Metadata["observation_space"] = "{\"kind\":\"discrete\",\"count\":2}";
        Assert.Contains("explorer.policy.fc1.bias", Assert.Throws<SafetensorsFormatException>(() => new PpoPolicyFactory().Create(noSpace.ToArray())).Message, StringComparison.Ordinal);
    }

    private static ReadOnlyMemory<byte> Trained(ExperienceSpec spec, params ReadOnlySpan<(string Name, string Value)> options)
    {
        using var learner = new AdaMementoLearner(Samples.Settings(spec, [("minibatch-size", "16"), ("memory-updates", "20"), ("memory-minibatch-size", "16"), .. options]));
        for (var i = 0; i < 5; i++)
        {
            _ = learner.Update(Samples.Batch(spec, 1));
        }

        return learner.CreatePolicyBundle(3);
    }

    private static ActionBatch Act(IPolicy policy, ExperienceSpec spec, byte[] observations, ActMode mode)
    {
        var count = observations.Length / spec.Observation.ByteCount;
        var actions = new ActionBatch(count, spec.Action);
        policy.Act(observations, mode, Streams(count), actions);
        return actions;
    }

    private static RandomStream[] Streams(int count)
    {
        var streams = new RandomStream[count];
        for (var i = 0; i < count; i++)
        {
            streams[i] = new RandomStream(17, (ulong)i);
        }

        return streams;
    }

    private static byte[] Repeat(int observation, int count) => MemoryMarshal.AsBytes<int>(Enumerable.Repeat(observation, count).ToArray()).ToArray();

    private static byte[] Range(int count) => MemoryMarshal.AsBytes<int>(Enumerable.Range(0, count).ToArray()).ToArray();

    private static double[] Features(ExperienceSpec spec, ReadOnlySpan<byte> observation) => spec.Observation switch
    {
        DiscreteSpace discrete => PlainNetwork.OneHot(MemoryMarshal.Read<int>(observation), discrete.Count),
        { ElementType: ElementType.UInt8 } => Array.ConvertAll(observation.ToArray(), value => value / 255.0),
        _ => Array.ConvertAll(MemoryMarshal.Cast<byte, float>(observation).ToArray(), value => (double)value),
    };

    private static (double[] Action, double[] Features) Best(ExperienceSpec spec, double[] answer)
    {
        if (spec.Action is DiscreteSpace discrete)
        {
            var best = Array.IndexOf(answer, answer.Max());
            return ([best], PlainNetwork.OneHot(best, discrete.Count));
        }

        var clipped = Array.ConvertAll(answer, value => Math.Clamp(value, -1, 1));
        return ([2 * clipped[0], 0.5 + (0.5 * clipped[1])], clipped);
    }

    private static void AssertAction(ExperienceSpec spec, double[] expected, ReadOnlySpan<byte> action)
    {
        if (spec.Action is DiscreteSpace)
        {
            Assert.Equal((int)expected[0], MemoryMarshal.Read<int>(action));
            return;
        }

        var values = MemoryMarshal.Cast<byte, float>(action);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], values[i], 1e-4);
        }
    }
}
