using System.Collections.Immutable;
using MemoryRL.Core;

namespace MemoryRL.Learning;

/// <summary>Options of behaviour cloning, by the names in kebab case that <see cref="LearnerSettings.Options"/> use.</summary>
/// <remarks>Sizes, learning rate, batch size and normalisation are those of CORL's <c>any_percent_bc</c> (https://github.com/corl-team/CORL).</remarks>
public sealed record BehaviorCloningOptions
{
    /// <summary>Gets the width of the two hidden layers (<c>hidden-size</c>).</summary>
    /// <value>1 to 4096; the default is 256.</value>
    public int HiddenSize { get; init; } = 256;

    /// <summary>Gets Adam's learning rate (<c>learning-rate</c>).</summary>
    /// <value>In [0, 1]; the default is 0.0003.</value>
    public double LearningRate { get; init; } = 0.0003;

    /// <summary>Gets the number of transitions in one gradient step (<c>batch-size</c>).</summary>
    /// <value>1 to 1,000,000; the default is 256.</value>
    public int BatchSize { get; init; } = 256;

    /// <summary>Gets the number of gradient steps to one feeding (<c>updates-per-feeding</c>): more make fewer calls for data.</summary>
    /// <value>1 to 10,000; the default is 16, our choice.</value>
    public int UpdatesPerFeeding { get; init; } = 16;

    /// <summary>Gets what is minimised (<c>loss</c>: <c>mse</c> or <c>nll</c>).</summary>
    /// <value>The default is the squared error.</value>
    public BehaviorCloningLoss Loss { get; init; } = BehaviorCloningLoss.SquaredError;

    /// <summary>Gets whether observations are normalised by the data's mean and deviation (<c>normalize</c>).</summary>
    /// <value>The default is true.</value>
    public bool Normalize { get; init; } = true;

    /// <summary>Gets the number of transitions of the first feeding, from which mean and deviation are taken (<c>statistics-steps</c>).</summary>
    /// <value>1 to 10,000,000; the default is 65,536, our choice: it knows a mean to 0.4 % of the deviation. Fewer are taken where so many would be too large for one batch, as of images.</value>
    public int StatisticsSteps { get; init; } = 65_536;

    /// <summary>Gets the number of gradient steps after which feedings change nothing any more (<c>max-updates</c>).</summary>
    /// <value>0 to 1,000,000,000; the default is 0, for no limit.</value>
    /// <remarks>A learner grain trains until it is stopped; with the limit the last policy has exactly so many updates whenever the stop comes.</remarks>
    public int MaxUpdates { get; init; }

    /// <summary>Reads the options from text.</summary>
    /// <param name="options">The options by name.</param>
    /// <returns>The options.</returns>
    /// <exception cref="InvalidExperienceException">A name is unknown, or a value is not finite or out of range; the message names the option.</exception>
    public static BehaviorCloningOptions Parse(ImmutableSortedDictionary<string, string> options) => OptionReader.ReadAll(options, Read);

    private static BehaviorCloningOptions Read(OptionReader reader)
    {
        var standard = new BehaviorCloningOptions();
        return new BehaviorCloningOptions
        {
            HiddenSize = reader.Int32("hidden-size", standard.HiddenSize, 1, 4096),
            LearningRate = reader.Double("learning-rate", standard.LearningRate, 0, 1),
            BatchSize = reader.Int32("batch-size", standard.BatchSize, 1, 1_000_000),
            UpdatesPerFeeding = reader.Int32("updates-per-feeding", standard.UpdatesPerFeeding, 1, 10_000),
            Loss = reader.Choice("loss", standard.Loss, ("mse", BehaviorCloningLoss.SquaredError), ("nll", BehaviorCloningLoss.NegativeLogLikelihood)),
            Normalize = reader.Boolean("normalize", standard.Normalize),
            StatisticsSteps = reader.Int32("statistics-steps", standard.StatisticsSteps, 1, 10_000_000),
            MaxUpdates = reader.Int32("max-updates", standard.MaxUpdates, 0, 1_000_000_000),
        };
    }
}
