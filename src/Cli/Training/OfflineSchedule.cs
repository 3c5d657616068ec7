using System.Collections.Immutable;
using System.Numerics;

namespace MemoryRL.Cli;

/// <summary>When an offline learner publishes, and which of its versions are evaluated or leave their values.</summary>
/// <remarks>
/// The learner grain publishes once at its start (version 1) and then after every so many feedings, as long as there were updates. It trains until
/// it is stopped; the option <c>max-updates</c> lets it rest at the end, so that the last version is of exactly so many updates whenever the stop
/// comes. A learner that cuts a feeding short, at the end of a stage or before it plans, takes more feedings than foreseen: then more versions
/// follow. Values change most in the beginning: there some are kept between the evaluations.
/// </remarks>
internal sealed class OfflineSchedule
{
    /// <summary>The version that a learner publishes before it has learned anything.</summary>
    public const long FirstVersion = 1;

    // Enough to halve the way to the first evaluation three times.
    private const int MostVersionsPerEvaluation = 10;

    // The first, the one of what remains after whole periods, and those of feedings that were cut short.
    private const int MoreVersions = 32;

    // A version of VEM is 1.4 MB, and is held twice.
    private const int MostKept = 128;

    private readonly int _versionsPerEvaluation;

    /// <summary>Initializes a schedule.</summary>
    /// <param name="updates">The number of gradient steps.</param>
    /// <param name="evaluations">How many policies are wanted on the way, the last included.</param>
    /// <param name="options">The learner's options.</param>
    public OfflineSchedule(int updates, int evaluations, ImmutableSortedDictionary<string, string> options)
    {
        var updatesPerFeeding = OfflineOptions.UpdatesPerFeedingOf(options);
        var feedings = (updates + updatesPerFeeding - 1) / updatesPerFeeding;

        // Rounded up: there are not more evaluations than wanted where no feeding is cut short.
        var feedingsPerEvaluation = (feedings + evaluations - 1) / evaluations;
        _versionsPerEvaluation = Enumerable.Range(1, MostVersionsPerEvaluation).Last(count => feedingsPerEvaluation % count == 0);
        PublishPeriod = feedingsPerEvaluation / _versionsPerEvaluation;
        VersionsKept = Math.Min((evaluations * _versionsPerEvaluation) + MoreVersions, MostKept);
    }

    /// <summary>Gets how many feedings lie between two published versions: a whole number of them between two evaluations.</summary>
    public int PublishPeriod { get; }

    /// <summary>Gets how many published versions are kept, by which who follows the learner may be behind: all that are foreseen, at most 128.</summary>
    public int VersionsKept { get; }

    /// <summary>Says whether a version on the way is evaluated.</summary>
    /// <param name="version">The version.</param>
    /// <returns>Whether it is.</returns>
    public bool IsEvaluated(long version) => (version - FirstVersion) % _versionsPerEvaluation == 0;

    /// <summary>Says whether the values of a version on the way are kept.</summary>
    /// <param name="version">The version.</param>
    /// <returns>Whether it is evaluated, or comes before the first that is, after 1, 2, 4 or 8 periods.</returns>
    public bool KeepsValues(long version) => IsEvaluated(version) || (version - FirstVersion < _versionsPerEvaluation && BitOperations.IsPow2(version - FirstVersion));
}
