using System.Collections.Immutable;
using MemoryRL.Core;

namespace MemoryRL.Learning;

/// <summary>Options of VEM, by the names in kebab case that <see cref="LearnerSettings.Options"/> use.</summary>
/// <remarks>
/// "Official" is the authors' code. Its four slips (weights inside the square, a terminal reward counted twice, time limits as ends, targets
/// that follow at once) are options that are off by default. Observations are not normalised and rewards neither scaled nor shifted, as in it.
/// </remarks>
public sealed record VemOptions
{
    /// <summary>The advantage filter that lets every advantage through.</summary>
    public const double NoFilter = -1e9;

    /// <summary>Gets the widths of the hidden layers of each value head (<c>value-hidden-sizes</c>).</summary>
    /// <value>1 to 8 widths from 1 to 4096; the default is 256-256, the official size.</value>
    public ImmutableArray<int> ValueHiddenSizes { get; init; } = [256, 256];

    /// <summary>Gets the widths of the hidden layers of the actor (<c>actor-hidden-sizes</c>).</summary>
    /// <value>1 to 8 widths from 1 to 4096; the default is 256-256, that of the other offline learners; the official one is 256-256-256-256.</value>
    public ImmutableArray<int> ActorHiddenSizes { get; init; } = [256, 256];

    /// <summary>Gets Adam's learning rate for the values (<c>value-learning-rate</c>).</summary>
    /// <value>In [0, 1]; the default is 0.0003, the official one.</value>
    public double ValueLearningRate { get; init; } = 0.0003;

    /// <summary>Gets Adam's learning rate for the actor (<c>actor-learning-rate</c>).</summary>
    /// <value>In [0, 1]; the default is 0.0003, the official one.</value>
    public double ActorLearningRate { get; init; } = 0.0003;

    /// <summary>
    /// Gets whether <see cref="ActorLearningRate"/> falls to 0 along half a cosine over the actor's updates, the last of which is at
    /// <see cref="MaxUpdates"/> (<c>actor-rate-decays</c>), as IQL's does.
    /// </summary>
    /// <value>The default is false, as in the official code; without <see cref="MaxUpdates"/> the rate stays.</value>
    public bool ActorRateDecays { get; init; }

    /// <summary>Gets the number of transitions in one gradient step (<c>batch-size</c>).</summary>
    /// <value>1 to 1,000,000; the default is 256, that of the other offline learners; the official one is 128.</value>
    public int BatchSize { get; init; } = 256;

    /// <summary>Gets the number of updates to one feeding (<c>updates-per-feeding</c>): more make fewer calls for data. A feeding ends early where the plan changes.</summary>
    /// <value>1 to 10,000; the default is 20, our choice.</value>
    public int UpdatesPerFeeding { get; init; } = 20;

    /// <summary>Gets in which order values and actor are learned (<c>schedule</c>: <c>two-stage</c> or <c>interleaved</c>).</summary>
    /// <value>The default is two stages, as the official code has them, where the paper's Algorithm 1, as recalled, has one loop: our choice.</value>
    public VemSchedule Schedule { get; init; } = VemSchedule.TwoStage;

    /// <summary>Gets the number of updates of the values before those of the actor (<c>value-updates</c>); only in two stages.</summary>
    /// <value>1 to 1,000,000,000; the default is 100,000, our choice.</value>
    public int ValueUpdates { get; init; } = 100_000;

    /// <summary>Gets the number of updates, of values and of the actor together, after which feedings change nothing any more (<c>max-updates</c>).</summary>
    /// <value>0 to 1,000,000,000; the default is 0, for no limit; in two stages at least <see cref="ValueUpdates"/>.</value>
    public int MaxUpdates { get; init; }

    /// <summary>Gets the number of updates of the values after which the memory is planned anew (<c>refresh-period</c>).</summary>
    /// <value>1 to 1,000,000; the default is 200, the official one.</value>
    public int RefreshPeriod { get; init; } = 200;

    /// <summary>
    /// Gets the share of all arithmetic that planning may take (<c>planning-budget</c>): each refresh plans only so many of the memory's steps, those with the
    /// oldest targets first, however many it holds. The last refresh of two stages plans all of them.
    /// </summary>
    /// <value>In [0.001, 1]; the default is 0.3, our choice; 1 plans every step at every refresh.</value>
    public double PlanningBudget { get; init; } = 0.3;

    /// <summary>Gets the discount of later rewards (<c>discount</c>).</summary>
    /// <value>In [0, 1]; the default is 0.99, the official one.</value>
    public double Discount { get; init; } = 0.99;

