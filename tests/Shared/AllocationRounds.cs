namespace MemoryRL.Tests;

/// <summary>
/// Measures what code allocates on the thread that runs it. The runtime's counter is not exact: where a collection that another thread
/// brings about closes this thread's allocation context, what was left of it, up to 8 KiB, counts as allocated. So the least of several
/// rounds is taken: what the code allocates every time is in each of them.
/// </summary>
/// <param name="callsPerRound">The calls of <see cref="Next"/> from the beginning of a round to that of the next.</param>
internal sealed class AllocationRounds(int callsPerRound)
{
    private long _before;
    private long _calls;

    /// <summary>Gets the least bytes that a round allocated; the greatest number there is before the first has ended.</summary>
    public long Least { get; private set; } = long.MaxValue;

    /// <summary>Measures five rounds of an action that was run before, so that nothing of its first time counts.</summary>
    /// <param name="action">The action; the same work each time.</param>
    /// <returns>The least bytes that a round of it allocated.</returns>
    public static long LeastOf(Action action)
    {
        var rounds = new AllocationRounds(1);
        rounds.Next();
        for (var round = 0; round < 5; round++)
        {
            action();
            rounds.Next();
        }

        return rounds.Least;
    }

    /// <summary>Counts a call, always of the same thread; every so many a round ends and the next begins.</summary>
    public void Next()
    {
        if (_calls++ % callsPerRound > 0)
        {
            return;
        }

        var allocated = GC.GetAllocatedBytesForCurrentThread();
        Least = _calls == 1 ? Least : Math.Min(Least, allocated - _before);
        _before = allocated;
    }
}
