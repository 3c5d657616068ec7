namespace MemoryRL.Grains;

/// <summary>
/// Loads what a grain holds at its first call and not at its activation, so that whoever asks for a memory that nobody created hears exactly
/// that. Calls that come meanwhile share the load; one that failed is tried again by the next call. Used from the grain's turns only.
/// </summary>
/// <typeparam name="T">What is loaded.</typeparam>
/// <param name="load">Loads it.</param>
internal sealed class SharedLoad<T>(Func<Task<T>> load)
{
    private Task<T>? _loading;

    /// <summary>Gets what is loaded, loading it if nobody has.</summary>
    /// <returns>It.</returns>
    public async Task<T> GetAsync()
    {
        var loading = _loading ??= load();
        try
        {
            return await loading;
        }
        catch
        {
            // Another call may have begun a new load since this one failed; that one stands.
            if (ReferenceEquals(_loading, loading))
            {
                _loading = null;
            }

            throw;
        }
    }
}