    /// <summary>Gets the expectile, or the quantile, that the values seek among the targets of a state (<c>expectile</c>): tau of Eq. 4.</summary>
    /// <value>
    /// Between 0 and 1, both excluded; the default is 0.7, our choice. The authors' per-task numbers, as recalled, are slopes of a squared weight
    /// (<see cref="SquareWeights"/>): their 0.1, 0.3 and 0.5 are the expectiles 0.012, 0.155 and 0.5.
    /// </value>
    public double Expectile { get; init; } = 0.7;

    /// <summary>Gets what the values minimise (<c>loss</c>: <c>expectile</c> or <c>quantile</c>).</summary>
    /// <value>The default is the expectile loss, Eq. 4; the other is the paper's ablation, as recalled.</value>
    public VemValueLoss Loss { get; init; } = VemValueLoss.Expectile;

    /// <summary>
    /// Gets whether the weights of Eq. 4 stand inside the square (<c>square-weights</c>), as in the official code: the expectile is then
    /// <c>tau^2 / (tau^2 + (1 - tau)^2)</c>.
    /// </summary>
    /// <value>The default is false.</value>
    public bool SquareWeights { get; init; }

    /// <summary>Gets how far the target heads follow the heads in each update of the values (<c>target-update-rate</c>).</summary>
    /// <value>In [0, 1]; the default is 0.005, the official one.</value>
    public double TargetUpdateRate { get; init; } = 0.005;

    /// <summary>
    /// Gets whether each update follows as far as <see cref="RefreshPeriod"/> of them should (<c>compound-target-rate</c>), as in the official code:
    /// <c>1 - (1 - rate)^period</c>, which is 0.633 there, so that the targets almost are the heads.
    /// </summary>
    /// <value>The default is false.</value>
    public bool CompoundTargetRate { get; init; }

    /// <summary>Gets the longest rollout before the bootstrap, in steps (<c>n-max</c>): 1 is one-step expectile learning.</summary>
    /// <value>0 to 1,000,000,000; the default is 0, for the whole rest of the episode, as the official 1000 comes to.</value>
    public int MaxSteps { get; init; }

    /// <summary>Gets how the maximum over lengths is estimated (<c>estimator</c>: <c>twin</c> or <c>single</c>).</summary>
    /// <value>The default is double estimation, as in the official code.</value>
    public PlanEstimator Estimator { get; init; } = PlanEstimator.Twin;

    /// <summary>Gets whether a terminal reward counts twice in rollouts that reach it (<c>terminal-reward-twice</c>), as in the official code.</summary>
    /// <value>The default is false.</value>
    public bool TerminalRewardTwice { get; init; }

    /// <summary>Gets whether time limits end the task (<c>truncations-terminate</c>), as in the official code.</summary>
    /// <value>The default is false.</value>
    public bool TruncationsTerminate { get; init; }

    /// <summary>Gets what rewards are multiplied with (<c>reward-scale</c>).</summary>
    /// <value>-1,000,000,000 to 1,000,000,000; the default is 1.</value>
    public double RewardScale { get; init; } = 1;

    /// <summary>Gets what is then added to them (<c>reward-shift</c>).</summary>
    /// <value>-1,000,000,000 to 1,000,000,000; the default is 0; -1 is usual for mazes whose only reward is 1 at the goal.</value>
    public double RewardShift { get; init; }

    /// <summary>Gets the form of an action's weight (<c>weight</c>: <c>exp</c>, <c>softmax</c> or <c>leaky-relu</c>).</summary>
    /// <value>The default is the exponential form.</value>
    public VemWeight Weight { get; init; } = VemWeight.Exponential;

    /// <summary>Gets what advantages are divided by (<c>temperature</c>) in the exponential and the softmax form.</summary>
    /// <value>0.000001 to 1,000,000,000; the default is 1/3, IQL's for locomotion; the official one with the softmax is 100.</value>
    public double Temperature { get; init; } = 1.0 / 3;

    /// <summary>Gets the slope below 0 of the leaky ReLU form (<c>negative-slope</c>).</summary>
    /// <value>In [0, 1]; the default is 0.01, our choice.</value>
    public double NegativeSlope { get; init; } = 0.01;

    /// <summary>Gets the advantage that an action must pass to be learned from (<c>advantage-filter</c>).</summary>
    /// <value>-1,000,000,000 to 1,000,000,000; the default is the lowest of these, which all pass; the official one is -1000.</value>
    public double AdvantageFilter { get; init; } = NoFilter;

    /// <summary>Gets how the memory is to be planned.</summary>
    public PlanSettings PlanSettings => new()
    {
        Discount = Discount,
        MaxSteps = MaxSteps,
        Estimator = Estimator,
        RewardScale = RewardScale,
        RewardShift = RewardShift,
        TruncationsTerminate = TruncationsTerminate,
        RepeatsTerminalReward = TerminalRewardTwice,
    };

