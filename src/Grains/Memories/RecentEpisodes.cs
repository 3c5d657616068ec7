using MemoryRL.Core;

namespace MemoryRL.Grains;

/// <summary>One agent's latest episodes, the oldest dropped when the steps pass a capacity. They share the bytes of the messages they came in.</summary>
/// <param name="capacitySteps">The number of steps kept.</param>
internal sealed class RecentEpisodes(int capacitySteps)
{
    private readonly Queue<AgentEpisode> _episodes = new();
    private readonly HashSet<Guid> _ids = [];
    private long _steps;

    /// <summary>Gets the episodes, the oldest first.</summary>
    public IReadOnlyCollection<AgentEpisode> Episodes => _episodes;

    /// <summary>Adds an episode; one that is kept already, or is longer than all that is kept, is left out.</summary>
    /// <param name="episode">The episode.</param>
    public void Add(in AgentEpisode episode)
    {
        if (episode.Episode.Length > capacitySteps || !_ids.Add(episode.Episode.Id))
        {
            return;
        }

        _episodes.Enqueue(episode);
        _steps += episode.Episode.Length;
        while (_steps > capacitySteps)
        {
            var oldest = _episodes.Dequeue().Episode;
            _ = _ids.Remove(oldest.Id);
            _steps -= oldest.Length;
        }
    }

    /// <summary>Gets the newest episodes, the newest last.</summary>
    /// <param name="count">How many at most.</param>
    /// <returns>The episodes.</returns>
    public AgentEpisode[] TakeNewest(int count) => [.. _episodes.TakeLast(count)];
}
