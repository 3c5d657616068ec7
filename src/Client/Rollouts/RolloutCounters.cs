using MemoryRL.Core;

namespace MemoryRL.Client;

/// <summary>What a worker's threads have done together. Steps are counted a tick at a time, by each thread in a place of its own.</summary>
internal sealed class RolloutCounters(int threads, int window)
{
    // One cache line each, so that threads do not share one; four numbers are used.
    private const int Stride = 8;

    private readonly long[] _ticks = new long[(threads + 1) * Stride];
    private readonly Lock _gate = new();
    private readonly (double Return, int Length, bool IsSuccess)[] _window = new (double, int, bool)[window];
    private long _episodes;
    private long _successes;

    /// <summary>Adds one thread's tick.</summary>
    /// <param name="thread">The thread's number.</param>
    /// <param name="sources">Who chose the actions of the tick.</param>
    public void AddTick(int thread, ReadOnlySpan<ActionSource> sources)
    {
        var (memory, random) = (0, 0);
        foreach (var source in sources)
        {
            memory += source == ActionSource.Memory ? 1 : 0;
            random += source == ActionSource.Random ? 1 : 0;
        }

        var counts = _ticks.AsSpan((thread + 1) * Stride, Stride);
        Volatile.Write(ref counts[0], counts[0] + sources.Length);
        Volatile.Write(ref counts[1], counts[1] + memory);
        Volatile.Write(ref counts[2], counts[2] + random);
    }

    /// <summary>Says how many agents of a thread have not stopped.</summary>
    /// <param name="thread">The thread's number.</param>
    /// <param name="agents">The agents.</param>
    public void SetActive(int thread, int agents) => Volatile.Write(ref _ticks[((thread + 1) * Stride) + 3], agents);

    /// <summary>Adds a finished episode.</summary>
    /// <param name="episodeReturn">Its return.</param>
    /// <param name="length">Its number of steps.</param>
    /// <param name="isSuccess">Whether the task counts it as a success.</param>
    public void AddEpisode(double episodeReturn, int length, bool isSuccess)
    {
        lock (_gate)
        {
            _window[_episodes % _window.Length] = (episodeReturn, length, isSuccess);
            _episodes++;
            _successes += isSuccess ? 1 : 0;
        }
    }

    /// <summary>Reads everything.</summary>
    /// <param name="elapsed">The time since the start.</param>
    /// <param name="policyVersion">The newest policy version.</param>
    /// <returns>The progress.</returns>
    public RolloutProgress Read(TimeSpan elapsed, long policyVersion)
    {
        var (steps, memory, random, active) = (0L, 0L, 0L, 0L);
        for (var offset = Stride; offset < _ticks.Length; offset += Stride)
        {
            steps += Volatile.Read(ref _ticks[offset]);
            memory += Volatile.Read(ref _ticks[offset + 1]);
            random += Volatile.Read(ref _ticks[offset + 2]);
            active += Volatile.Read(ref _ticks[offset + 3]);
        }

        lock (_gate)
        {
            var filled = (int)Math.Min(_episodes, _window.Length);
            var (successes, returns, lengths) = (0, 0.0, 0L);
            foreach (var episode in _window.AsSpan(0, filled))
            {
                successes += episode.IsSuccess ? 1 : 0;
                returns += episode.Return;
                lengths += episode.Length;
            }

            // 0 of 0 is NaN.
            double count = filled;
            return new RolloutProgress(
                elapsed, steps, _episodes, _successes, filled, successes / count, returns / count, lengths / count, steps - memory - random, memory, random, policyVersion, (int)active);
        }
    }
}
