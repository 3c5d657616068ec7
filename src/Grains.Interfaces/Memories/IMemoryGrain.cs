using Orleans.Concurrency;

namespace MemoryRL.Grains.Interfaces;

/// <summary>A named experience memory: its spec, its shard map, its statistics. Key: the memory's name.</summary>
[Alias("memoryrl.IMemoryGrain")]
public interface IMemoryGrain : IGrainWithStringKey
{
    /// <summary>Creates the memory. The same spec again changes nothing; another spec is an error that names the difference.</summary>
    /// <param name="specJson">The spec as <c>MemoryRL.Core.MemorySpec.ToJson</c> writes it.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The memory as it is.</returns>
    /// <exception cref="InvalidInputException">A value of the spec is not allowed.</exception>
    /// <exception cref="MemorySpecMismatchException">The memory exists with another spec.</exception>
    [Alias("CreateAsync")]
    Task<MemoryDescription> CreateAsync(string specJson, CancellationToken cancellationToken = default);

    /// <summary>Says what the memory is.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The memory as it is.</returns>
    /// <exception cref="UnknownMemoryException">Nobody has created it.</exception>
    [AlwaysInterleave, Alias("DescribeAsync")]
    Task<MemoryDescription> DescribeAsync(CancellationToken cancellationToken = default);

    /// <summary>Sums the statistics of the memory's shards.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The sums.</returns>
    /// <exception cref="UnknownMemoryException">Nobody has created it.</exception>
    [Alias("GetStatisticsAsync")]
    Task<MemoryStatistics> GetStatisticsAsync(CancellationToken cancellationToken = default);

    /// <summary>Writes a snapshot of every shard and trajectory store now, where the memory's durability keeps any.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Completes when all are on disk.</returns>
    [ResponseTimeout("00:10:00"), Alias("SnapshotAsync")]
    Task SnapshotAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Deletes the memory: its spec, its shards and its trajectory stores, on disk too. Nobody else uses it meanwhile. An agent's own memory,
    /// which only the agent's id finds, is not touched. A memory that nobody created is no error.
    /// </summary>
    /// <param name="cancellationToken">Cancels the call; calling again goes on where it ended.</param>
    /// <returns>Completes when nothing is left.</returns>
    [ResponseTimeout("00:10:00"), Alias("DeleteAsync")]
    Task DeleteAsync(CancellationToken cancellationToken = default);
}
