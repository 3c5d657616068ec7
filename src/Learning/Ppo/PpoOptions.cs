using System.Collections.Immutable;
using MemoryRL.Core;

namespace MemoryRL.Learning;

/// <summary>Options of proximal policy optimisation, by the names in kebab case that <see cref="LearnerSettings.Options"/> use.</summary>
public sealed record PpoOptions
{
    /// <summary>Gets the width of the two hidden layers (<c>hidden-size</c>).</summary>
    /// <value>1 to 4096; the default is 64.</value>
    public int HiddenSize { get; init; } = 64;

    /// <summary>Gets Adam's learning rate (<c>learning-rate</c>).</summary>
    /// <value>In [0, 1]; the default is 0.001, our choice.</value>
    public double LearningRate { get; init; } = 0.001;

    /// <summary>Gets the discount of later rewards (<c>discount</c>).</summary>
    /// <value>In [0, 1]; the default is 0.99.</value>
    public double Discount { get; init; } = 0.99;

    /// <summary>Gets the decay of generalised advantage estimation (<c>trace-decay</c>).</summary>
    /// <value>In [0, 1]; the default is 0.95.</value>
    public double TraceDecay { get; init; } = 0.95;

    /// <summary>Gets how far the probability ratio may leave 1 (<c>clip-range</c>).</summary>
    /// <value>In [0, 1]; the default is 0.2.</value>
    public double ClipRange { get; init; } = 0.2;

    /// <summary>Gets the weight of the value loss (<c>value-weight</c>).</summary>
    /// <value>In [0, 1000]; the default is 0.5.</value>
    public double ValueWeight { get; init; } = 0.5;

    /// <summary>Gets the weight of the entropy bonus (<c>entropy-weight</c>).</summary>
    /// <value>In [0, 1000]; the default is 0.01.</value>
    public double EntropyWeight { get; init; } = 0.01;

    /// <summary>Gets the largest norm of the policy's and of the value network's gradient, each (<c>max-gradient-norm</c>).</summary>
    /// <value>In [1e-6, 1e6]; the default is 0.5.</value>
    public double MaxGradientNorm { get; init; } = 0.5;

    /// <summary>Gets the number of passes over the fresh steps (<c>epochs</c>).</summary>
    /// <value>1 to 1000; the default is 4.</value>
    public int Epochs { get; init; } = 4;

    /// <summary>Gets the number of steps in one gradient step (<c>minibatch-size</c>).</summary>
    /// <value>1 to 1,000,000; the default is 256.</value>
    public int MinibatchSize { get; init; } = 256;

    /// <summary>Gets the number of fresh steps that an update waits for (<c>fresh-steps</c>).</summary>
    /// <value>1 to 10,000,000; the default is 2048.</value>
    public int FreshSteps { get; init; } = 2048;

    /// <summary>Gets whether rewards are divided by the running deviation of the discounted returns (<c>scale-rewards</c>).</summary>
    /// <value>The default is true: without it, returns of some hundreds are out of the value network's reach for thousands of updates.</value>
    public bool ScaleRewards { get; init; } = true;

    /// <summary>Reads the options from text.</summary>
    /// <param name="options">The options by name.</param>
    /// <returns>The options.</returns>
    /// <exception cref="InvalidExperienceException">A name is unknown, or a value is not finite or out of range; the message names the option.</exception>
    public static PpoOptions Parse(ImmutableSortedDictionary<string, string> options) => OptionReader.ReadAll(options, Read);

    /// <summary>Reads the options among others.</summary>
    /// <param name="reader">The reader.</param>
    /// <returns>The options.</returns>
    internal static PpoOptions Read(OptionReader reader)
    {
        var standard = new PpoOptions();
        return new PpoOptions
        {
            HiddenSize = reader.Int32("hidden-size", standard.HiddenSize, 1, 4096),
            LearningRate = reader.Double("learning-rate", standard.LearningRate, 0, 1),
            Discount = reader.Double("discount", standard.Discount, 0, 1),
            TraceDecay = reader.Double("trace-decay", standard.TraceDecay, 0, 1),
            ClipRange = reader.Double("clip-range", standard.ClipRange, 0, 1),
            ValueWeight = reader.Double("value-weight", standard.ValueWeight, 0, 1000),
            EntropyWeight = reader.Double("entropy-weight", standard.EntropyWeight, 0, 1000),
            MaxGradientNorm = reader.Double("max-gradient-norm", standard.MaxGradientNorm, 1e-6, 1e6),
            Epochs = reader.Int32("epochs", standard.Epochs, 1, 1000),
            MinibatchSize = reader.Int32("minibatch-size", standard.MinibatchSize, 1, 1_000_000),
            FreshSteps = reader.Int32("fresh-steps", standard.FreshSteps, 1, 10_000_000),
            ScaleRewards = reader.Boolean("scale-rewards", standard.ScaleRewards),
        };
    }
}
