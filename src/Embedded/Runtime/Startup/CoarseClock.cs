namespace MemoryRL.Embedded.Runtime;

/// <summary>
/// A clock that costs a field's read: it moves when the host's sweep looks at the real one. Ticks are those of <see cref="TimeSpan"/>.
/// </summary>
internal sealed class CoarseClock(TimeProvider time)
{
    private readonly long _start = time.GetTimestamp();
    private long _now;

    internal long Now => Volatile.Read(ref _now);

    internal static long Ticks(TimeSpan span) => span == Timeout.InfiniteTimeSpan ? long.MaxValue : span.Ticks;

    internal static long Add(long now, long ticks) => ticks > long.MaxValue - now ? long.MaxValue : now + ticks;

    internal void Advance() => Volatile.Write(ref _now, time.GetElapsedTime(_start).Ticks);
}
