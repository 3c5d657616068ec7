using System.Collections.Immutable;
using MemoryRL.Core;

namespace MemoryRL.Learning;

/// <summary>Options of TD3+BC, by the names in kebab case that <see cref="LearnerSettings.Options"/> use.</summary>
/// <remarks>The defaults are the official ones (algorithms.md 4.4; https://github.com/sfujim/TD3_BC).</remarks>
public sealed record Td3BcOptions : RivalOptions
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

    /// <summary>Gets Adam's learning rate for the critics (<c>critic-learning-rate</c>).</summary>
    /// <value>In [0, 1]; the default is 0.0003.</value>
    public double CriticLearningRate { get; init; } = 0.0003;

    /// <summary>Gets how far the targets go towards what they follow in one update of theirs (<c>target-update-rate</c>).</summary>
    /// <value>In [0, 1]; the default is 0.005.</value>
    public double TargetUpdateRate { get; init; } = 0.005;

    /// <summary>Gets whether observations are normalised by the data's mean and deviation (<c>normalize</c>).</summary>
    /// <value>The default is true.</value>
    public bool Normalize { get; init; } = true;

    /// <summary>Gets the number of transitions of the first feeding, from which mean and deviation are taken (<c>statistics-steps</c>).</summary>
    /// <value>1 to 10,000,000; the default is 65,536, our choice: it knows a mean to 0.4 % of the deviation. Fewer are taken where so many would be too large for one batch, as of images.</value>
    public int StatisticsSteps { get; init; } = 65_536;

    /// <summary>Reads the options from text.</summary>
    /// <param name="options">The options by name.</param>
    /// <returns>The options.</returns>
    /// <exception cref="InvalidExperienceException">A name is unknown, or a value is not finite or out of range; the message names the option.</exception>
    public static Td3BcOptions Parse(ImmutableSortedDictionary<string, string> options) => OptionReader.ReadAll(options, Read);

    private static Td3BcOptions Read(OptionReader reader)
    {
        var standard = new Td3BcOptions();
        return Read(reader, standard) with
        {
            Alpha = reader.Double("alpha", standard.Alpha, 0, 1_000_000),
            PolicyNoise = reader.Double("policy-noise", standard.PolicyNoise, 0, 10),
            NoiseLimit = reader.Double("noise-limit", standard.NoiseLimit, 0, 10),
            PolicyDelay = reader.Int32("policy-delay", standard.PolicyDelay, 1, 1_000),
            CriticLearningRate = reader.Double("critic-learning-rate", standard.CriticLearningRate, 0, 1),
            TargetUpdateRate = reader.Double("target-update-rate", standard.TargetUpdateRate, 0, 1),
            Normalize = reader.Boolean("normalize", standard.Normalize),
            StatisticsSteps = reader.Int32("statistics-steps", standard.StatisticsSteps, 1, 10_000_000),
        };
    }
}
