using MemoryRL.Core;

namespace MemoryRL.Learning.Tests;

public sealed class OptionTests
{
    [Theory]
    [InlineData("ppo")]
    [InlineData("ada-memento")]
    public void An_unknown_option_is_named_together_with_the_known_ones(string algorithm)
    {
        var error = Assert.Throws<InvalidExperienceException>(() => Create(algorithm, ("learning-rat", "0.1")));

        Assert.Equal("options.learning-rat", error.Field);
        Assert.Contains("learning-rate", error.Expected, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("learning-rate", "NaN")]
    [InlineData("learning-rate", "Infinity")]
    [InlineData("learning-rate", "-1")]
    [InlineData("learning-rate", "fast")]
    [InlineData("discount", "1.5")]
    [InlineData("trace-decay", "-Infinity")]
    [InlineData("clip-range", "")]
    [InlineData("epochs", "0")]
    [InlineData("epochs", "1.5")]
    [InlineData("minibatch-size", "99999999999")]
    [InlineData("confidence-threshold", "NaN")]
    [InlineData("confidence-threshold", "2")]
    [InlineData("memory", "all")]
    [InlineData("policy-term", "M1")]
    [InlineData("novelty-guard", "yes")]
    [InlineData("shared-pairs", "")]
    [InlineData("memory-updates", "-3")]
    public void A_value_that_is_not_allowed_is_named(string name, string value)
    {
        var error = Assert.Throws<InvalidExperienceException>(() => Create("ada-memento", (name, value)));

        Assert.Equal($"options.{name}", error.Field);
        Assert.Contains($"'{value}'", error.Actual, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_of_the_memory_are_unknown_to_the_baseline() =>
        Assert.Throws<InvalidExperienceException>(() => Create("ppo", ("memory", "none")));

    [Fact]
    public void Given_options_replace_the_standard_ones_and_leave_the_others()
    {
        var options = AdaMementoOptions.Parse(Samples.Settings(Samples.Grid, ("memory", "success"), ("confidence-threshold", "0.95"), ("epochs", "7"), ("policy-term", "clipped-ratio")).Options);

        Assert.Equal(new AdaMementoOptions { Memory = MemoryUse.Success, ConfidenceThreshold = 0.95, PolicyTerm = PolicyTermRule.ClippedRatio, Explorer = new PpoOptions { Epochs = 7 } }, options);
    }

    [Fact]
    public void A_spec_without_a_required_column_is_refused_by_name()
    {
        var spec = Samples.Grid with { ExtraColumns = [ColumnSpec.ActionSource] };

        var error = Assert.Throws<InvalidExperienceException>(() => new PpoLearner(Samples.Settings(spec)));

        Assert.Contains("behavior_log_probability", error.Expected, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_device_is_refused()
    {
        var error = Assert.Throws<InvalidExperienceException>(() => new PpoLearner(Samples.Settings(Samples.Grid) with { Device = "tpu" }));

        Assert.Equal("settings.device", error.Field);
    }

    [Fact]
    public void Every_algorithm_has_a_learner_and_a_policy_factory_of_the_same_name()
    {
        Assert.Equal(["ada-memento", "awr", "bc", "iql", "ppo", "td3-bc", "vem"], LearningAlgorithms.LearnerFactories.Select(factory => factory.Algorithm));

        // Random search and published policies have no learner: only their bundles are known.
        Assert.Equal(["ada-memento", "ars", "awr", "bc", "iql", "ppo", "published", "td3-bc", "vem"], LearningAlgorithms.PolicyFactories.Select(factory => factory.Algorithm));

        Assert.Equal(["awr", "iql", "vem"], LearningAlgorithms.ValueFunctionFactories.Select(factory => factory.Algorithm));

        // What learns from agents needs to know who chose and how probable it was; recorded data say neither.
        Assert.All(LearningAlgorithms.LearnerFactories, factory => Assert.Equal(factory.IsOffline ? [] : Samples.Columns.AsEnumerable(), factory.RequiredColumns));
    }

    private static ILearner Create(string algorithm, params ReadOnlySpan<(string, string)> options) =>
        LearningAlgorithms.LearnerFactories.Single(factory => factory.Algorithm == algorithm).Create(Samples.Settings(Samples.Grid, options));
}
