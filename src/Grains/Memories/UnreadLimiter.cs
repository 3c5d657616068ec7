using MemoryRL.Core;

namespace MemoryRL.Grains;

/// <summary>
/// Keeps writers from running ahead of the on-policy reader. What lies before the cursor that the reader asks from has been read; a reader that
/// waits for more than the limit gets it, as far as the shard can hold it, since otherwise both sides would wait for each other.
/// </summary>
/// <param name="arena">The shard's steps.</param>
/// <param name="maxUnreadSteps">How many unread steps the shard takes; 0 for no limit.</param>
internal sealed class UnreadLimiter(StepArena arena, long maxUnreadSteps)
{
    private readonly List<long> _wanted = [];

    /// <summary>Gets or sets the cursor up to which everything has been read.</summary>
    public long ReadCursor { get; set; }

    private long UnreadSteps => arena.StepsAfter(ReadCursor);

    /// <summary>Says why steps may not be appended now.</summary>
    /// <param name="steps">How many steps.</param>
    /// <returns>The reason, or null when they may.</returns>
    public string? WaitReason(long steps)
    {
        if (maxUnreadSteps == 0 || steps == 0)
        {
            return null;
        }

        var unread = UnreadSteps;
        return unread == 0 || unread + steps <= maxUnreadSteps || (unread < MostWanted() && !arena.HasEvictedAfter(ReadCursor))
            ? null
            : $"appending waits: {unread} of at most {maxUnreadSteps} steps are unread";
    }

    /// <summary>A reader asks from a cursor on.</summary>
    /// <param name="cursor">The cursor.</param>
    /// <returns>Whether appends may go on that waited before.</returns>
    public bool Advance(long cursor)
    {
        if (cursor <= ReadCursor)
        {
            return false;
        }

        ReadCursor = cursor;
        return true;
    }

    /// <summary>A reader begins to wait.</summary>
    /// <param name="steps">How many unread steps it waits for.</param>
    public void BeginWait(long steps) => _wanted.Add(steps);

    /// <summary>A reader waits no longer.</summary>
    /// <param name="steps">What it waited for.</param>
    public void EndWait(long steps) => _ = _wanted.Remove(steps);

    private long MostWanted()
    {
        var most = 0L;
        foreach (var wanted in _wanted)
        {
            most = Math.Max(most, wanted);
        }

        return most;
    }
}
