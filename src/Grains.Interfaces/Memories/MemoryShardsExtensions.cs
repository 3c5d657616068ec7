namespace MemoryRL.Grains.Interfaces;

/// <summary>What is asked of all shards of a memory together.</summary>
public static class MemoryShardsExtensions
{
    /// <summary>Waits until any of the shards can be sampled: the first to hold its part of the minimum size ends the wait for all.</summary>
    /// <param name="shards">The shards, at least 1.</param>
    /// <param name="maxWait">How long to wait, from 0 to 1 day.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Null when one can be sampled, otherwise why not.</returns>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public static async Task<string?> WaitForAnyAsync(this IReadOnlyCollection<IMemoryShardGrain> shards, TimeSpan maxWait, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(shards);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var waits = shards.Select(shard => shard.SampleAsync(new SampleRequest(1, 1, 0, maxWait), enough.Token)).ToList();
        try
        {
            return (await await Task.WhenAny(waits)).WaitReason;
        }
        finally
        {
            await enough.CancelAsync();
            await ((Task)Task.WhenAll(waits)).ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