    /// <summary>Reads the options from text.</summary>
    /// <param name="options">The options by name.</param>
    /// <returns>The options.</returns>
    /// <exception cref="InvalidExperienceException">A name is unknown, or a value is not finite or out of range; the message names the option.</exception>
    public static VemOptions Parse(ImmutableSortedDictionary<string, string> options)
    {
        var result = OptionReader.ReadAll(options, Read);
        var isLong = result.MaxUpdates == 0 || result.Schedule != VemSchedule.TwoStage || result.MaxUpdates >= result.ValueUpdates;
        InvalidExperienceException.ThrowUnless(!result.SquareWeights || result.Loss == VemValueLoss.Expectile, "options.square-weights", "false with loss=quantile, which squares nothing", result.SquareWeights);
        InvalidExperienceException.ThrowUnless(result.BatchSize > 1 || result.Weight != VemWeight.LeakyRelu, "options.batch-size", "2 or more with weight=leaky-relu, which divides by a deviation", result.BatchSize);
        InvalidExperienceException.ThrowUnless(isLong, "options.value-updates", $"at most the {result.MaxUpdates} of max-updates", result.ValueUpdates);
        return result;
    }

    private static VemOptions Read(OptionReader reader)
    {
        const double Far = 1e9;
        var standard = new VemOptions();
        return new VemOptions
        {
            ValueHiddenSizes = reader.Widths("value-hidden-sizes", standard.ValueHiddenSizes),
            ActorHiddenSizes = reader.Widths("actor-hidden-sizes", standard.ActorHiddenSizes),
            ValueLearningRate = reader.Double("value-learning-rate", standard.ValueLearningRate, 0, 1),
            ActorLearningRate = reader.Double("actor-learning-rate", standard.ActorLearningRate, 0, 1),
            ActorRateDecays = reader.Boolean("actor-rate-decays", standard.ActorRateDecays),
            BatchSize = reader.Int32("batch-size", standard.BatchSize, 1, 1_000_000),
            UpdatesPerFeeding = reader.Int32("updates-per-feeding", standard.UpdatesPerFeeding, 1, 10_000),
            Schedule = reader.Choice("schedule", standard.Schedule, ("two-stage", VemSchedule.TwoStage), ("interleaved", VemSchedule.Interleaved)),
            ValueUpdates = reader.Int32("value-updates", standard.ValueUpdates, 1, 1_000_000_000),
            MaxUpdates = reader.Int32("max-updates", standard.MaxUpdates, 0, 1_000_000_000),
            RefreshPeriod = reader.Int32("refresh-period", standard.RefreshPeriod, 1, 1_000_000),
            PlanningBudget = reader.Double("planning-budget", standard.PlanningBudget, 0.001, 1),
            Discount = reader.Double("discount", standard.Discount, 0, 1),
            Expectile = reader.Double("expectile", standard.Expectile, double.Epsilon, Math.BitDecrement(1.0)),
            Loss = reader.Choice("loss", standard.Loss, ("expectile", VemValueLoss.Expectile), ("quantile", VemValueLoss.Quantile)),
            SquareWeights = reader.Boolean("square-weights", standard.SquareWeights),
            TargetUpdateRate = reader.Double("target-update-rate", standard.TargetUpdateRate, 0, 1),
            CompoundTargetRate = reader.Boolean("compound-target-rate", standard.CompoundTargetRate),
            MaxSteps = reader.Int32("n-max", standard.MaxSteps, 0, 1_000_000_000),
            Estimator = reader.Choice("estimator", standard.Estimator, ("twin", PlanEstimator.Twin), ("single", PlanEstimator.Single)),
            TerminalRewardTwice = reader.Boolean("terminal-reward-twice", standard.TerminalRewardTwice),
            TruncationsTerminate = reader.Boolean("truncations-terminate", standard.TruncationsTerminate),
            RewardScale = reader.Double("reward-scale", standard.RewardScale, -Far, Far),
            RewardShift = reader.Double("reward-shift", standard.RewardShift, -Far, Far),
            Weight = reader.Choice("weight", standard.Weight, ("exp", VemWeight.Exponential), ("softmax", VemWeight.Softmax), ("leaky-relu", VemWeight.LeakyRelu)),
            Temperature = reader.Double("temperature", standard.Temperature, 1e-6, Far),
            NegativeSlope = reader.Double("negative-slope", standard.NegativeSlope, 0, 1),
            AdvantageFilter = reader.Double("advantage-filter", standard.AdvantageFilter, NoFilter, Far),
        };
    }
}
