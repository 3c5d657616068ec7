namespace MemoryRL.Core.Tests;

public sealed class OutcomeClassifierTests
{
    [Theory]
    [InlineData(0, 0, EpisodeOutcome.Failure)]
    [InlineData(0, 1, EpisodeOutcome.Success)]
    [InlineData(0, -1, EpisodeOutcome.Failure)]
    [InlineData(0.5, 0.5, EpisodeOutcome.Failure)]
    [InlineData(0.5, 0.5000001, EpisodeOutcome.Success)]
    public void A_threshold_must_be_passed(double threshold, double episodeReturn, EpisodeOutcome expected) =>
        Assert.Equal(expected, new OutcomeClassifier(new ReturnThresholdRule(threshold)).Classify(episodeReturn));

    [Theory]
    [InlineData(0.25, 0.75, 100, 10)]
    [InlineData(0.1, 0.5, 7, 7)]
    [InlineData(0.4, 0.6, 1, 1)]
    public void Quantiles_agree_with_a_sort_of_the_window(double lower, double upper, int window, int minimum)
    {
        var classifier = new OutcomeClassifier(new ReturnQuantilesRule(lower, upper, window, minimum));
        var random = new Random(1);
        var returns = new List<double>();
        var best = double.NegativeInfinity;
        var seen = new HashSet<EpisodeOutcome>();
        for (var episode = 0; episode < 2_000; episode++)
        {
            // Returns that climb, with many equal ones.
            var value = Math.Round((episode / 100.0) + (8 * random.NextDouble()));
            var last = returns.TakeLast(window).ToArray();
            var expected = last.Length < minimum ? EpisodeOutcome.Undecided
                : value >= Quantile(last, upper) && value > best ? EpisodeOutcome.Success
                : value <= Quantile(last, lower) ? EpisodeOutcome.Failure
                : EpisodeOutcome.Undecided;

            Assert.Equal(expected, classifier.Classify(value));
            _ = seen.Add(expected);
            returns.Add(value);
            best = returns.Count >= minimum ? Math.Max(best, returns.TakeLast(window).Average()) : best;
            Assert.Equal(Math.Min(returns.Count, window), classifier.WindowCount);
        }

        Assert.Equal(3, seen.Count);
    }

    [Fact]
    public void The_quantiles_are_those_of_NumPys_default()
    {
        // numpy.quantile([1, 2, 4, 8], [.25, .75]) is [1.75, 5.0].
        foreach (var (value, expected) in new[] { (1.75, EpisodeOutcome.Failure), (1.76, EpisodeOutcome.Undecided), (4.99, EpisodeOutcome.Undecided), (5.0, EpisodeOutcome.Success) })
        {
            var classifier = new OutcomeClassifier(new ReturnQuantilesRule(MinimumEpisodes: 4));
            foreach (var before in new[] { 8.0, 1, 4, 2 })
            {
                Assert.Equal(EpisodeOutcome.Undecided, classifier.Classify(before));
            }

            Assert.Equal(3.75, classifier.BestMean);
            Assert.Equal(expected, classifier.Classify(value));
        }
    }

    [Fact]
    public void A_restored_classifier_decides_like_the_one_that_was_saved()
    {
        var rule = new ReturnQuantilesRule(Window: 20);
        var classifier = new OutcomeClassifier(rule);
        var random = new Random(2);
        for (var i = 0; i < 70; i++)
        {
            _ = classifier.Classify(random.NextDouble());
        }

        var restored = new OutcomeClassifier(rule);
        restored.Restore(Samples.Saved(builder => classifier.Save(builder, "outcome.")), "outcome.");
        Assert.Equal((classifier.WindowCount, classifier.BestMean), (restored.WindowCount, restored.BestMean));
        for (var i = 0; i < 200; i++)
        {
            var value = random.NextDouble() * (1 + (i / 100.0));
            Assert.Equal(classifier.Classify(value), restored.Classify(value));
            Assert.Equal(classifier.BestMean, restored.BestMean);
        }
    }

    [Fact]
    public void A_state_that_no_such_classifier_has_is_refused()
    {
        var classifier = new OutcomeClassifier(new ReturnQuantilesRule(Window: 2, MinimumEpisodes: 1));
        Assert.Throws<SafetensorsFormatException>(() => classifier.Restore(State([1, 2, 3], 0), ""));
        Assert.Throws<SafetensorsFormatException>(() => classifier.Restore(State([double.NaN], 0), ""));
        Assert.Throws<SafetensorsFormatException>(() => classifier.Restore(State([1], double.NaN), ""));
        Assert.Throws<SafetensorsFormatException>(() => classifier.Restore(Samples.Saved(_ => { }), ""));
        Assert.Throws<SafetensorsFormatException>(() => new OutcomeClassifier(new ReturnThresholdRule(0)).Restore(State([1], 0), ""));
        Assert.Equal(0, classifier.WindowCount);
        Assert.Equal("episode.return", Assert.Throws<InvalidExperienceException>(() => classifier.Classify(double.NaN)).Field);
        Assert.Equal("spec.outcome.window", Assert.Throws<InvalidExperienceException>(() => new OutcomeClassifier(new ReturnQuantilesRule(Window: 0))).Field);

        static SafetensorsDocument State(double[] returns, double bestMean) => Samples.Saved(builder =>
        {
            builder.Add<double>("returns", [returns.Length], returns);
            builder.Add<double>("best_mean", [], [bestMean]);
        });
    }

    private static double Quantile(double[] values, double quantile)
    {
        var sorted = values.Order().ToArray();
        var position = quantile * (sorted.Length - 1);
        var (below, above) = ((int)Math.Floor(position), (int)Math.Ceiling(position));
        return sorted[below] + ((position - below) * (sorted[above] - sorted[below]));
    }
}
