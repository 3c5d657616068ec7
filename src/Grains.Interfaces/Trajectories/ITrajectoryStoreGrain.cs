namespace MemoryRL.Grains.Interfaces;

/// <summary>Success or failure trajectories of a memory, with their own retention. Key: the memory's name, a slash, <c>success</c> or <c>failure</c>.</summary>
[Alias("memoryrl.ITrajectoryStoreGrain")]
public interface ITrajectoryStoreGrain : IGrainWithStringKey
{
    /// <summary>Appends trajectories; the store's retention rule may evict others, or not keep a poor one at all.</summary>
    /// <param name="request">The episodes, their outcomes decided.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The acknowledgement.</returns>
    [Alias("AppendAsync")]
    Task<AppendResult> AppendAsync(AppendRequest request, CancellationToken cancellationToken = default);

    /// <summary>Samples steps uniformly over the store, as transitions; with none held, the batch has 0 rows.</summary>
    /// <param name="request">How many and with which seed; the sequence length is 1.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The batch.</returns>
    [Alias("SampleAsync")]
    Task<SampleResult> SampleAsync(SampleRequest request, CancellationToken cancellationToken = default);

    /// <summary>Enumerates the trajectories held, best first.</summary>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <returns>The trajectories.</returns>
    [Alias("EnumerateAsync")]
    IAsyncEnumerable<EpisodeMessage> EnumerateAsync(CancellationToken cancellationToken = default);

    /// <summary>Gets the statistics of this store.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The statistics.</returns>
    [Alias("GetStatisticsAsync")]
    Task<MemoryStatistics> GetStatisticsAsync(CancellationToken cancellationToken = default);

    /// <summary>Writes a snapshot now, where the memory's durability keeps any.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Completes when it is on disk.</returns>
    [ResponseTimeout("00:10:00"), Alias("SnapshotAsync")]
    Task SnapshotAsync(CancellationToken cancellationToken = default);

    /// <summary>Forgets everything, on disk too; the memory's own <see cref="IMemoryGrain.DeleteAsync"/> calls it.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Completes when nothing is left.</returns>
    [Alias("DeleteAsync")]
    Task DeleteAsync(CancellationToken cancellationToken = default);
}
