using System.Collections.Immutable;
using MemoryRL.Core;

namespace MemoryRL.Learning;

/// <summary>Options of implicit Q-learning, by the names in kebab case that <see cref="LearnerSettings.Options"/> use.</summary>
/// <remarks>
/// The defaults are the official ones for locomotion (algorithms.md 4.4; https://github.com/ikostrikov/implicit_q_learning). AntMaze has
/// expectile 0.9, temperature 10 and reward shift -1.
/// </remarks>
public sealed record IqlOptions : RivalOptions
{
    /// <summary>Initializes the defaults.</summary>
    public IqlOptions()
    {
        MaxUpdates = 1_000_000;
    }

    /// <summary>Gets the expectile of the value regression (<c>expectile</c>): towards 1 the value is that of the best actions in the data.</summary>
    /// <value>In [0, 1]; the default is 0.7.</value>
    public double Expectile { get; init; } = 0.7;

    /// <summary>Gets the inverse temperature of the actor's weights (<c>temperature</c>): 0 clones the data.</summary>
    /// <value>In [0, 1,000,000]; the default is 3.</value>
    public double Temperature { get; init; } = 3;

    /// <summary>Gets the largest weight of a transition in the actor's loss (<c>weight-limit</c>).</summary>
    /// <value>In [0, 1,000,000,000]; the default is 100.</value>
    public double WeightLimit { get; init; } = 100;

    /// <summary>Gets Adam's learning rate for the value (<c>value-learning-rate</c>).</summary>
    /// <value>In [0, 1]; the default is 0.0003.</value>
    public double ValueLearningRate { get; init; } = 0.0003;

    /// <summary>Gets Adam's learning rate for the critics (<c>critic-learning-rate</c>).</summary>
    /// <value>In [0, 1]; the default is 0.0003.</value>
    public double CriticLearningRate { get; init; } = 0.0003;

    /// <summary>Gets how far the target critics go towards the critics in one update (<c>target-update-rate</c>).</summary>
    /// <value>In [0, 1]; the default is 0.005.</value>
    public double TargetUpdateRate { get; init; } = 0.005;

    /// <summary>Reads the options from text.</summary>
    /// <param name="options">The options by name.</param>
    /// <returns>The options.</returns>
    /// <exception cref="InvalidExperienceException">A name is unknown, or a value is not finite or out of range; the message names the option.</exception>
    public static IqlOptions Parse(ImmutableSortedDictionary<string, string> options) => OptionReader.ReadAll(options, Read);

    private static IqlOptions Read(OptionReader reader)
    {
        var standard = new IqlOptions();
        return Read(reader, standard) with
        {
            Expectile = reader.Double("expectile", standard.Expectile, 0, 1),
            Temperature = reader.Double("temperature", standard.Temperature, 0, 1_000_000),
            WeightLimit = reader.Double("weight-limit", standard.WeightLimit, 0, 1_000_000_000),
            ValueLearningRate = reader.Double("value-learning-rate", standard.ValueLearningRate, 0, 1),
            CriticLearningRate = reader.Double("critic-learning-rate", standard.CriticLearningRate, 0, 1),
            TargetUpdateRate = reader.Double("target-update-rate", standard.TargetUpdateRate, 0, 1),
        };
    }
}
