using System.Collections.Immutable;
using MemoryRL.Core;

namespace MemoryRL.Learning;

/// <summary>Options of advantage-weighted regression, by the names in kebab case that <see cref="LearnerSettings.Options"/> use.</summary>
/// <remarks>
/// Temperature, weight limit and normalised advantages are those of the authors' code (https://github.com/xbpeng/awr, <c>awr_configs.py</c> and
/// <c>awr_agent.py</c>); networks, optimiser and batch size are IQL's, so that the rivals differ in nothing else (our choice).
/// </remarks>
public sealed record AwrOptions
{
    /// <summary>Gets what advantages are divided by before the exponential (<c>temperature</c>, the paper's beta).</summary>
    /// <value>In [0.000001, 1,000,000]; the default is 1, for normalised advantages.</value>
    public double Temperature { get; init; } = 1;

    /// <summary>Gets the largest weight of a transition in the actor's loss (<c>weight-limit</c>).</summary>
    /// <value>In [0, 1,000,000,000]; the default is 20.</value>
    public double WeightLimit { get; init; } = 20;

    /// <summary>Gets whether advantages are normalised by their mean and deviation in the batch (<c>normalize-advantages</c>).</summary>
    /// <value>The default is true, as the authors' code does over its whole buffer; false for the paper's formula.</value>
    public bool NormalizeAdvantages { get; init; } = true;

    /// <summary>Gets what a reward is multiplied with (<c>reward-scale</c>).</summary>
    /// <value>In [-1,000,000, 1,000,000]; the default is 1.</value>
    public double RewardScale { get; init; } = 1;

    /// <summary>Gets what is then added to it (<c>reward-shift</c>).</summary>
    /// <value>In [-1,000,000, 1,000,000]; the default is 0.</value>
    public double RewardShift { get; init; }

    /// <summary>Gets the discount of a step (<c>discount</c>).</summary>
    /// <value>In [0, 1]; the default is 0.99.</value>
    public double Discount { get; init; } = 0.99;

    /// <summary>Gets the widths of the hidden layers of both networks (<c>hidden-sizes</c>).</summary>
    /// <value>1 to 8 widths from 1 to 4096; the default is 256-256.</value>
    public ImmutableArray<int> HiddenSizes { get; init; } = [256, 256];

    /// <summary>Gets the number of transitions in one update (<c>batch-size</c>).</summary>
    /// <value>1 to 1,000,000; the default is 256.</value>
    public int BatchSize { get; init; } = 256;

    /// <summary>Gets Adam's learning rate for the value (<c>value-learning-rate</c>).</summary>
    /// <value>In [0, 1]; the default is 0.0003.</value>
    public double ValueLearningRate { get; init; } = 0.0003;

    /// <summary>Gets Adam's learning rate for the actor (<c>actor-learning-rate</c>).</summary>
    /// <value>In [0, 1]; the default is 0.0003.</value>
    public double ActorLearningRate { get; init; } = 0.0003;

    /// <summary>Gets the number of updates to one feeding (<c>updates-per-feeding</c>): more make fewer calls for data.</summary>
    /// <value>1 to 10,000; the default is 16, our choice.</value>
    public int UpdatesPerFeeding { get; init; } = 16;

    /// <summary>Gets the number of updates after which feedings change nothing any more (<c>max-updates</c>).</summary>
    /// <value>0 to 1,000,000,000; the default is 0, for no limit.</value>
    public int MaxUpdates { get; init; }

    /// <summary>Reads the options from text.</summary>
    /// <param name="options">The options by name.</param>
    /// <returns>The options.</returns>
    /// <exception cref="InvalidExperienceException">A name is unknown, or a value is not finite or out of range; the message names the option.</exception>
    public static AwrOptions Parse(ImmutableSortedDictionary<string, string> options)
    {
        var reader = new OptionReader(options);
        var standard = new AwrOptions();
        var result = new AwrOptions
        {
            Temperature = reader.Double("temperature", standard.Temperature, 0.000001, 1_000_000),
            WeightLimit = reader.Double("weight-limit", standard.WeightLimit, 0, 1_000_000_000),
            NormalizeAdvantages = reader.Boolean("normalize-advantages", standard.NormalizeAdvantages),
            RewardScale = reader.Double("reward-scale", standard.RewardScale, -1_000_000, 1_000_000),
            RewardShift = reader.Double("reward-shift", standard.RewardShift, -1_000_000, 1_000_000),
            Discount = reader.Double("discount", standard.Discount, 0, 1),
            HiddenSizes = reader.Widths("hidden-sizes", standard.HiddenSizes),
            BatchSize = reader.Int32("batch-size", standard.BatchSize, 1, 1_000_000),
            ValueLearningRate = reader.Double("value-learning-rate", standard.ValueLearningRate, 0, 1),
            ActorLearningRate = reader.Double("actor-learning-rate", standard.ActorLearningRate, 0, 1),
            UpdatesPerFeeding = reader.Int32("updates-per-feeding", standard.UpdatesPerFeeding, 1, 10_000),
            MaxUpdates = reader.Int32("max-updates", standard.MaxUpdates, 0, 1_000_000_000),
        };
        reader.ThrowOnUnknown();
        return result;
    }
}
