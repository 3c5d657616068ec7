using MemoryRL.Embedded.Runtime;

namespace Orleans.Runtime;

/// <summary>Settings of an enumeration over a grain's results.</summary>
public static class AsyncEnumerableExtensions
{
    /// <summary>Sets how many elements may travel at once.</summary>
    /// <typeparam name="T">The type of the elements.</typeparam>
    /// <param name="self">The result of a grain method.</param>
    /// <param name="maxBatchSize">The largest number, at least 1; 100 unless set.</param>
    /// <returns>The same enumerable.</returns>
    public static IAsyncEnumerable<T> WithBatchSize<T>(this IAsyncEnumerable<T> self, int maxBatchSize)
    {
        if ((object)self is GrainEnumerable<T> enumerable)
        {
            enumerable.MaxBatchSize = maxBatchSize;
        }

        return self;
    }
}
