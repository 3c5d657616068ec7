using System.Runtime.InteropServices;
using MemoryRL.Core;
using static TorchSharp.torch;

namespace MemoryRL.Learning.Tests;

/// <summary>VEM as a learner: what it asks for, when its plan changes, how it stops and goes on.</summary>
public sealed class VemLearnerTests
{
    private static readonly (string Name, string Value)[] Small =
        [("value-hidden-sizes", "16-12"), ("actor-hidden-sizes", "16"), ("batch-size", "8"), ("updates-per-feeding", "2"), ("refresh-period", "5"), ("value-updates", "12")];

    private static readonly ExperienceSpec Free = new(new BoxSpace(3), new BoxSpace(2));

    [Theory]
    [InlineData("two-stage", 10)]
    [InlineData("two-stage", 12)]
    [InlineData("two-stage", 17)]
    [InlineData("interleaved", 10)]
    [InlineData("interleaved", 13)]
    [InlineData("two-stage", 17, "40")]
    [InlineData("interleaved", 13, "40")]
    public void Training_on_after_save_and_load_equals_never_having_stopped(string schedule, int stop, string? decaysUntil = null)
    {
        (string Name, string Value)[] decay = decaysUntil is null ? [] : [("actor-rate-decays", "true"), ("max-updates", decaysUntil)];
        (string Name, string Value)[] options = [.. Small, ("schedule", schedule), ("updates-per-feeding", "1"), .. decay];
        using var straight = Create(options);
        using var stopped = Create(options);
        for (var i = 0; i < stop; i++)
        {
            _ = Feed(straight, i);
            _ = Feed(stopped, i);
        }

        using var resumed = Create(options, seed: 99);
        resumed.Load(SafetensorsDocument.Parse(Samples.Checkpoint(stopped), "checkpoint"));
        AssertSamePlan(stopped.Plan, resumed.Plan);
        for (var i = stop; i < stop + 10; i++)
        {
            Assert.Equal(straight.NextRequest, resumed.NextRequest);
            Assert.Equal(Feed(straight, i), Feed(resumed, i));
        }

        AssertSamePlan(straight.Plan, resumed.Plan);
        Assert.Equal(stop + 10, resumed.UpdateCount);
        Assert.Equal(Samples.Checkpoint(straight), Samples.Checkpoint(resumed));
        Assert.Equal(straight.CreatePolicyBundle(5).ToArray(), resumed.CreatePolicyBundle(5).ToArray());
        Assert.Equal(straight.CreateValueBundle(5).ToArray(), resumed.CreateValueBundle(5).ToArray());
    }

    [Fact]
    public void A_rate_that_decays_stays_where_nothing_says_when_it_ends()
    {
        using var decaying = Create([.. Small, ("actor-rate-decays", "true")]);
        using var standing = Create(Small);
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(Feed(standing, i), Feed(decaying, i));
        }

