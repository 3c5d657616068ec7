using System.Runtime.CompilerServices;
using MemoryRL.Core;
using MemoryRL.Grains.Interfaces;

namespace MemoryRL.Client;

/// <summary>The success or the failure trajectories of a memory.</summary>
public sealed class TrajectoryStore
{
    private readonly ExperienceMemory _memory;
    private readonly ITrajectoryStoreGrain _store;

    internal TrajectoryStore(ExperienceMemory memory, EpisodeOutcome outcome)
    {
        _memory = memory;
        _store = memory.Grains.GetTrajectoryStore(new TrajectoryStoreKey(memory.Name, outcome));
        Outcome = outcome;
    }

    /// <summary>Gets which of the two stores it is.</summary>
    public EpisodeOutcome Outcome { get; }

    /// <summary>Samples steps uniformly over the store.</summary>
    /// <param name="count">How many, at least 1.</param>
    /// <param name="seed">The seed of the draw; null for the next of the client's.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The batch; it has 0 rows while the store is empty.</returns>
    public async Task<TransitionBatch> SampleAsync(int count, ulong? seed = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var request = new SampleRequest(count, 1, _memory.TakeSeed(seed), TimeSpan.Zero);
        var result = await _store.SampleAsync(request, cancellationToken);
        return result.Batch is { } batch ? batch.ToTransitions(_memory.Spec.Experience) : new TransitionBatch(_memory.Spec.Experience, 0);
    }

    /// <summary>Enumerates the trajectories held, best first.</summary>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <returns>The trajectories with their agents.</returns>
    public async IAsyncEnumerable<AgentEpisode> EnumerateAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var message in _store.EnumerateAsync(cancellationToken))
        {
            yield return message.ToEpisode(_memory.Spec.Experience);
        }
    }

    /// <summary>Gets the statistics of the store.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The statistics.</returns>
    public Task<MemoryStatistics> GetStatisticsAsync(CancellationToken cancellationToken = default) => _store.GetStatisticsAsync(cancellationToken);
}
