namespace MemoryRL.Grains;

/// <summary>How many learners of this process compute at the same moment. A learner takes a place for one piece of work (an update, a checkpoint) at a time.</summary>
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

    /// <inheritdoc/>
    public void Dispose() => _places.Dispose();
}
