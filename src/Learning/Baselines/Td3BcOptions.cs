using System.Collections.Immutable;
using MemoryRL.Core;

namespace MemoryRL.Learning;

/// <summary>Options of TD3+BC, by the names in kebab case that <see cref="LearnerSettings.Options"/> use.</summary>
/// <remarks>The defaults are the official ones (algorithms.md 4.4; https://github.com/sfujim/TD3_BC).</remarks>
public sealed record Td3BcOptions
{
    /// <summary>Gets how much the critic weighs against cloning (<c>alpha</c>): 0 clones the data.</summary>
    /// <value>In [0, 1,000,000]; the default is 2.5.</value>
    public double Alpha { get; init; } = 2.5;

    /// <summary>Gets the deviation of the noise that is added to target actions (<c>policy-noise</c>), where an action's bounds lie at -1 and 1.</summary>
    /// <value>In [0, 10]; the default is 0.2.</value>
    public double PolicyNoise { get; init; } = 0.2;

    /// <summary>Gets the largest absolute value of that noise (<c>noise-limit</c>).</summary>
    /// <value>In [0, 10]; the default is 0.5.</value>
    public double NoiseLimit { get; init; } = 0.5;

    /// <summary>Gets the number of updates of the critics to one of the actor and of the targets (<c>policy-delay</c>).</summary>
    /// <value>1 to 1,000; the default is 2.</value>
    public int PolicyDelay { get; init; } = 2;

    /// <summary>Gets what a reward is multiplied with (<c>reward-scale</c>).</summary>
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

    /// <summary>Gets Adam's learning rate for the critics (<c>critic-learning-rate</c>).</summary>
    /// <value>In [0, 1]; the default is 0.0003.</value>
    public double CriticLearningRate { get; init; } = 0.0003;

    /// <summary>Gets Adam's learning rate for the actor (<c>actor-learning-rate</c>).</summary>
    /// <value>In [0, 1]; the default is 0.0003.</value>
    public double ActorLearningRate { get; init; } = 0.0003;

    /// <summary>Gets how far the targets go towards what they follow in one update of theirs (<c>target-update-rate</c>).</summary>
    /// <value>In [0, 1]; the default is 0.005.</value>
    public double TargetUpdateRate { get; init; } = 0.005;

    /// <summary>Gets whether observations are normalised by the data's mean and deviation (<c>normalize</c>).</summary>
    /// <value>The default is true.</value>
    public bool Normalize { get; init; } = true;

    /// <summary>Gets the number of transitions of the first feeding, from which mean and deviation are taken (<c>statistics-steps</c>).</summary>
    /// <value>1 to 10,000,000; the default is 65,536, our choice: it knows a mean to 0.4 % of the deviation.</value>
    public int StatisticsSteps { get; init; } = 65_536;

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
    public static Td3BcOptions Parse(ImmutableSortedDictionary<string, string> options)
    {
        var reader = new OptionReader(options);
        var standard = new Td3BcOptions();
        var result = new Td3BcOptions
        {
            Alpha = reader.Double("alpha", standard.Alpha, 0, 1_000_000),
            PolicyNoise = reader.Double("policy-noise", standard.PolicyNoise, 0, 10),
            NoiseLimit = reader.Double("noise-limit", standard.NoiseLimit, 0, 10),
            PolicyDelay = reader.Int32("policy-delay", standard.PolicyDelay, 1, 1_000),
            RewardScale = reader.Double("reward-scale", standard.RewardScale, -1_000_000, 1_000_000),
            RewardShift = reader.Double("reward-shift", standard.RewardShift, -1_000_000, 1_000_000),
            Discount = reader.Double("discount", standard.Discount, 0, 1),
            HiddenSizes = reader.Widths("hidden-sizes", standard.HiddenSizes),
            BatchSize = reader.Int32("batch-size", standard.BatchSize, 1, 1_000_000),
            CriticLearningRate = reader.Double("critic-learning-rate", standard.CriticLearningRate, 0, 1),
            ActorLearningRate = reader.Double("actor-learning-rate", standard.ActorLearningRate, 0, 1),
            TargetUpdateRate = reader.Double("target-update-rate", standard.TargetUpdateRate, 0, 1),
            Normalize = reader.Boolean("normalize", standard.Normalize),
            StatisticsSteps = reader.Int32("statistics-steps", standard.StatisticsSteps, 1, 10_000_000),
            UpdatesPerFeeding = reader.Int32("updates-per-feeding", standard.UpdatesPerFeeding, 1, 10_000),
            MaxUpdates = reader.Int32("max-updates", standard.MaxUpdates, 0, 1_000_000_000),
        };
        reader.ThrowOnUnknown();
        return result;
    }
}
