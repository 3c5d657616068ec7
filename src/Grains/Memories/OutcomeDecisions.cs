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

    private readonly Dictionary<Guid, EpisodeOutcome> _decided = [];
    private readonly Queue<Guid> _order = new();

    /// <summary>Gets the memory of past returns.</summary>
    public OutcomeClassifier Classifier { get; } = new(rule);

    /// <summary>Decides an episode's outcome, or finds what was decided.</summary>
    /// <param name="episode">The episode.</param>
    /// <returns>The outcome.</returns>
    public EpisodeOutcome Decide(Episode episode)
    {
        if (_decided.TryGetValue(episode.Id, out var outcome))
        {
            return outcome;
        }

        outcome = Classifier.Classify(episode.Return);
        Remember(episode.Id, outcome);
        return outcome;
    }

    /// <summary>Takes over what was decided before a restart.</summary>
    /// <param name="id">The episode's id.</param>
    /// <param name="outcome">Its outcome.</param>
    public void Remember(Guid id, EpisodeOutcome outcome)
    {
        if (!_decided.TryAdd(id, outcome))
        {
            return;
        }

        _order.Enqueue(id);
        if (_order.Count > Remembered)
        {
            _ = _decided.Remove(_order.Dequeue());
        }
    }
}
