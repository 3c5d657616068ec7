using System.Collections.Immutable;
using MemoryRL.Core;

namespace MemoryRL.Learning;

/// <summary>Which memories AdaMemento learns from.</summary>
public enum MemoryUse
{
    /// <summary>None: the explorer alone.</summary>
    None = 0,

    /// <summary>Success trajectories only: a prediction network without a reflection network.</summary>
    Success = 1,

    /// <summary>Success and failure trajectories.</summary>
    Both = 2,
}

/// <summary>What label a failure step has whose (observation, action) pair is among the success steps too.</summary>
public enum SharedPairRule
{
    /// <summary>Success, as algorithms.md 3.2 has it: right where the task is deterministic and a pair that once led to the goal is never to blame.</summary>
    Success = 0,

    /// <summary>
    /// Failure like every other: confidence is then the share of successes among equally many steps of either kind, which a slippery task
    /// needs, where in time every pair is found in both memories.
    /// </summary>
    Mixed = 1,
}

/// <summary>Options of AdaMemento's memory-reflection half, by the names in kebab case that <see cref="LearnerSettings.Options"/> use, beside those of <see cref="PpoOptions"/>.</summary>
/// <remarks>All values are our choice (algorithms.md 3.2, [I]): the paper's are not known.</remarks>
public sealed record AdaMementoOptions
{
    /// <summary>Gets the explorer's options.</summary>
    public PpoOptions Explorer { get; init; } = new();

    /// <summary>Gets which memories are used (<c>memory</c>: none, success, both).</summary>
    /// <value>The default is both.</value>
    public MemoryUse Memory { get; init; } = MemoryUse.Both;

    /// <summary>Gets the confidence from which on the memory acts, kappa (<c>confidence-threshold</c>).</summary>
    /// <value>In [0, 1.01], where more than 1 means never; the default is 0.8.</value>
    public double ConfidenceThreshold { get; init; } = 0.8;

    /// <summary>Gets how many steps a feeding must bring from the success store before the memory may act (<c>minimum-success-steps</c>).</summary>
    /// <value>1 to 10,000,000; the default is 1, which one successful episode fulfils.</value>
    public int MinimumSuccessSteps { get; init; } = 1;

    /// <summary>Gets what becomes of steps in which the memory acted (<c>policy-term</c>: mask for M1, clipped-ratio for M2).</summary>
    /// <value>The default is M1.</value>
    public PolicyTermRule PolicyTerm { get; init; } = PolicyTermRule.Mask;

    /// <summary>Gets the number of gradient steps of each memory network in an update (<c>memory-updates</c>).</summary>
    /// <value>1 to 10,000; the default is 20.</value>
    public int MemoryUpdates { get; init; } = 20;

    /// <summary>Gets the number of steps in one gradient step of a memory network (<c>memory-minibatch-size</c>).</summary>
    /// <value>6 to 1,000,000; the default is 256.</value>
    public int MemoryMinibatchSize { get; init; } = 256;

    /// <summary>Gets Adam's learning rate for the memory networks (<c>memory-learning-rate</c>).</summary>
    /// <value>In [0, 1]; the default is 0.001.</value>
    public double MemoryLearningRate { get; init; } = 0.001;

    /// <summary>
    /// Gets whether a third of each reflection batch is (recent observation, random action) labelled 0, against confidence in what no memory
    /// has seen (<c>novelty-guard</c>).
    /// </summary>
    /// <value>The default is false.</value>
    public bool NoveltyGuard { get; init; }

    /// <summary>Gets the label of failure steps whose pair is among the success steps too (<c>shared-pairs</c>: success, mixed).</summary>
    /// <value>
    /// The default is mixed, and not the success of algorithms.md 3.2: with that, a loop made of pairs that once were part of a success keeps
    /// full confidence however often it fails, and the ensemble can lock in to it.
    /// </value>
    public SharedPairRule SharedPairs { get; init; } = SharedPairRule.Mixed;

    /// <summary>Reads the options from text.</summary>
    /// <param name="options">The options by name.</param>
    /// <returns>The options.</returns>
    /// <exception cref="InvalidExperienceException">A name is unknown, or a value is not finite or out of range; the message names the option.</exception>
    public static AdaMementoOptions Parse(ImmutableSortedDictionary<string, string> options) => OptionReader.ReadAll(options, Read);

    private static AdaMementoOptions Read(OptionReader reader)
    {
        var standard = new AdaMementoOptions();
        return new AdaMementoOptions
        {
            Explorer = PpoOptions.Read(reader),
            Memory = reader.Choice("memory", standard.Memory, ("none", MemoryUse.None), ("success", MemoryUse.Success), ("both", MemoryUse.Both)),
            ConfidenceThreshold = reader.Double("confidence-threshold", standard.ConfidenceThreshold, 0, 1.01),
            MinimumSuccessSteps = reader.Int32("minimum-success-steps", standard.MinimumSuccessSteps, 1, 10_000_000),
            PolicyTerm = reader.Choice("policy-term", standard.PolicyTerm, ("mask", PolicyTermRule.Mask), ("clipped-ratio", PolicyTermRule.ClippedRatio)),
            MemoryUpdates = reader.Int32("memory-updates", standard.MemoryUpdates, 1, 10_000),
            MemoryMinibatchSize = reader.Int32("memory-minibatch-size", standard.MemoryMinibatchSize, 6, 1_000_000),
            MemoryLearningRate = reader.Double("memory-learning-rate", standard.MemoryLearningRate, 0, 1),
            NoveltyGuard = reader.Boolean("novelty-guard", standard.NoveltyGuard),
            SharedPairs = reader.Choice("shared-pairs", standard.SharedPairs, ("success", SharedPairRule.Success), ("mixed", SharedPairRule.Mixed)),
        };
    }
}
