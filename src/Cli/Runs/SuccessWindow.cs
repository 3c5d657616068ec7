namespace MemoryRL.Cli;

/// <summary>The most recent episodes: how many succeeded, what they returned, how long they were, how far the memory's advice was taken.</summary>
/// <param name="size">How many episodes count, at least 1.</param>
/// <remarks>Safe for several threads.</remarks>
internal sealed class SuccessWindow(int size)
{
    private readonly Lock _lock = new();
    private readonly (bool IsSuccess, double Return, int Length, int Advised)[] _episodes = new (bool, double, int, int)[size];
    private long _count;

    /// <summary>Gets how many episodes make the window full.</summary>
    public int Size { get; } = size;

    /// <summary>Gets whether the window is full.</summary>
    public bool IsFull => Interlocked.Read(ref _count) >= Size;

    /// <summary>Adds a finished episode.</summary>
    /// <param name="isSuccess">Whether it succeeded.</param>
    /// <param name="episodeReturn">Its undiscounted return.</param>
    /// <param name="length">Its number of steps.</param>
    /// <param name="advised">In how many of them the memory chose the action.</param>
    public void Add(bool isSuccess, double episodeReturn, int length, int advised)
    {
        lock (_lock)
        {
            _episodes[_count % Size] = (isSuccess, episodeReturn, length, advised);
            Interlocked.Increment(ref _count);
        }
    }

    /// <summary>Sums the window up.</summary>
    /// <returns>Shares and means; all NaN before the first episode.</returns>
    public (double SuccessRate, double MeanReturn, double MeanLength, double AdviceShare) Read()
    {
        lock (_lock)
        {
            var count = (int)Math.Min(_count, Size);
            var (successes, returns, steps, advised) = (0L, 0.0, 0L, 0L);
            foreach (var episode in _episodes.AsSpan(0, count))
            {
                successes += episode.IsSuccess ? 1 : 0;
                returns += episode.Return;
                steps += episode.Length;
                advised += episode.Advised;
            }

            return ((double)successes / count, returns / count, (double)steps / count, (double)advised / steps);
        }
    }
}
