using MemoryRL.Core;

namespace MemoryRL.Client;

/// <summary>Cuts episodes short.</summary>
internal static class EpisodeCut
{
    /// <summary>Takes the first steps of an episode.</summary>
    /// <param name="episode">The episode.</param>
    /// <param name="steps">How many, from 1 to its length.</param>
    /// <returns>The episode itself where that is all of it, else a copy of its beginning, truncated, with the same id.</returns>
    public static Episode First(Episode episode, int steps)
    {
        if (steps == episode.Length)
        {
            return episode;
        }

        var spec = episode.Spec;
        var extras = new ReadOnlyMemory<byte>[spec.ExtraColumns.Length];
        for (var i = 0; i < extras.Length; i++)
        {
            extras[i] = episode.Extra(i)[..(steps * spec.ExtraColumns[i].ByteCount)].ToArray();
        }

        return Episode.Create(
            spec,
            episode.Id,
            EpisodeEnd.Truncated,
            episode.Observations[..((steps + 1) * spec.Observation.ByteCount)],
            episode.Actions[..(steps * spec.Action.ByteCount)],
            episode.Rewards[..steps],
            episode.PolicyVersions[..steps],
            extras);
    }
}
