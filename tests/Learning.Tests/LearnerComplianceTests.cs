using MemoryRL.Core;
using static TorchSharp.torch;

namespace MemoryRL.Learning.Tests;

/// <summary>What every learner must fulfil, whatever its algorithm.</summary>
public abstract class LearnerComplianceTests
{
    public static TheoryData<string> SpecNames => Samples.SpecNames;

    /// <summary>Gets the factory of the learner.</summary>
    protected abstract ILearnerFactory Factory { get; }

    /// <summary>Gets the factory of its policies.</summary>
    protected abstract IPolicyFactory Policies { get; }

    /// <summary>Gets the options that the tests use.</summary>
    protected abstract (string Name, string Value)[] Options { get; }

    /// <summary>Gets losses that fall on a fixed batch.</summary>
    protected abstract string[] FallingLosses { get; }

    [Theory]
    [MemberData(nameof(SpecNames))]
    public void Losses_fall_on_a_fixed_batch(string spec)
    {
        // Without a discount the value's target is the reward: a batch that is fixed has fixed targets too.
        using var learner = Factory.Create(Samples.Settings(Samples.Spec(spec), [.. Options, ("discount", "0")]));
        var batch = Samples.Batch(Samples.Spec(spec), 1);

        var first = learner.Update(batch);
        var last = first;
        for (var i = 0; i < 30; i++)
        {
            last = learner.Update(batch);
        }

        Assert.All(FallingLosses, name => Assert.True(Value(last, name) < Value(first, name), $"{name}: {Value(first, name)} became {Value(last, name)}"));
    }

    [Theory]
    [MemberData(nameof(SpecNames))]
    public void Training_on_after_save_and_load_equals_never_having_stopped(string spec)
    {
        const int Half = 3;
        using var straight = Create(Samples.Spec(spec));
        using var stopped = Create(Samples.Spec(spec));
        for (var i = 0; i < Half; i++)
        {
            _ = straight.Update(Samples.Batch(Samples.Spec(spec), (ulong)i));
            _ = stopped.Update(Samples.Batch(Samples.Spec(spec), (ulong)i));
        }

        using var resumed = Create(Samples.Spec(spec), seed: 99);
        resumed.Load(SafetensorsDocument.Parse(Samples.Checkpoint(stopped), "checkpoint"));
        IReadOnlyList<Metric> straightMetrics = [];
        IReadOnlyList<Metric> resumedMetrics = [];
        for (var i = Half; i < 2 * Half; i++)
        {
            straightMetrics = straight.Update(Samples.Batch(Samples.Spec(spec), (ulong)i));
            resumedMetrics = resumed.Update(Samples.Batch(Samples.Spec(spec), (ulong)i));
        }

        Assert.Equal(straight.UpdateCount, resumed.UpdateCount);
        Assert.Equal(straightMetrics, resumedMetrics);
        Assert.Equal(Samples.Checkpoint(straight), Samples.Checkpoint(resumed));
        Assert.Equal(straight.CreatePolicyBundle(5).ToArray(), resumed.CreatePolicyBundle(5).ToArray());
        Assert.NotEqual(Samples.Checkpoint(stopped), Samples.Checkpoint(resumed));
    }

    /// <summary>Dispose scopes and grad modes are the thread's own: work handed to another thread would lose both.</summary>
    [Fact]
    public void A_whole_update_runs_on_the_calling_thread_and_leaves_its_scope_and_grad_mode_as_they_were()
    {
        using var learner = Create(Samples.Grid);
        _ = learner.Update(Samples.Batch(Samples.Grid, 1));
        var own = Environment.CurrentManagedThreadId;
        var others = new System.Collections.Concurrent.ConcurrentBag<int>();
        var mark = new AsyncLocal<string?>(change =>
        {
            // A task or thread that the update starts takes the mark along.
            if (change.CurrentValue is not null && Environment.CurrentManagedThreadId != own)
            {
                others.Add(Environment.CurrentManagedThreadId);
            }
        });
        using var scope = NewDisposeScope();
        var tensors = Tensor.TotalCount;
        mark.Value = "update";

        _ = learner.Update(Samples.Batch(Samples.Grid, 2));

        mark.Value = null;
        Assert.Empty(others);
        Assert.Equal(own, Environment.CurrentManagedThreadId);
        Assert.Equal(tensors, Tensor.TotalCount);
        Assert.Equal(0, scope.DisposablesCount);
        Assert.True(is_grad_enabled());
        Assert.False(is_inference_mode_enabled());
    }

    [Fact]
    public void The_same_seed_starts_alike_and_another_one_differently()
    {
        using var one = Create(Samples.Grid);
        using var same = Create(Samples.Grid);
        using var other = Create(Samples.Grid, seed: 8);

        Assert.Equal(Samples.Checkpoint(one), Samples.Checkpoint(same));
        Assert.NotEqual(Samples.Checkpoint(one), Samples.Checkpoint(other));
    }

