using System.Collections.Immutable;
using MemoryRL.Core;

namespace MemoryRL.Learning;

/// <summary>Options of implicit Q-learning, by the names in kebab case that <see cref="LearnerSettings.Options"/> use.</summary>
/// <remarks>
/// The defaults are the official ones for locomotion (algorithms.md 4.4; https://github.com/ikostrikov/implicit_q_learning). AntMaze has
/// expectile 0.9, temperature 10 and reward shift -1. Where two of these records have layers of equal widths they are still not equal.
/// </remarks>
public sealed record IqlOptions
{
    /// <summary>Gets the expectile of the value regression (<c>expectile</c>): towards 1 the value is that of the best actions in the data.</summary>
    /// <value>In [0, 1]; the default is 0.7.</value>
    public double Expectile { get; init; } = 0.7;

    /// <summary>Gets the inverse temperature of the actor's weights (<c>temperature</c>): 0 clones the data.</summary>
    /// <value>In [0, 1,000,000]; the default is 3.</value>
    public double Temperature { get; init; } = 3;

    /// <summary>Gets the largest weight of a transition in the actor's loss (<c>weight-limit</c>).</summary>
    /// <value>In [0, 1,000,000,000]; the default is 100.</value>
    public double WeightLimit { get; init; } = 100;

    /// <summary>Gets what a reward is multiplied with (<c>reward-scale</c>); for locomotion officially 1000 over the spread of the data's returns.</summary>
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

    /// <summary>Gets Adam's learning rate for the value (<c>value-learning-rate</c>).</summary>
    /// <value>In [0, 1]; the default is 0.0003.</value>
    public double ValueLearningRate { get; init; } = 0.0003;

    /// <summary>Gets Adam's learning rate for the critics (<c>critic-learning-rate</c>).</summary>
    /// <value>In [0, 1]; the default is 0.0003.</value>
    public double CriticLearningRate { get; init; } = 0.0003;

    /// <summary>Gets Adam's first learning rate for the actor (<c>actor-learning-rate</c>), from which half a cosine leads to 0 at <see cref="MaxUpdates"/>.</summary>
    /// <value>In [0, 1]; the default is 0.0003.</value>
    public double ActorLearningRate { get; init; } = 0.0003;

    /// <summary>Gets how far the target critics go towards the critics in one update (<c>target-update-rate</c>).</summary>
    /// <value>In [0, 1]; the default is 0.005.</value>
    public double TargetUpdateRate { get; init; } = 0.005;

    /// <summary>Gets the number of updates to one feeding (<c>updates-per-feeding</c>): more make fewer calls for data.</summary>
    /// <value>1 to 10,000; the default is 16, our choice.</value>
    public int UpdatesPerFeeding { get; init; } = 16;

    /// <summary>Gets the number of updates after which feedings change nothing any more (<c>max-updates</c>).</summary>
    /// <value>0 to 1,000,000,000; the default is 1,000,000; 0 for no limit and a learning rate that stays.</value>
    public int MaxUpdates { get; init; } = 1_000_000;

    /// <summary>Reads the options from text.</summary>
    /// <param name="options">The options by name.</param>
    /// <returns>The options.</returns>
    /// <exception cref="InvalidExperienceException">A name is unknown, or a value is not finite or out of range; the message names the option.</exception>
    public static IqlOptions Parse(ImmutableSortedDictionary<string, string> options)
    {
        var reader = new OptionReader(options);
        var standard = new IqlOptions();
        var result = new IqlOptions
        {
            Expectile = reader.Double("expectile", standard.Expectile, 0, 1),
            Temperature = reader.Double("temperature", standard.Temperature, 0, 1_000_000),
            WeightLimit = reader.Double("weight-limit", standard.WeightLimit, 0, 1_000_000_000),
            RewardScale = reader.Double("reward-scale", standard.RewardScale, -1_000_000, 1_000_000),
            RewardShift = reader.Double("reward-shift", standard.RewardShift, -1_000_000, 1_000_000),
            Discount = reader.Double("discount", standard.Discount, 0, 1),
            HiddenSizes = reader.Widths("hidden-sizes", standard.HiddenSizes),
            BatchSize = reader.Int32("batch-size", standard.BatchSize, 1, 1_000_000),
            ValueLearningRate = reader.Double("value-learning-rate", standard.ValueLearningRate, 0, 1),
            CriticLearningRate = reader.Double("critic-learning-rate", standard.CriticLearningRate, 0, 1),
            ActorLearningRate = reader.Double("actor-learning-rate", standard.ActorLearningRate, 0, 1),
            TargetUpdateRate = reader.Double("target-update-rate", standard.TargetUpdateRate, 0, 1),
            UpdatesPerFeeding = reader.Int32("updates-per-feeding", standard.UpdatesPerFeeding, 1, 10_000),
            MaxUpdates = reader.Int32("max-updates", standard.MaxUpdates, 0, 1_000_000_000),
        };
        reader.ThrowOnUnknown();
        return result;
    }
}
