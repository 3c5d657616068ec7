using System.Collections.Immutable;
using MemoryRL.Core;

namespace MemoryRL.Learning;

/// <summary>The options that VEM's rivals have in common, by the names in kebab case that <see cref="LearnerSettings.Options"/> use: they learn from the same data, with the same networks.</summary>
/// <remarks>Where two of these records have layers of equal widths they are still not equal.</remarks>
public abstract record RivalOptions
{
    /// <summary>Gets what a reward is multiplied with (<c>reward-scale</c>); for locomotion IQL's authors take 1000 over the spread of the data's returns.</summary>
    /// <value>In [-1,000,000, 1,000,000]; the default is 1.</value>
    public double RewardScale { get; init; } = 1;

    /// <summary>Gets what is then added to it (<c>reward-shift</c>).</summary>
    /// <value>In [-1,000,000, 1,000,000]; the default is 0.</value>
    public double RewardShift { get; init; }

    /// <summary>Gets the discount of a step (<c>discount</c>).</summary>
    /// <value>In [0, 1]; the default is 0.99.</value>
    public double Discount { get; init; } = 0.99;

    /// <summary>Gets the widths of the hidden layers of all networks (<c>hidden-sizes</c>).</summary>
    /// <value>1 to 8 widths from 1 to 4096; the default is 256-256.</value>
    public ImmutableArray<int> HiddenSizes { get; init; } = [256, 256];

    /// <summary>Gets the number of transitions in one update (<c>batch-size</c>).</summary>
    /// <value>1 to 1,000,000; the default is 256.</value>
    public int BatchSize { get; init; } = 256;

    /// <summary>Gets Adam's learning rate for the actor (<c>actor-learning-rate</c>); IQL's is the first one, from which half a cosine leads to 0 at <see cref="MaxUpdates"/>.</summary>
    /// <value>In [0, 1]; the default is 0.0003.</value>
    public double ActorLearningRate { get; init; } = 0.0003;

    /// <summary>Gets the number of updates to one feeding (<c>updates-per-feeding</c>): more make fewer calls for data.</summary>
    /// <value>1 to 10,000; the default is 16, our choice.</value>
    public int UpdatesPerFeeding { get; init; } = 16;

    /// <summary>Gets the number of updates after which feedings change nothing any more (<c>max-updates</c>), and over which IQL's actor slows down.</summary>
    /// <value>0 to 1,000,000,000; the default is 0, for no limit, and for a learning rate of IQL's actor that stays; IQL's is 1,000,000.</value>
    public int MaxUpdates { get; init; }

    private protected static T Read<T>(OptionReader reader, T standard)
        where T : RivalOptions => standard with
        {
            RewardScale = reader.Double("reward-scale", standard.RewardScale, -1_000_000, 1_000_000),
            RewardShift = reader.Double("reward-shift", standard.RewardShift, -1_000_000, 1_000_000),
            Discount = reader.Double("discount", standard.Discount, 0, 1),
            HiddenSizes = reader.Widths("hidden-sizes", standard.HiddenSizes),
            BatchSize = reader.Int32("batch-size", standard.BatchSize, 1, 1_000_000),
            ActorLearningRate = reader.Double("actor-learning-rate", standard.ActorLearningRate, 0, 1),
            UpdatesPerFeeding = reader.Int32("updates-per-feeding", standard.UpdatesPerFeeding, 1, 10_000),
            MaxUpdates = reader.Int32("max-updates", standard.MaxUpdates, 0, 1_000_000_000),
        };
}
