using System.Collections.Immutable;

namespace MemoryRL.Cli;

/// <summary>When an offline learner's policies are published.</summary>
/// <remarks>
/// The learner grain publishes once at its start (version 1) and then after every so many feedings, as long as there were updates. It trains until
/// it is stopped; the option <c>max-updates</c> lets it rest at the end, so that the last version is of exactly so many updates whenever the stop
/// comes. A learner that cuts a feeding short, at the end of a stage or before it plans, takes more feedings than foreseen: then more versions
/// follow.
/// </remarks>
internal static class OfflineSchedule
{
    /// <summary>Gets how many feedings lie between two published versions.</summary>
    /// <param name="updates">The number of gradient steps.</param>
    /// <param name="evaluations">How many policies are wanted on the way, the last included.</param>
    /// <param name="options">The learner's options.</param>
    /// <returns>So many that there are not more policies than wanted where no feeding is cut short.</returns>
    public static int PublishPeriodOf(int updates, int evaluations, ImmutableSortedDictionary<string, string> options)
    {
        var updatesPerFeeding = OfflineOptions.UpdatesPerFeedingOf(options);
        var feedings = (updates + updatesPerFeeding - 1) / updatesPerFeeding;
        return (feedings + evaluations - 1) / evaluations;
    }
}
