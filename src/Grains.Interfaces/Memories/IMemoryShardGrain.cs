namespace MemoryRL.Grains.Interfaces;

/// <summary>One part of a memory: arenas, samplers, limiter, durability. Key: the memory's name, a slash, the shard's number.</summary>
[Alias("memoryrl.IMemoryShardGrain")]
public interface IMemoryShardGrain : IGrainWithStringKey
{
    /// <summary>Appends whole episodes: all or none. Idempotent by episode id among the episodes held.</summary>
    /// <param name="request">The episodes.</param>
    /// <param name="cancellationToken">Cancels the wait for the limiter; nothing is stored then.</param>
    /// <returns>The acknowledgement, or why the append still waits.</returns>
    /// <exception cref="InvalidInputException">An episode does not fit the spec; nothing was stored.</exception>
    /// <exception cref="UnknownMemoryException">Nobody has created the memory.</exception>
    [Alias("AppendAsync")]
    Task<AppendResult> AppendAsync(AppendRequest request, CancellationToken cancellationToken = default);

    /// <summary>Samples transitions, with or without their planned targets, or sequences uniformly over the steps held.</summary>
    /// <param name="request">How many, with which seed, and how long to wait for the minimum size.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The batch, or why sampling waits.</returns>
    [Alias("SampleAsync")]
    Task<SampleResult> SampleAsync(SampleRequest request, CancellationToken cancellationToken = default);

    /// <summary>Reads the episodes that arrived after a cursor, for learners on fresh data, and opens the limiter accordingly.</summary>
    /// <param name="request">The cursor and how much to read.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The episodes and the next cursor.</returns>
    [Alias("ReadAsync")]
    Task<ReadResult> ReadAsync(ReadRequest request, CancellationToken cancellationToken = default);

    /// <summary>Enumerates the episodes held, the oldest first, for whoever copies them elsewhere: no reader's cursor moves.</summary>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <returns>The episodes; those that arrive meanwhile come too, those that are evicted before their turn do not.</returns>
    [Alias("EnumerateAsync")]
    IAsyncEnumerable<EpisodeMessage> EnumerateAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Plans targets along the stored episodes with a versioned value function, which becomes the shard's plan: episodes that arrive later are
    /// planned with it as they come. A shard has one plan at a time, and so one planner. Appends and samples go on meanwhile, but samples for a run
    /// of the planner wait until that run's plan is done. A plan that the shard has already plans only what is left of it and what has no targets yet.
    /// </summary>
    /// <param name="request">The value function, how to plan, and how much.</param>
    /// <param name="cancellationToken">Ends the planning between two pieces; calling again goes on where it ended.</param>
    /// <returns>What was planned.</returns>
    /// <exception cref="InvalidInputException">The plan is not allowed or its bundle cannot be read; nothing was changed.</exception>
    /// <exception cref="MemoryRLException">The value function failed, or a later plan came; every episode has the targets of one plan, whole.</exception>
    /// <exception cref="UnknownMemoryException">Nobody has created the memory.</exception>
    [ResponseTimeout("00:30:00"), Alias("PlanAsync")]
    Task<PlanResult> PlanAsync(PlanRequest request, CancellationToken cancellationToken = default);

    /// <summary>Copies the planned targets, for another process that holds the same episodes.</summary>
    /// <param name="planner">Whose targets they are.</param>
    /// <param name="version">The version of its plan, which the shard has whole.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The targets, of kind <see cref="ColumnsKind.Safetensors"/>: 8 bytes a step, and 24 an episode.</returns>
    /// <exception cref="InvalidInputException">The shard has another plan, or has not done it yet.</exception>
    [Alias("SaveTargetsAsync")]
    Task<Columns> SaveTargetsAsync(string planner, long version, CancellationToken cancellationToken = default);

    /// <summary>Takes planned targets back, in place of what was planned here: the shard then has the plan, and nothing of it is left to do.</summary>
    /// <param name="plan">The plan that the shard had when they were copied.</param>
    /// <param name="targets">What <see cref="SaveTargetsAsync"/> gave.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Completes when samples have them.</returns>
    /// <exception cref="InvalidInputException">The plan is not allowed, or the targets are damaged or of other episodes; nothing was changed.</exception>
    [Alias("RestoreTargetsAsync")]
    Task RestoreTargetsAsync(PlanRequest plan, Columns targets, CancellationToken cancellationToken = default);

    /// <summary>Gets the statistics of this shard.</summary>
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
