namespace MemoryRL.Core;

/// <summary>The episodes that an arena holds, the oldest first, found by arrival number. Numbers are consecutive and never used again.</summary>
internal sealed class ArrivalQueue
{
    private StoredEpisode[] _ring = new StoredEpisode[16];
    private int _first;

    /// <summary>Gets the number of episodes.</summary>
    public int Count { get; private set; }

    /// <summary>Gets the number of the episode that arrived last; 0 before the first.</summary>
    public long LastArrival { get; private set; }

    /// <summary>Gets the number of the oldest episode held; the next number to be given when none is.</summary>
    public long FirstArrival => LastArrival - Count + 1;

    /// <summary>Gets the oldest episode; there must be one.</summary>
    public ref readonly StoredEpisode Oldest => ref _ring[_first];

    /// <summary>Gets an episode that is held.</summary>
    /// <param name="arrival">Its arrival number.</param>
    /// <returns>The episode's entry.</returns>
    public ref readonly StoredEpisode At(long arrival) => ref _ring[(_first + (int)(arrival - FirstArrival)) & (_ring.Length - 1)];

    /// <summary>Adds an episode.</summary>
    /// <param name="episode">Its entry.</param>
    /// <returns>Its arrival number.</returns>
    public long Enqueue(in StoredEpisode episode)
    {
        if (Count == _ring.Length)
        {
            var ring = new StoredEpisode[_ring.Length * 2];
            _ring.AsSpan(_first).CopyTo(ring);
            _ring.AsSpan(0, _first).CopyTo(ring.AsSpan(_ring.Length - _first));
            (_ring, _first) = (ring, 0);
        }

        _ring[(_first + Count) & (_ring.Length - 1)] = episode;
        Count++;
        return ++LastArrival;
    }

    /// <summary>Removes the oldest episode.</summary>
    public void Dequeue()
    {
        _ring[_first] = default;
        _first = (_first + 1) & (_ring.Length - 1);
        Count--;
    }

    /// <summary>Goes on numbering after a number, while nothing is held.</summary>
    /// <param name="arrival">The last number given so far.</param>
    public void ContinueAfter(long arrival) => LastArrival = Count == 0 ? arrival : throw new InvalidOperationException("Expected an empty queue.");
}
