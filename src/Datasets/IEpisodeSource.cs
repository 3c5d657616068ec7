using MemoryRL.Core;

namespace MemoryRL.Datasets;

/// <summary>Recorded episodes of one spec, read one after the other; whatever the file, no more than a few episodes are in memory at once.</summary>
public interface IEpisodeSource : IDisposable
{
    /// <summary>Gets what a step is made of, in every episode.</summary>
    ExperienceSpec Spec { get; }

    /// <summary>Gets how many steps there are at most, from which capacities follow.</summary>
    long StepCount { get; }

    /// <summary>Reads the episodes in order, each checked.</summary>
    /// <returns>The episodes; enumerating twice reads twice.</returns>
    IEnumerable<Episode> ReadEpisodes();
}
