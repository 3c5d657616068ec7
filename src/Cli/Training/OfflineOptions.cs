using System.Collections.Immutable;
using System.Globalization;
using MemoryRL.Core;
using MemoryRL.Datasets;
using MemoryRL.Environments;

namespace MemoryRL.Cli;

/// <summary>The options of an offline learner: those that were given, and those that this program knows better than people do.</summary>
/// <remarks>
/// A learner is asked whether it has an option: it refuses one that it does not know by name (<see cref="LearnerSettings.Options"/>). So a new
/// learner needs no list of its own beside the names that all share: <c>max-updates</c>, <c>updates-per-feeding</c>, <c>value-updates</c>,
/// <c>reward-scale</c> and <c>reward-shift</c>. What was given is never overwritten.
/// </remarks>
internal sealed class OfflineOptions
{
    private const string MaxUpdates = "max-updates";
    private const string UpdatesPerFeeding = "updates-per-feeding";
    private const string ValueUpdates = "value-updates";
    private const string RewardScale = "reward-scale";
    private const string RewardShift = "reward-shift";

    // A planning learner refreshes its memory after round numbers of updates, into which its feedings must go.
    private const int PlanningUpdatesPerFeeding = 20;
    private const int OtherUpdatesPerFeeding = 16;

    private readonly ILearnerFactory _factory;
    private readonly ExperienceSpec _spec;
    private readonly ImmutableSortedDictionary<string, string> _given;
    private readonly OfflineRewards _rewards;

    /// <summary>Initializes options.</summary>
    /// <param name="factory">What makes the learner.</param>
    /// <param name="task">The task.</param>
    /// <param name="given">The options that were given.</param>
    /// <param name="rewards">The name of how rewards are scaled; null for the task's own.</param>
    /// <exception cref="UsageException">The learner refuses an option or the task, or has no rewards to scale.</exception>
    public OfflineOptions(ILearnerFactory factory, string task, ImmutableSortedDictionary<string, string> given, string? rewards)
    {
        (_factory, _spec, _given) = (factory, EnvironmentRegistry.Find(task).Spec.Experience, given);
        UsageException.ThrowUnless(!given.ContainsKey(MaxUpdates), "--option", "--updates in its place", MaxUpdates);
        IsPlanning = Create(given);
        _rewards = OfflineRewards.Find(rewards, task, IsPlanning);
        var takesRewards = Has(RewardScale, "1") && Has(RewardShift, "0");
        var isScaledByHand = given.Keys.Any(ScalesRewards);
        UsageException.ThrowUnless(rewards is null || takesRewards, "--rewards", $"nothing, as {factory.Algorithm} does not look at rewards,", rewards);
        UsageException.ThrowUnless(rewards is null || !isScaledByHand, "--rewards", $"nothing beside the options {RewardScale} and {RewardShift}", rewards);
        HasNamedRewards = takesRewards && !isScaledByHand;
    }

    /// <summary>Tells whether an option scales rewards, which a named way of scaling them does too.</summary>
    /// <param name="name">The option's name.</param>
    /// <returns>Whether it does.</returns>
    public static bool ScalesRewards(string name) => name is RewardScale or RewardShift;

    /// <summary>Gets the name of how rewards are scaled; null where the learner does not look at them, or is told by its options.</summary>
    public string? Rewards => HasNamedRewards ? _rewards.Name : null;

    /// <summary>Gets whether the learner plans its memory, which only one learner at a time can.</summary>
    public bool IsPlanning { get; }

    private bool HasNamedRewards { get; }

    /// <summary>Gets the number of gradient steps to one feeding that options say.</summary>
    /// <param name="options">Options that were filled in.</param>
    /// <returns>The number; 1 of a learner that has no such option.</returns>
    public static int UpdatesPerFeedingOf(ImmutableSortedDictionary<string, string> options) =>
        options.TryGetValue(UpdatesPerFeeding, out var text) ? int.Parse(text, CultureInfo.InvariantCulture) : 1;

    /// <summary>Checks what the learner will be made with, as far as it is known before the data are read.</summary>
    /// <param name="updates">The number of gradient steps.</param>
    /// <exception cref="UsageException">The learner refuses it.</exception>
    public void Check(int updates) => _ = Create(Fill(updates, new EpisodeTotals(1, 1, 0, 1, 0, 1)));

    /// <summary>Fills options in.</summary>
    /// <param name="updates">The number of gradient steps.</param>
    /// <param name="data">What the learner's data come to.</param>
    /// <returns>All options, by name.</returns>
    public ImmutableSortedDictionary<string, string> Fill(int updates, EpisodeTotals data)
    {
        var options = _given.ToBuilder();
        var perFeeding = IsPlanning ? PlanningUpdatesPerFeeding : OtherUpdatesPerFeeding;
        options[MaxUpdates] = Text(updates);
        Add(UpdatesPerFeeding, Text(perFeeding));

        // Where values come first and the policy after them, each takes half, in whole feedings.
        var first = Math.Max(1, updates / 2 / perFeeding) * perFeeding;
        Add(ValueUpdates, Text(Math.Min(updates, first)));
        if (HasNamedRewards)
        {
            options[RewardScale] = _rewards.ScaleOf(data).ToString("R", CultureInfo.InvariantCulture);
            options[RewardShift] = _rewards.Shift.ToString("R", CultureInfo.InvariantCulture);
        }

        return options.ToImmutable();

        void Add(string name, string value)
        {
            if (!options.ContainsKey(name) && Has(name, "1"))
            {
                options[name] = value;
            }
        }
    }

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    // A learner that is made and thrown away finds out here what would otherwise fail inside a grain.
    private bool Create(ImmutableSortedDictionary<string, string> options)
    {
        try
        {
            return Plans(options);
        }
        catch (InvalidExperienceException error)
        {
            throw new UsageException($"--option, --config or --task: {error.Message}");
        }
    }

    private bool Has(string name, string value)
    {
        try
        {
            _ = Plans(_given.SetItem(name, value));
            return true;
        }
        catch (InvalidExperienceException error) when (error.Field == $"options.{name}")
        {
            return false;
        }
    }

    private bool Plans(ImmutableSortedDictionary<string, string> options)
    {
        using var learner = _factory.Create(new LearnerSettings(_spec, 0, "auto", options));
        return learner is IPlanningLearner;
    }
}
