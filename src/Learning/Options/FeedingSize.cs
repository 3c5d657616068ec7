using MemoryRL.Core;

namespace MemoryRL.Learning;

/// <summary>How many transitions a learner asks for at once.</summary>
/// <param name="Transitions">Those of a feeding.</param>
/// <param name="First">Those of the first feeding, of which the learner takes moments before it learns from as many as in any other.</param>
internal readonly record struct FeedingSize(int Transitions, int First)
{
    // A memory serves no more rows in one call, and a batch is one array.
    private const long MostTransitions = 1 << 24;
    private const long MostBytes = 2_000_000_000;

    // 1 GiB as float32, in which learners see observations.
    private const long MostFeatures = 1 << 28;

    // Reward, ends, policy version, and targets with their version.
    private const long FurtherBytes = 32;

    /// <summary>Computes the sizes.</summary>
    /// <param name="spec">What a step is made of.</param>
    /// <param name="features">The number of features of an observation.</param>
    /// <param name="batchSize">The number of transitions in one gradient step.</param>
    /// <param name="updatesPerFeeding">The number of gradient steps to a feeding.</param>
    /// <param name="statisticsSteps">The number of transitions that moments are wanted of, or 0; fewer are taken where so many would be too large for one batch.</param>
    /// <returns>The sizes.</returns>
    /// <exception cref="InvalidExperienceException">A feeding is too large for one batch; the message names the options.</exception>
    public static FeedingSize Of(ExperienceSpec spec, int features, int batchSize, int updatesPerFeeding, int statisticsSteps = 0)
    {
        var bytes = (2L * spec.Observation.ByteCount) + spec.Action.ByteCount + spec.ExtraColumns.Sum(static column => (long)column.ByteCount) + FurtherBytes;
        var most = (int)Math.Min(Math.Min(MostTransitions, MostFeatures / features), MostBytes / bytes);
        InvalidExperienceException.ThrowUnless((long)batchSize * updatesPerFeeding <= most, "options.batch-size", $"at most {most} transitions in the {updatesPerFeeding} updates of a feeding (updates-per-feeding)", batchSize);
        var transitions = batchSize * updatesPerFeeding;
        return new FeedingSize(transitions, Math.Max(transitions, Math.Min(statisticsSteps, most)));
    }
}
