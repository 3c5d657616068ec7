using System.Runtime.InteropServices;
using MemoryRL.Core;

namespace MemoryRL.Learning.Tests;

public sealed class LearningBehaviourTests
{
    [Fact]
    public void Where_the_memory_acted_the_mask_leaves_the_policy_alone_and_trains_the_value() =>
        AssertPolicyTerm("mask", ActionSource.Memory, policyChanges: false);

    [Fact]
    public void Where_the_memory_acted_the_clipped_ratio_trains_the_policy_too() =>
        AssertPolicyTerm("clipped-ratio", ActionSource.Memory, policyChanges: true);

    [Theory]
    [InlineData("mask")]
    [InlineData("clipped-ratio")]
    public void Steps_of_a_random_start_train_the_value_only(string rule) => AssertPolicyTerm(rule, ActionSource.Random, policyChanges: false);

    [Theory]
    [InlineData("mask")]
    [InlineData("clipped-ratio")]
    public void Steps_of_the_explorer_train_the_policy(string rule) => AssertPolicyTerm(rule, ActionSource.Explorer, policyChanges: true);

    [Fact]
    public void Without_memory_the_learner_is_the_baseline()
    {
        using var baseline = new PpoLearner(Samples.Settings(Samples.Grid));
        using var learner = new AdaMementoLearner(Samples.Settings(Samples.Grid, ("memory", "none")));
        for (var i = 0UL; i < 3; i++)
        {
            _ = baseline.Update(Samples.Batch(Samples.Grid, i));
            _ = learner.Update(Samples.Batch(Samples.Grid, i));
        }

        Assert.Equal(PolicyTensors(baseline), PolicyTensors(learner));
        Assert.Equal((0, 0), (learner.NextRequest.SuccessSteps, learner.NextRequest.FailureSteps));
    }

    [Fact]
    public void Requests_follow_the_memories_in_use()
    {
        using var both = new AdaMementoLearner(Samples.Settings(Samples.Grid, ("memory-updates", "10"), ("memory-minibatch-size", "20"), ("fresh-steps", "123")));
        using var success = new AdaMementoLearner(Samples.Settings(Samples.Grid, ("memory", "success"), ("memory-updates", "10"), ("memory-minibatch-size", "20")));

        Assert.Equal(new DataRequest(123, 0, 200, 100), both.NextRequest);
        Assert.Equal((200, 0), (success.NextRequest.SuccessSteps, success.NextRequest.FailureSteps));
    }

    [Fact]
    public void The_prediction_network_learns_a_known_expert()
    {
        using var learner = new AdaMementoLearner(Samples.Settings(Samples.Grid, ("memory-learning-rate", "0.01"), ("minibatch-size", "60")));
        var expert = Samples.GridSteps([.. Enumerable.Range(0, 12).Select(observation => (observation, Expert(observation)))]);
        for (var i = 0UL; i < 4; i++)
        {
            _ = learner.Update(Samples.Batch(Samples.Grid, i) with { Success = expert });
        }

        using var policy = new AdaMementoPolicyFactory().Create(learner.CreatePolicyBundle(1), PolicyView.Prediction);
        var actions = Act(policy, Enumerable.Range(0, 12));

        Assert.Equal(Enumerable.Range(0, 12).Select(Expert), MemoryMarshal.Cast<byte, int>(actions.Actions).ToArray());
    }

    [Theory]
    [InlineData("success", 0.9, 1.0)]
    [InlineData("mixed", 0.35, 0.65)]
    public void The_reflection_network_separates_success_from_failure_and_treats_shared_pairs_by_the_rule(string rule, double low, double high)
    {
        // In observations 0 to 3 the predicted action succeeded, in 4 to 7 it failed, in 8 to 11 it did both.
        using var learner = new AdaMementoLearner(Samples.Settings(Samples.Grid, ("memory-learning-rate", "0.01"), ("minibatch-size", "60"), ("memory-updates", "50"), ("shared-pairs", rule)));
        var success = new List<(int, int)>();
        var failure = new List<(int, int)>();
        for (var observation = 0; observation < 12; observation++)
        {
            var kind = observation / 4;
            if (kind != 1)
            {
                success.Add((observation, Expert(observation)));
            }

            if (kind != 0)
            {
                failure.Add((observation, Expert(observation)));
            }
        }

        var batch = Samples.Batch(Samples.Grid, 1) with { Success = Samples.GridSteps([.. success]), Failure = Samples.GridSteps([.. failure]) };
        for (var i = 0; i < 8; i++)
        {
            _ = learner.Update(batch);
        }

        var bundle = SafetensorsDocument.Parse(learner.CreatePolicyBundle(1), "bundle");
        for (var observation = 0; observation < 12; observation++)
        {
            var logit = PlainNetwork.Evaluate(bundle, "reflection", [.. PlainNetwork.OneHot(observation, 12), .. PlainNetwork.OneHot(Expert(observation), 4)])[0];
            var confidence = 1 / (1 + Math.Exp(-logit));
            switch (observation / 4)
            {
                case 0:
                    Assert.InRange(confidence, 0.9, 1);
                    break;
                case 1:
                    Assert.InRange(confidence, 0, 0.1);
                    break;
                default:
                    Assert.InRange(confidence, low, high);
                    break;
            }
        }
    }

