using MemoryRL.Core;

namespace MemoryRL.Grains;

/// <summary>
/// Decides each episode's outcome once: an append that is retried after a lost acknowledgement finds the outcome that was decided first, and its
/// return does not count twice.
/// </summary>
/// <param name="rule">The memory's rule.</param>
internal sealed class OutcomeDecisions(OutcomeRule rule)
{
    // A writer retries its last appends; what lies further back than this many episodes was acknowledged long ago.
    private const int Remembered = 4096;

    private readonly Dictionary<Guid, Decision> _decided = [];
    private readonly Queue<Guid> _order = new();

    /// <summary>Gets the memory of past returns.</summary>
    public OutcomeClassifier Classifier { get; private set; } = new(rule);

    /// <summary>Decides episodes' outcomes, or finds what was decided. Nothing is remembered before <see cref="Accept"/>.</summary>
    /// <param name="episodes">The episodes, in order; they get their outcomes.</param>
    /// <returns>The memory of past returns with those of the episodes.</returns>
    public OutcomeClassifier Decide(Span<AgentEpisode> episodes)
    {
        var classifier = Classifier.Copy();
        for (var i = 0; i < episodes.Length; i++)
        {
            var id = episodes[i].Episode.Id;
            var outcome = _decided.TryGetValue(id, out var decision) ? decision.Outcome
                : FindSame(episodes[..i], id) is { } same ? same
                : classifier.Classify(episodes[i].Episode.Return);
            episodes[i] = episodes[i] with { Outcome = outcome };
        }

        return classifier;
    }

    /// <summary>Takes decisions over, once the shard has the episodes.</summary>
    /// <param name="classifier">What <see cref="Decide"/> returned.</param>
    /// <param name="episodes">The episodes with their outcomes.</param>
    public void Accept(OutcomeClassifier classifier, ReadOnlySpan<AgentEpisode> episodes)
    {
        Classifier = classifier;
        foreach (ref readonly var episode in episodes)
        {
            Remember(episode.Episode.Id, episode.Outcome);
        }
    }

    /// <summary>Remembers that every store has the episodes.</summary>
    /// <param name="episodes">The episodes, accepted before.</param>
    public void Complete(ReadOnlySpan<AgentEpisode> episodes)
    {
        foreach (ref readonly var episode in episodes)
        {
            if (_decided.ContainsKey(episode.Episode.Id))
            {
                _decided[episode.Episode.Id] = new Decision(episode.Outcome, IsCompleted: true);
            }
        }
    }

    /// <summary>Gets whether every store has an episode, or had it and evicted it.</summary>
    /// <param name="id">The episode's id.</param>
    /// <returns>Whether they have; false also for what lies too far back to be remembered.</returns>
    public bool IsCompleted(Guid id) => _decided.TryGetValue(id, out var decision) && decision.IsCompleted;

    /// <summary>Counts the episodes that every store has.</summary>
    /// <param name="episodes">The episodes.</param>
    /// <returns>The number.</returns>
    public int CountCompleted(ReadOnlySpan<AgentEpisode> episodes)
    {
        var count = 0;
        foreach (ref readonly var episode in episodes)
        {
            count += IsCompleted(episode.Episode.Id) ? 1 : 0;
        }

        return count;
    }

    /// <summary>Takes over what was decided before a restart; whether the stores still have the episode is theirs to say.</summary>
    /// <param name="id">The episode's id.</param>
    /// <param name="outcome">Its outcome.</param>
    public void Remember(Guid id, EpisodeOutcome outcome)
    {
        if (!_decided.TryAdd(id, new Decision(outcome, IsCompleted: false)))
        {
            return;
        }

        _order.Enqueue(id);
        if (_order.Count > Remembered)
        {
            _ = _decided.Remove(_order.Dequeue());
        }
    }

    private static EpisodeOutcome? FindSame(ReadOnlySpan<AgentEpisode> episodes, Guid id)
    {
        foreach (ref readonly var episode in episodes)
        {
            if (episode.Episode.Id == id)
            {
                return episode.Outcome;
            }
        }

        return null;
    }

    private readonly record struct Decision(EpisodeOutcome Outcome, bool IsCompleted);
}
