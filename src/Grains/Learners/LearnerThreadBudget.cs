namespace MemoryRL.Grains;

/// <summary>
/// How many learners of this process, and shards that plan for them, compute at the same moment. Each takes a place for one piece of work (an
/// update, a checkpoint, a few episodes' targets) at a time.
/// </summary>
/// <param name="places">The number of places, at least 1.</param>
internal sealed class LearnerThreadBudget(int places) : IDisposable
{
    private readonly SemaphoreSlim _places = new(places, places);

    /// <summary>Runs work on the calling thread, once a place is free.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="work">The work.</param>
    /// <returns>The result.</returns>
    public T Run<T>(Func<T> work)
    {
        _places.Wait();
        try
        {
            return work();
        }
        finally
        {
            _ = _places.Release();
        }
    }

    /// <summary>Runs work on the thread pool, once a place is free; whoever awaits it holds no thread.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="work">The work; it awaits nothing.</param>
    /// <param name="cancellationToken">Ends the wait for a place, not the work.</param>
    /// <returns>The result, or the error that the work threw.</returns>
    public async Task<T> RunOnPoolAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(work, CancellationToken.None);
        }
        finally
        {
            _ = _places.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _places.Dispose();
}
