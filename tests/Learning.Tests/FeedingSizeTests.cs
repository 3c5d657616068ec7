using MemoryRL.Core;

namespace MemoryRL.Learning.Tests;

/// <summary>How much learners on data ask for at once: no more than one batch can hold.</summary>
public sealed class FeedingSizeTests
{
    private static readonly ExperienceSpec Images = new(new BoxSpace([96, 96, 3], [0], [255], ElementType.UInt8), new BoxSpace(2, -1, 1));

    [Theory]
    [InlineData("vem")]
    [InlineData("awr")]
    [InlineData("iql")]
    [InlineData("td3-bc")]
    [InlineData("bc")]
    public void A_feeding_that_no_batch_can_hold_is_refused_by_its_option(string algorithm)
    {
        var fault = Assert.Throws<InvalidExperienceException>(() => Create(algorithm, Samples.Box, ("batch-size", "300000"), ("updates-per-feeding", "10000")));

        Assert.Equal("options.batch-size", fault.Field);
        Assert.Contains("updates-per-feeding", fault.Message, StringComparison.Ordinal);
        Assert.Equal("options.batch-size", Assert.Throws<InvalidExperienceException>(() => Create(algorithm, Images, ("batch-size", "4096"), ("updates-per-feeding", "16"))).Field);
    }

    [Theory]
    [InlineData("td3-bc")]
    [InlineData("bc")]
    public void Moments_are_taken_of_as_many_observations_as_one_batch_holds(string algorithm)
    {
        using var small = Create(algorithm, Samples.Box);
        Assert.Equal(65_536, small.NextRequest.Transitions);

        using var large = Create(algorithm, Images, ("batch-size", "64"));
        Assert.InRange(large.NextRequest.Transitions, 64 * 16, 65_535);
        Assert.True(new TransitionLayout(Images, large.NextRequest.Transitions).ByteCount > 0);
    }

    private static ILearner Create(string algorithm, ExperienceSpec spec, params (string Name, string Value)[] options) =>
        LearningAlgorithms.LearnerFactories.Single(factory => factory.Algorithm == algorithm).Create(Samples.Settings(spec, options));
}