    [Fact]
    public void The_novelty_guard_lowers_confidence_in_pairs_that_no_memory_holds()
    {
        double Confidence(string guard)
        {
            using var learner = new AdaMementoLearner(Samples.Settings(Samples.Grid, ("memory-learning-rate", "0.01"), ("memory-updates", "50"), ("minibatch-size", "60"), ("novelty-guard", guard)));
            var success = Samples.GridSteps((0, 1), (1, 1));
            var failure = Samples.GridSteps((0, 2), (1, 2));
            for (var i = 0UL; i < 8; i++)
            {
                _ = learner.Update(Samples.Batch(Samples.Grid, i) with { Success = success, Failure = failure });
            }

            var bundle = SafetensorsDocument.Parse(learner.CreatePolicyBundle(1), "bundle");
            var unseen = Enumerable.Range(4, 8).Select(observation => PlainNetwork.Evaluate(bundle, "reflection", [.. PlainNetwork.OneHot(observation, 12), .. PlainNetwork.OneHot(1, 4)])[0]);
            return unseen.Average(logit => 1 / (1 + Math.Exp(-logit)));
        }

        Assert.True(Confidence("true") < 0.2);
        Assert.True(Confidence("false") > 0.5);
    }

    [Fact]
    public void The_explorer_learns_which_action_pays()
    {
        using var learner = new PpoLearner(Samples.Settings(Samples.Grid, ("minibatch-size", "64"), ("learning-rate", "0.003")));
        var random = new RandomStream(3);
        for (var update = 0; update < 40; update++)
        {
            using var acting = new PpoPolicyFactory().Create(learner.CreatePolicyBundle(update));
            var episodes = Enumerable.Range(0, 128).Select(_ => Bandit(acting, ref random)).ToArray();
            _ = learner.Update(new LearnerBatch { Fresh = episodes });
        }

        using var policy = new PpoPolicyFactory().Create(learner.CreatePolicyBundle(1));
        Assert.Equal(Enumerable.Range(0, 12).Select(Expert), MemoryMarshal.Cast<byte, int>(Act(policy, Enumerable.Range(0, 12)).Actions).ToArray());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-100)]
    public void The_reward_scale_is_the_deviation_of_the_discounted_returns(float reward)
    {
        var scale = new ReturnScale();
        Assert.Equal(1, scale.Deviation);

        scale.Add([0, 0, reward], 0.5);
        scale.Add([reward], 0.5);

        double[] returns = [reward / 4, reward / 2, reward, reward];
        var mean = returns.Average();
        Assert.Equal(Math.Sqrt(returns.Average(value => (value - mean) * (value - mean))), scale.Deviation, 1e-9);
    }

    private static int Expert(int observation) => (observation * 7 + 3) % 4;

    // One step: 1 for the expert's action, else 0.
    private static Episode Bandit(IPolicy policy, ref RandomStream random)
    {
        var actions = new ActionBatch(1, Samples.Grid.Action);
        Span<int> observations = [random.NextInt32(12), 0];
        policy.Act(MemoryMarshal.AsBytes(observations[..1]), ActMode.Explore, MemoryMarshal.CreateSpan(ref random, 1), actions);
        var reward = MemoryMarshal.Read<int>(actions.Actions) == Expert(observations[0]) ? 1f : 0f;
        Span<ulong> id = [random.NextUInt64(), random.NextUInt64()];
        return Episode.Create(
            Samples.Grid,
            new Guid(MemoryMarshal.AsBytes(id)),
            EpisodeEnd.Terminated,
            MemoryMarshal.AsBytes(observations),
            actions.Actions,
            [reward],
            default,
            MemoryMarshal.AsBytes(actions.LogProbabilities.AsSpan()).ToArray(),
            new byte[] { (byte)actions.Sources[0] });
    }

    private static void AssertPolicyTerm(string rule, ActionSource source, bool policyChanges)
    {
        using var learner = new AdaMementoLearner(Samples.Settings(Samples.Grid, ("policy-term", rule)));
        var before = (Policy: PolicyTensors(learner), Value: Tensors(learner, "explorer.value."));

        _ = learner.Update(Samples.Batch(Samples.Grid, 1) with { Fresh = Samples.Episodes(Samples.Grid, 1, source: source) });

        Assert.Equal(policyChanges, !before.Policy.SequenceEqual(PolicyTensors(learner)));
        Assert.False(before.Value.SequenceEqual(Tensors(learner, "explorer.value.")));
    }

    private static byte[] PolicyTensors(ILearner learner) => Tensors(learner, "explorer.policy.");

    private static byte[] Tensors(ILearner learner, string prefix) =>
        [.. SafetensorsDocument.Parse(Samples.Checkpoint(learner), "checkpoint").Tensors.Where(tensor => tensor.Name.StartsWith(prefix, StringComparison.Ordinal)).SelectMany(tensor => tensor.Data.ToArray())];

    private static ActionBatch Act(IPolicy policy, IEnumerable<int> observations)
    {
        var bytes = MemoryMarshal.AsBytes<int>(observations.ToArray()).ToArray();
        var actions = new ActionBatch(bytes.Length / sizeof(int), Samples.Grid.Action);
        policy.Act(bytes, ActMode.Greedy, new RandomStream[bytes.Length / sizeof(int)], actions);
        return actions;
    }
}