        Assert.Equal(Samples.Checkpoint(standing), Samples.Checkpoint(decaying));
    }

    [Fact]
    public void The_first_plan_has_no_value_and_says_how_to_plan()
    {
        using var learner = Create([.. Small, ("discount", "0.9"), ("n-max", "7"), ("estimator", "single"), ("reward-scale", "2"), ("reward-shift", "-1"), ("terminal-reward-twice", "true"), ("truncations-terminate", "true")]);

        learner.Plan.Validate();
        Assert.Equal((1, "", 0, (long?)null), (learner.Plan.Version, learner.Plan.Algorithm, learner.Plan.Bundle.Length, learner.Plan.Steps));
        Assert.Equal(
            new PlanSettings { Discount = 0.9, MaxSteps = 7, Estimator = PlanEstimator.Single, RewardScale = 2, RewardShift = -1, RepeatsTerminalReward = true, TruncationsTerminate = true },
            learner.Plan.Settings);
        using var standard = Create(Small);
        Assert.Equal(new PlanSettings(), standard.Plan.Settings);
    }

    [Fact]
    public void In_two_stages_the_plan_changes_every_period_and_once_more_when_the_values_are_done()
    {
        // 12 updates of values with a period of 5, 2 to a feeding: feedings of 2, 2, 1, 2, 2, 1, 2, then the actor's.
        using var learner = Create([.. Small, ("max-updates", "17")]);
        var seen = new List<(long Updates, long Version, int Requested)>();
        for (var i = 0; i < 12; i++)
        {
            seen.Add((learner.UpdateCount, learner.Plan.Version, learner.NextRequest.Planned / 8));
            _ = Feed(learner, i);
        }

        Assert.Equal([(0, 1, 2), (2, 1, 2), (4, 1, 1), (5, 2, 2), (7, 2, 2), (9, 2, 1), (10, 3, 2), (12, 4, 2), (14, 4, 2), (16, 4, 1), (17, 4, 0), (17, 4, 0)], seen);
        Assert.Equal(1, learner.NextRequest.Planned);
    }

    [Fact]
    public void Interleaved_every_update_is_one_of_both_and_the_plan_goes_on_changing()
    {
        using var learner = Create([.. Small, ("schedule", "interleaved")]);
        var versions = new List<(long Updates, long Version)>();
        for (var i = 0; i < 9; i++)
        {
            var names = Feed(learner, i).Select(metric => metric.Name).ToArray();
            Assert.Contains("losses/value_loss", names);
            Assert.Contains("losses/actor_loss", names);
            versions.Add((learner.UpdateCount, learner.Plan.Version));
        }

        Assert.Equal([(2, 1), (4, 1), (5, 2), (7, 2), (9, 2), (10, 3), (12, 3), (14, 3), (15, 4)], versions);
    }

    [Fact]
    public void A_plan_s_value_is_that_of_the_targets_and_the_learner_s_bundle_that_of_the_heads()
    {
        using var learner = Create([.. Small, ("target-update-rate", "0")]);
        var first = learner.CreateValueBundle(9);
        for (var i = 0; i < 3; i++)
        {
            _ = Feed(learner, i);
        }

        // Targets that never follow still are the first heads.
        Assert.Equal((2, "vem"), (learner.Plan.Version, learner.Plan.Algorithm));
        Assert.Equal(Tensors(first), Tensors(learner.Plan.Bundle));
        Assert.NotEqual(Tensors(first), Tensors(learner.CreateValueBundle(9)));
        using var value = new EnsembleValueFunctionFactory("vem").Create(learner.Plan.Bundle);
        Assert.Equal((2, 4), (value.Version, value.HeadCount));
    }

    [Fact]
    public void The_first_stage_leaves_the_actor_alone_and_the_second_one_the_values()
    {
        using var learner = Create(Small);
        var before = SafetensorsDocument.Parse(Samples.Checkpoint(learner), "before");
        while (learner.UpdateCount < 12)
        {
            Assert.DoesNotContain("losses/actor_loss", Feed(learner, (int)learner.UpdateCount).Select(metric => metric.Name));
        }

        var between = SafetensorsDocument.Parse(Samples.Checkpoint(learner), "between");
        Assert.DoesNotContain("losses/value_loss", Feed(learner, 20).Select(metric => metric.Name));
        var after = SafetensorsDocument.Parse(Samples.Checkpoint(learner), "after");

        Assert.Equal(["targets", "values"], Changed(before, between));
        Assert.Equal(["actor"], Changed(between, after));
    }

    [Fact]
    public void Compounded_targets_almost_are_the_heads_and_proper_ones_lag()
    {
        double Distance(string compound)
        {
            using var learner = Create([.. Small, ("compound-target-rate", compound), ("refresh-period", "200"), ("value-updates", "1000")]);
            for (var i = 0; i < 50; i++)
            {
                _ = Feed(learner, i);
            }

            var file = SafetensorsDocument.Parse(Samples.Checkpoint(learner), "checkpoint");
            var heads = file["values.v1.fc1.weight"].Values<float>();
            var targets = file["targets.v1.fc1.weight"].Values<float>();
            var sum = 0.0;
            for (var i = 0; i < heads.Length; i++)
            {
                sum += Math.Abs(heads[i] - targets[i]);
            }

            return sum;
        }

        Assert.True(Distance("true") < 0.1 * Distance("false"));
    }

    [Fact]
    public void A_refresh_plans_as_many_steps_as_keep_planning_within_its_budget()
    {
        // Heads 3-16-12-1: 252 weights each, four of them; 5 updates of 8 rows, three passes each: 120 evaluations' worth of training, and 1.3 of planning a step.
        Assert.Equal((long)Math.Ceiling(120 * (0.25 / 0.75) / 1.3), Steps("0.25"));
        Assert.Equal((long)Math.Ceiling(120 * (0.3 / 0.7) / 1.3), Steps("0.3"));
        Assert.Equal((long)Math.Ceiling(15_000 * (0.3 / 0.7) / 1.3), Steps("0.3", batch: "1000"));
        Assert.Equal(1, Steps("0.001"));
        Assert.Null(Steps("1"));

        // The actor's 3-16-2 add their 80 weights to the training.
        Assert.Equal((long)Math.Ceiling(15_000 * (1 + (80 / 1008.0)) * (0.25 / 0.75) / 1.3), Steps("0.25", "interleaved", "1000"));

        // The largest budget below everything comes to more steps than can be counted.
        Assert.Equal(long.MaxValue, Steps("0.9999999999999999", batch: "1000"));

        static long? Steps(string budget, string schedule = "two-stage", string batch = "8")
        {
            using var learner = Create([.. Small.Where(option => option.Name != "batch-size"), ("batch-size", batch), ("planning-budget", budget), ("schedule", schedule)]);
            for (var i = 0; i < 3; i++)
            {
                Assert.Null(learner.Plan.Steps);
                _ = Feed(learner, i);
            }

            Assert.Equal(2, learner.Plan.Version);
            learner.Plan.Validate();
            return learner.Plan.Steps;
        }
    }

    [Fact]
    public void The_last_plan_of_two_stages_is_whole()
    {
        using var learner = Create(Small);
        var steps = new SortedDictionary<long, long?>();
        while (learner.UpdateCount < 14)
        {
            _ = Feed(learner, (int)learner.UpdateCount);
            steps[learner.Plan.Version] = learner.Plan.Steps;
        }

        Assert.True(steps[2] < 100 && steps[3] == steps[2]);
        Assert.Null(steps[4]);
    }

    [Fact]
    public void Metrics_say_how_much_of_a_batch_has_the_current_plan_s_targets()
    {
        using var learner = Create(Small);
        var batch = Samples.Planned(Samples.Box, 1, 16);
        MemoryMarshal.CreateSpan(ref MemoryMarshal.GetReference(batch.Versions), 16)[..4].Clear();

        var metrics = learner.Update(new LearnerBatch { Planned = batch }).ToDictionary(metric => metric.Name, metric => metric.Value);

        Assert.Equal(0.75, metrics["planning/current_share"]);
        Assert.Equal(1, metrics["planning/version"]);
        Assert.True(metrics["losses/value_loss"] > 0);
    }

    [Fact]
    public void Metrics_of_the_feeding_that_makes_a_plan_are_of_the_plan_that_it_was_sampled_with()
    {
        using var learner = Create(Small);
        var seen = new List<(double Version, double Share)>();
        while (learner.Plan.Version < 3)
        {
            var metrics = Feed(learner, (int)learner.UpdateCount).ToDictionary(metric => metric.Name, metric => metric.Value);
            seen.Add((metrics["planning/version"], metrics["planning/current_share"]));
        }

        // Three feedings of 2, 2 and 1 updates to a plan.
        Assert.Equal([(1, 1), (1, 1), (1, 1), (2, 1), (2, 1), (2, 1)], seen);
    }

    [Fact]
    public void No_reward_is_read_but_by_the_plan()
    {
        using var learner = Create(Small);
        using var other = Create(Small);
        for (var i = 0; i < 8; i++)
        {
            _ = Feed(learner, i);
            var batch = Samples.Planned(Samples.Box, (ulong)i, other.NextRequest.Planned);
            var rewards = batch.Transitions.Rewards;
            MemoryMarshal.CreateSpan(ref MemoryMarshal.GetReference(rewards), rewards.Length).Fill(1e6f);
            _ = other.Update(new LearnerBatch { Planned = batch });
        }

        Assert.Equal(Samples.Checkpoint(learner), Samples.Checkpoint(other));
    }

    [Fact]
    public void The_actor_imitates_the_better_actions()
    {
        // Half of the actions are -1 and bad, half are 1 and good; in the units of the bounds.
        using var learner = Create([.. Small, ("schedule", "interleaved"), ("batch-size", "64"), ("actor-learning-rate", "0.01"), ("expectile", "0.5")]);
        var random = new RandomStream(5);
        for (var i = 0; i < 150; i++)
        {
            var count = learner.NextRequest.Planned;
            var observations = Samples.Values(Samples.Box.Observation, ref random, count);
            var (actions, targets) = (new float[count * 2], new float[count * 2]);
            for (var row = 0; row < count; row++)
            {
                var isGood = row % 2 == 0;
                (actions[row * 2], actions[(row * 2) + 1]) = isGood ? (1.5f, 0.9f) : (-1.5f, 0.1f);
                targets.AsSpan(row * 2, 2).Fill(isGood ? 1 : 0);
            }

            _ = learner.Update(new LearnerBatch { Planned = Samples.Planned(Samples.Box, observations, MemoryMarshal.AsBytes<float>(actions), targets) });
        }

        using var policy = new GaussianActorPolicyFactory("vem").Create(learner.CreatePolicyBundle(3));
        var batch = new ActionBatch(1, Samples.Box.Action);
        policy.Act(new byte[12], ActMode.Greedy, new RandomStream[1], batch);
        var action = MemoryMarshal.Cast<byte, float>(batch.Actions);

        // Weights of exp(0.5 * 3) and exp(-0.5 * 3) put the mean at tanh(1.5) = 0.905 of the way from the middle to the good action.
        Assert.Equal(1.5 * 0.905, action[0], 0.15);
        Assert.Equal(0.5 + (0.4 * 0.905), action[1], 0.05);
    }

    [Fact]
    public void The_last_plan_of_two_stages_is_of_the_last_values()
    {
        using var learner = Create([.. Small, ("target-update-rate", "0")]);
        while (learner.UpdateCount < 12)
        {
            _ = Feed(learner, (int)learner.UpdateCount);
        }

        // Targets that never follow are what the refreshes before it had.
        Assert.Equal(Tensors(learner.CreateValueBundle(9)), Tensors(learner.Plan.Bundle));
    }

    [Fact]
    public void A_filter_that_nothing_passes_drops_the_actor_s_steps_and_counts_them()
    {
        using var learner = Create([.. Small, ("schedule", "interleaved"), ("advantage-filter", "1000")]);

        var metrics = Feed(learner, 1).ToDictionary(metric => metric.Name, metric => metric.Value);

        Assert.Equal(2, metrics["losses/actor_loss_skipped"]);
        Assert.Equal(2, learner.UpdateCount);
    }

    [Fact]
    public void Targets_that_are_not_finite_change_nothing_and_are_counted()
    {
        using var learner = Create(Small);
        var targets = new float[32];
        Array.Fill(targets, float.NaN);
        var random = new RandomStream(1);
        var before = Weights();

        var metrics = learner.Update(new LearnerBatch { Planned = Samples.Planned(Samples.Box, Samples.Values(Samples.Box.Observation, ref random, 16), Samples.Values(Samples.Box.Action, ref random, 16), targets) });

        // Updates that were dropped count, or a run that drops all of them would never end.
        Assert.Equal(2, metrics.Single(metric => metric.Name == "losses/value_loss_skipped").Value);
        Assert.Equal(2, learner.UpdateCount);
        Assert.Equal(before, Weights());

        string[] Weights() =>
        [
            .. SafetensorsDocument.Parse(Samples.Checkpoint(learner), "checkpoint").Tensors
                .Select(tensor => $"{tensor.Name} {Convert.ToHexString(tensor.Data.Span)}"),
        ];
    }

    [Fact]
    public void A_checkpoint_that_lacks_any_tensor_or_entry_or_is_another_s_is_refused_by_name()
    {
        using var learner = Create(Small);
        _ = Feed(learner, 1);

        CheckpointRefusals.Check(learner, new BehaviorCloningLearnerFactory());
    }

    [Fact]
    public void Updates_leave_the_number_of_live_tensors_and_the_thread_s_scope_as_they_were()
    {
        using var learner = Create([.. Small, ("schedule", "interleaved"), ("advantage-filter", "-1")]);
        _ = Feed(learner, 1);
        using var scope = NewDisposeScope();
        var before = Tensor.TotalCount;
        for (var i = 0; i < 10; i++)
        {
            _ = Feed(learner, i);
            _ = learner.CreatePolicyBundle(i);
            _ = learner.CreateValueBundle(i);
            _ = Samples.Checkpoint(learner);
        }

        Assert.Equal(before, Tensor.TotalCount);
        Assert.Equal(0, scope.DisposablesCount);
        Assert.True(is_grad_enabled());
    }

    [Fact]
    public void A_batch_without_planned_transitions_or_of_another_spec_is_refused_and_changes_nothing()
    {
        using var learner = Create(Small);
        var before = Samples.Checkpoint(learner);

        Assert.Equal("batch.planned", Assert.Throws<InvalidExperienceException>(() => learner.Update(new LearnerBatch { Transitions = Samples.Transitions(Samples.Box, 1, 8) })).Field);
        Assert.Equal("batch.planned.spec", Assert.Throws<InvalidExperienceException>(() => learner.Update(new LearnerBatch { Planned = Samples.Planned(Free, 1, 8) })).Field);
        Assert.Equal(before, Samples.Checkpoint(learner));
    }

    [Fact]
    public void The_same_seed_starts_alike_and_another_one_differently_and_no_two_heads_are_the_same()
    {
        using var one = Create(Small);
        using var same = Create(Small);
        using var other = Create(Small, seed: 8);
        var file = SafetensorsDocument.Parse(Samples.Checkpoint(one), "one");

        Assert.Equal(Samples.Checkpoint(one), Samples.Checkpoint(same));
        Assert.NotEqual(Samples.Checkpoint(one), Samples.Checkpoint(other));
        Assert.Equal(4, Enumerable.Range(1, 4).Select(head => Convert.ToHexString(file[$"values.v{head}.fc1.weight"].Data.Span)).Distinct().Count());
        Assert.All(Enumerable.Range(1, 4), head => Assert.Equal(file[$"values.v{head}.out.weight"].Data.ToArray(), file[$"targets.v{head}.out.weight"].Data.ToArray()));
    }

    [Theory]
    [InlineData("value-hidden-sizes", "")]
    [InlineData("value-hidden-sizes", "256-")]
    [InlineData("actor-hidden-sizes", "0")]
    [InlineData("actor-hidden-sizes", "1-2-3-4-5-6-7-8-9")]
    [InlineData("expectile", "0")]
    [InlineData("expectile", "1")]
    [InlineData("expectile", "NaN")]
    [InlineData("loss", "l1")]
    [InlineData("weight", "relu")]
    [InlineData("schedule", "both")]
    [InlineData("estimator", "double")]
    [InlineData("n-max", "-1")]
    [InlineData("temperature", "0")]
    [InlineData("planning-budget", "0")]
    [InlineData("planning-budget", "1.1")]
    [InlineData("refresh-period", "0")]
    [InlineData("top-fraction", "0.1")]
    public void An_option_that_cannot_be_used_is_refused_by_name(string name, string value)
    {
        var options = Small.Where(option => option.Name != name).Append((name, value)).ToArray();

        Assert.Equal($"options.{name}", Assert.Throws<InvalidExperienceException>(() => Create(options)).Field);
    }

    [Fact]
    public void More_updates_of_the_values_than_there_are_updates_are_refused() =>
        Assert.Equal("options.value-updates", Assert.Throws<InvalidExperienceException>(() => Create([.. Small, ("max-updates", "11")])).Field);

    [Fact]
    public void Squared_weights_are_refused_with_the_quantile_loss_which_squares_nothing() =>
        Assert.Equal("options.square-weights", Assert.Throws<InvalidExperienceException>(() => Create([.. Small, ("square-weights", "true"), ("loss", "quantile")])).Field);

    [Fact]
    public void A_batch_of_one_is_refused_with_the_leaky_weight_which_divides_by_a_deviation()
    {
        var options = Small.Where(option => option.Name != "batch-size").Append(("batch-size", "1")).ToArray();
        Create(options).Dispose();

        Assert.Equal("options.batch-size", Assert.Throws<InvalidExperienceException>(() => Create([.. options, ("weight", "leaky-relu")])).Field);
    }

    [Fact]
    public void Discrete_actions_are_refused_and_actions_without_bounds_are_not()
    {
        Assert.Equal("settings.spec.action", Assert.Throws<InvalidExperienceException>(() => new VemLearnerFactory().Create(Samples.Settings(Samples.Grid))).Field);
        using var learner = (IPlanningLearner)new VemLearnerFactory().Create(Samples.Settings(Free, Small));
        _ = learner.Update(new LearnerBatch { Planned = Samples.Planned(Free, 1, 16) });
        Assert.Equal(2, learner.UpdateCount);
    }

    private static IPlanningLearner Create((string Name, string Value)[] options, long seed = 7) =>
        (IPlanningLearner)new VemLearnerFactory().Create(Samples.Settings(Samples.Box, options) with { Seed = seed });

    private static IReadOnlyList<Metric> Feed(IPlanningLearner learner, int number) =>
        learner.Update(new LearnerBatch { Planned = Samples.Planned(Samples.Box, (ulong)number, learner.NextRequest.Planned, learner.Plan.Version) });

    private static void AssertSamePlan(ValuePlan expected, ValuePlan actual)
    {
        Assert.Equal((expected.Version, expected.Algorithm, expected.Settings, expected.Steps), (actual.Version, actual.Algorithm, actual.Settings, actual.Steps));
        Assert.Equal(expected.Bundle.ToArray(), actual.Bundle.ToArray());
    }

    private static string[] Tensors(ReadOnlyMemory<byte> bundle) =>
        [.. SafetensorsDocument.Parse(bundle, "bundle").Tensors.Select(tensor => $"{tensor.Name} {Convert.ToHexString(tensor.Data.Span)}")];

    // The modules whose weights differ.
    private static string[] Changed(SafetensorsDocument before, SafetensorsDocument after) =>
    [
        .. before.Tensors.Where(tensor => !tensor.Name.Contains("adam", StringComparison.Ordinal) && tensor.Name != "plan.bundle" && !tensor.Data.Span.SequenceEqual(after[tensor.Name].Data.Span))
            .Select(tensor => tensor.Name.Split('.')[0]).Distinct().Order(),
    ];
}
