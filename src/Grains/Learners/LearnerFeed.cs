using System.Collections.Immutable;
using MemoryRL.Core;
using MemoryRL.Grains.Interfaces;
using Microsoft.Extensions.Logging;

namespace MemoryRL.Grains;

/// <summary>
/// Fetches what a learner asks for from a memory's shards and trajectory stores, waiting for it with a reason. What is drawn follows from the
/// learner's seed and the number of the feeding, so that a resumed learner draws as one that never stopped. Used from the learner grain's turns.
/// </summary>
internal sealed class LearnerFeed
{
    // One wait inside a shard; well below a response timeout, and the fetch goes on waiting.
    private static readonly TimeSpan WaitPeriod = TimeSpan.FromSeconds(5);

    // A shard whose silo stops answers at once instead of waiting; it must not be called in a tight loop.
    private static readonly TimeSpan PauseAfterWait = TimeSpan.FromMilliseconds(100);

    private readonly MemorySpec _spec;
    private readonly TimeProvider _time;
    private readonly ulong _seed;
    private readonly IMemoryShardGrain[] _shards;
    private readonly ITrajectoryStoreGrain _success;
    private readonly ITrajectoryStoreGrain _failure;
    private readonly TransitionFetch _transitions;

    /// <summary>Prepares the doors to a memory.</summary>
    /// <param name="grains">The grain factory.</param>
    /// <param name="learnerName">The learner.</param>
    /// <param name="memoryName">The memory.</param>
    /// <param name="spec">Its spec.</param>
    /// <param name="seed">The learner's seed.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    public LearnerFeed(IGrainFactory grains, string learnerName, string memoryName, MemorySpec spec, long seed, TimeProvider time, ILogger logger)
    {
        _time = time;
        _spec = spec;
        _seed = (ulong)seed;
        _shards = [.. Enumerable.Range(0, spec.ShardCount).Select(shard => grains.GetMemoryShard(new MemoryShardKey(memoryName, shard)))];
        _success = grains.GetTrajectoryStore(new TrajectoryStoreKey(memoryName, EpisodeOutcome.Success));
        _failure = grains.GetTrajectoryStore(new TrajectoryStoreKey(memoryName, EpisodeOutcome.Failure));
        Planning = new LearnerPlanning(_shards, learnerName, time, logger);
        _transitions = new TransitionFetch(_shards, spec, learnerName, Planning.Run, WaitPeriod, PauseAfterWait, time);
    }

    /// <summary>Gets what has the memory planned, for a learner whose targets are planned.</summary>
    public LearnerPlanning Planning { get; }

    /// <summary>Gets what the fetch waits for, or null.</summary>
    public string? WaitReason { get; private set; }

    /// <summary>Fetches one batch.</summary>
    /// <param name="request">What the learner wants.</param>
    /// <param name="feeding">The number of the feeding, which the draws follow from.</param>
    /// <param name="cursors">For each shard, the cursor to read fresh episodes from.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The batch, once all of it is there.</returns>
    public async Task<FetchedBatch> FetchAsync(DataRequest request, long feeding, ImmutableArray<long> cursors, CancellationToken cancellationToken)
    {
        try
        {
            var random = new RandomStream(_seed, (ulong)feeding);
            var (transitionSeed, successSeed, failureSeed, plannedSeed) = (random.NextUInt64(), random.NextUInt64(), random.NextUInt64(), random.NextUInt64());
            var fresh = new FreshRead(_shards, _spec.Experience, cursors);
            if (request.FreshSteps > 0)
            {
                await ReadFreshAsync(fresh, request.FreshSteps, cancellationToken);
            }

            var batch = new LearnerBatch
            {
                Fresh = fresh.Episodes,
                Transitions = request.Transitions > 0 ? await _transitions.SampleAsync(request.Transitions, transitionSeed, OnWaitAsync, cancellationToken) : null,
                Success = await SampleAsync(_success, request.SuccessSteps, successSeed, cancellationToken),
                Failure = await SampleAsync(_failure, request.FailureSteps, failureSeed, cancellationToken),
                Planned = request.Planned > 0 ? await _transitions.SamplePlannedAsync(request.Planned, plannedSeed, OnPlannedWaitAsync, cancellationToken) : null,
            };
            return new FetchedBatch(batch, fresh.Steps, fresh.MissedEpisodes, fresh.Cursors);
        }
        finally
        {
            WaitReason = null;
        }

        Task OnWaitAsync(string reason)
        {
            WaitReason = reason;
            return Task.CompletedTask;
        }

        // A shard that came back without its plan or with an older one, as after a crash, would wait for it for ever.
        Task OnPlannedWaitAsync(string reason)
        {
            WaitReason = reason;
            return Planning.EnsureAsync(cancellationToken);
        }
    }

    private async Task ReadFreshAsync(FreshRead fresh, int wanted, CancellationToken cancellationToken)
    {
        while (fresh.Steps < wanted)
        {
            WaitReason = $"{fresh.Steps} of {wanted} fresh steps read";
            if (await fresh.ReadAsync(wanted, WaitPeriod, cancellationToken) is { } reason)
            {
                WaitReason = reason;
                await Task.Delay(PauseAfterWait, _time, cancellationToken);
            }
        }
    }

    private async Task<TransitionBatch?> SampleAsync(ITrajectoryStoreGrain store, int count, ulong seed, CancellationToken cancellationToken)
    {
        if (count == 0)
        {
            return null;
        }

        var sample = await store.SampleAsync(new SampleRequest(count, 1, seed, TimeSpan.Zero), cancellationToken);
        return sample.Batch is { Count: > 0 } batch ? TransitionBatch.FromBuffer(_spec.Experience, batch.Count, batch.Data) : null;
    }
}
