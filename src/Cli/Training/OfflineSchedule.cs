using System.Collections.Immutable;

namespace MemoryRL.Cli;

/// <summary>When an offline learner's policies are published, so that each is of a known number of updates.</summary>
/// <remarks>
/// The learner grain publishes once at its start (version 1) and then after every so many feedings, and trains until it is stopped; the option
/// <c>max-updates</c> lets it rest at the end, so that the last version is of exactly so many updates whenever the stop comes. A learner that
/// cuts a feeding short, at the end of a stage or before it plans, takes more feedings than foreseen: then more versions follow.
/// </remarks>
internal sealed class OfflineSchedule
{
    private readonly int _updates;
    private readonly int _updatesPerFeeding;

    /// <summary>Initializes a schedule.</summary>
    /// <param name="updates">The number of gradient steps.</param>
    /// <param name="evaluations">How many policies are wanted on the way, the last included.</param>
    /// <param name="options">The learner's options.</param>
    public OfflineSchedule(int updates, int evaluations, ImmutableSortedDictionary<string, string> options)
    {
        _updates = updates;
        _updatesPerFeeding = OfflineOptions.UpdatesPerFeedingOf(options);
        var feedings = (updates + _updatesPerFeeding - 1) / _updatesPerFeeding;
        PublishPeriod = (feedings + evaluations - 1) / evaluations;
        LastVersion = 1 + ((feedings + PublishPeriod - 1) / PublishPeriod);
    }

    /// <summary>Gets how many feedings lie between two published versions.</summary>
    public int PublishPeriod { get; }

    /// <summary>Gets the version of the last policy where no feeding is cut short; the first that was trained is 2.</summary>
    public long LastVersion { get; }

    /// <summary>Gets the number of updates of a version where no feeding is cut short.</summary>
    /// <param name="version">The version, from 1.</param>
    /// <returns>The updates.</returns>
    public long UpdatesAt(long version) => Math.Min(_updates, (version - 1) * PublishPeriod * _updatesPerFeeding);
}
