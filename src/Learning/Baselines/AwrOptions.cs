using System.Collections.Immutable;
using MemoryRL.Core;

namespace MemoryRL.Learning;

/// <summary>Options of advantage-weighted regression, by the names in kebab case that <see cref="LearnerSettings.Options"/> use.</summary>
/// <remarks>
/// Temperature, weight limit and normalised advantages are those of the authors' code (https://github.com/xbpeng/awr, <c>awr_configs.py</c> and
/// <c>awr_agent.py</c>); networks, optimiser and batch size are IQL's, so that the rivals differ in nothing else (our choice).
/// </remarks>
public sealed record AwrOptions : RivalOptions
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

    /// <summary>Gets Adam's learning rate for the value (<c>value-learning-rate</c>).</summary>
    /// <value>In [0, 1]; the default is 0.0003.</value>
    public double ValueLearningRate { get; init; } = 0.0003;

    /// <summary>Reads the options from text.</summary>
    /// <param name="options">The options by name.</param>
    /// <returns>The options.</returns>
    /// <exception cref="InvalidExperienceException">A name is unknown, or a value is not finite or out of range; the message names the option.</exception>
    public static AwrOptions Parse(ImmutableSortedDictionary<string, string> options) => OptionReader.ReadAll(options, Read);

    private static AwrOptions Read(OptionReader reader)
    {
        var standard = new AwrOptions();
        return Read(reader, standard) with
        {
            Temperature = reader.Double("temperature", standard.Temperature, 0.000001, 1_000_000),
            WeightLimit = reader.Double("weight-limit", standard.WeightLimit, 0, 1_000_000_000),
            NormalizeAdvantages = reader.Boolean("normalize-advantages", standard.NormalizeAdvantages),
            ValueLearningRate = reader.Double("value-learning-rate", standard.ValueLearningRate, 0, 1),
        };
    }
}