    [Fact]
    public void A_checkpoint_that_lacks_any_tensor_or_entry_is_refused_by_name()
    {
        using var learner = Create(Samples.Grid);
        _ = learner.Update(Samples.Batch(Samples.Grid, 1));
        var whole = SafetensorsDocument.Parse(Samples.Checkpoint(learner), "whole");

        foreach (var name in whole.Tensors.Select(tensor => tensor.Name).Concat(whole.Metadata.Keys))
        {
            var damaged = SafetensorsDocument.Parse(Copy(whole, except: name).ToArray(), "damaged");
            using var reader = Create(Samples.Grid);
            var error = Assert.Throws<SafetensorsFormatException>(() => reader.Load(damaged));
            Assert.Contains(name, error.Message, StringComparison.Ordinal);
            Assert.Contains("damaged", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_checkpoint_of_another_shape_or_algorithm_is_refused()
    {
        using var learner = Create(Samples.Grid);
        using var wider = Create(Samples.Image);
        var whole = SafetensorsDocument.Parse(Samples.Checkpoint(learner), "grid");
        var other = Copy(whole, except: "");
        other.Metadata["algorithm"] = "another";

        Assert.Contains("explorer.policy.fc1.weight", Assert.Throws<SafetensorsFormatException>(() => wider.Load(whole)).Message, StringComparison.Ordinal);
        Assert.Contains("algorithm", Assert.Throws<SafetensorsFormatException>(() => learner.Load(SafetensorsDocument.Parse(other.ToArray(), "other"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_checkpoint_with_a_count_that_is_no_number_or_a_random_state_of_zeros_is_refused()
    {
        using var learner = Create(Samples.Grid);
        var whole = SafetensorsDocument.Parse(Samples.Checkpoint(learner), "grid");
        var noNumber = Copy(whole, except: "");
        noNumber.Metadata["explorer.update_count"] = "many";
        var noState = Copy(whole, except: "explorer.random");
        noState.Add<ulong>("explorer.random", [4], [0, 0, 0, 0]);

        Assert.Contains("explorer.update_count", Assert.Throws<SafetensorsFormatException>(() => learner.Load(SafetensorsDocument.Parse(noNumber.ToArray(), "a"))).Message, StringComparison.Ordinal);
        Assert.Contains("explorer.random", Assert.Throws<SafetensorsFormatException>(() => learner.Load(SafetensorsDocument.Parse(noState.ToArray(), "b"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Updates_leave_the_number_of_live_tensors_as_it_was()
    {
        using var learner = Create(Samples.Grid);
        for (var i = 0; i < 2; i++)
        {
            _ = learner.Update(Samples.Batch(Samples.Grid, (ulong)i));
        }

        var before = Tensor.TotalCount;
        for (var i = 0; i < 20; i++)
        {
            _ = learner.Update(Samples.Batch(Samples.Grid, (ulong)i));
            _ = learner.CreatePolicyBundle(i);
            _ = Samples.Checkpoint(learner);
        }

        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void A_disposed_learner_leaves_no_more_tensors_than_one_that_never_learned()
    {
        // Making and disposing a Linear leaves TorchSharp's own count two higher, so the count is not zero on every engine.
        var unused = Residue(_ => { });

        var used = Residue(learner => _ = learner.Update(Samples.Batch(Samples.Grid, 1)));

        Assert.Equal(unused, used);

        long Residue(Action<ILearner> use)
        {
            var before = Tensor.TotalCount;
            using (var learner = Create(Samples.Grid))
            {
                use(learner);
                Assert.True(Tensor.TotalCount > before);
            }

            return Tensor.TotalCount - before;
        }
    }

    [Theory]
    [InlineData(1e-30f)]
    [InlineData(1e6f)]
    [InlineData(1e30f)]
    [InlineData(float.MaxValue)]
    public void Extreme_rewards_leave_every_number_finite(float scale)
    {
        using var learner = Create(Samples.Box);
        var random = new RandomStream(4);
        for (var i = 0; i < 5; i++)
        {
            var episode = Samples.Episode(Samples.Box, ref random, 20, EpisodeEnd.Truncated, reward: t => t % 3 == 0 ? scale : -scale);
            var metrics = learner.Update(Samples.Batch(Samples.Box, 1) with { Fresh = [episode] });
            Assert.All(metrics, metric => Assert.True(double.IsFinite(metric.Value), $"{metric.Name} is {metric.Value}"));
        }

        AssertFinite(learner);
    }

    [Fact]
    public void Terminated_and_truncated_episodes_teach_different_things()
    {
        byte[] Learn(EpisodeEnd end)
        {
            using var learner = Create(Samples.Grid);
            var random = new RandomStream(4);
            _ = learner.Update(Samples.Batch(Samples.Grid, 1) with { Fresh = [Samples.Episode(Samples.Grid, ref random, 20, end)] });
            return Samples.Checkpoint(learner);
        }

        Assert.NotEqual(Learn(EpisodeEnd.Terminated), Learn(EpisodeEnd.Truncated));
    }

    [Fact]
    public void A_batch_without_fresh_episodes_or_of_another_spec_is_refused_and_changes_nothing()
    {
        using var learner = Create(Samples.Grid);
        var before = Samples.Checkpoint(learner);

        Assert.Equal("batch.fresh", Assert.Throws<InvalidExperienceException>(() => learner.Update(new LearnerBatch())).Field);
        Assert.Equal("batch.fresh.spec", Assert.Throws<InvalidExperienceException>(() => learner.Update(Samples.Batch(Samples.Image, 1))).Field);
        Assert.Equal(before, Samples.Checkpoint(learner));
    }

    [Fact]
    public void A_request_asks_for_fresh_steps_and_every_update_counts()
    {
        using var learner = Create(Samples.Grid);

        Assert.True(learner.NextRequest.FreshSteps > 0);
        Assert.Equal(0, learner.UpdateCount);
        _ = learner.Update(Samples.Batch(Samples.Grid, 1));
        Assert.True(learner.UpdateCount > 0);
    }

    [Theory]
    [MemberData(nameof(SpecNames))]
    public void A_bundle_carries_algorithm_version_and_spaces_and_makes_a_policy(string name)
    {
        var spec = Samples.Spec(name);
        using var learner = Create(spec);

        var bundle = learner.CreatePolicyBundle(42);

        var document = SafetensorsDocument.Parse(bundle, "bundle");
        Assert.Equal(Factory.Algorithm, document.Metadata["algorithm"]);
        Assert.Equal(spec.Observation, Space.FromJson(document.Metadata["observation_space"]));
        Assert.Equal(spec.Action, Space.FromJson(document.Metadata["action_space"]));
        using var policy = Policies.Create(bundle);
        Assert.Equal((Factory.Algorithm, 42L), (policy.Algorithm, policy.Version));
    }

    protected ILearner Create(ExperienceSpec spec, long seed = 7) => Factory.Create(Samples.Settings(spec, Options) with { Seed = seed });

    private static void AssertFinite(ILearner learner)
    {
        foreach (var tensor in SafetensorsDocument.Parse(Samples.Checkpoint(learner), "checkpoint").Tensors.Where(tensor => tensor.ElementType == ElementType.Float32))
        {
            foreach (var value in tensor.Values<float>())
            {
                Assert.True(float.IsFinite(value), $"{tensor.Name} holds {value}");
            }
        }
    }

    private static SafetensorsBuilder Copy(SafetensorsDocument document, string except)
    {
        var copy = new SafetensorsBuilder();
        foreach (var tensor in document.Tensors.Where(tensor => tensor.Name != except))
        {
            copy.Add(tensor.Name, tensor.ElementType, tensor.Shape.AsSpan(), tensor.Data);
        }

        foreach (var (name, text) in document.Metadata.Where(entry => entry.Key != except))
        {
            copy.Metadata[name] = text;
        }

        return copy;
    }

    private static double Value(IReadOnlyList<Metric> metrics, string name) => metrics.Single(metric => metric.Name == name).Value;
}

public sealed class PpoComplianceTests : LearnerComplianceTests
{
    protected override ILearnerFactory Factory { get; } = new PpoLearnerFactory();

    protected override IPolicyFactory Policies { get; } = new PpoPolicyFactory();

    protected override (string Name, string Value)[] Options { get; } = [("minibatch-size", "16"), ("hidden-size", "20")];

    protected override string[] FallingLosses { get; } = ["losses/value_loss"];
}

public sealed class AdaMementoComplianceTests : LearnerComplianceTests
{
    protected override ILearnerFactory Factory { get; } = new AdaMementoLearnerFactory();

    protected override IPolicyFactory Policies { get; } = new AdaMementoPolicyFactory();

    protected override (string Name, string Value)[] Options { get; } = [("minibatch-size", "16"), ("hidden-size", "20"), ("memory-updates", "4"), ("memory-minibatch-size", "16"), ("novelty-guard", "true")];

    protected override string[] FallingLosses { get; } = ["losses/value_loss", "losses/prediction_loss", "losses/reflection_loss"];
}

public sealed class SuccessMemoryComplianceTests : LearnerComplianceTests
{
    protected override ILearnerFactory Factory { get; } = new AdaMementoLearnerFactory();

    protected override IPolicyFactory Policies { get; } = new AdaMementoPolicyFactory();

    protected override (string Name, string Value)[] Options { get; } = [("minibatch-size", "16"), ("hidden-size", "20"), ("memory-updates", "4"), ("memory-minibatch-size", "16"), ("memory", "success"), ("policy-term", "clipped-ratio")];

    protected override string[] FallingLosses { get; } = ["losses/value_loss", "losses/prediction_loss"];
}
