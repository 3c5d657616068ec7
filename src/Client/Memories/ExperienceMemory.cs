using System.Collections.Immutable;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using MemoryRL.Core;
using MemoryRL.Grains.Interfaces;

namespace MemoryRL.Client;

/// <summary>One experience memory: append to it, sample from it, ask what it holds. Safe for many threads.</summary>
public sealed class ExperienceMemory
{
    private readonly MemoryClientOptions _options;
    private readonly TimeProvider _time;
    private readonly IMemoryGrain _memory;
    private readonly IMemoryShardGrain[] _shards;
    private readonly ShardWeights _weights;
    private readonly Lock _seedsLock = new();
    private RandomStream _seeds;

    internal ExperienceMemory(IGrainFactory grains, string name, MemorySpec spec, MemoryClientOptions options, TimeProvider time)
    {
        Grains = grains;
        Name = name;
        Spec = spec;
        _options = options;
        _time = time;
        _memory = grains.GetMemory(name);
        _shards = [.. Enumerable.Range(0, spec.ShardCount).Select(shard => grains.GetMemoryShard(new MemoryShardKey(name, shard)))];
        _weights = new ShardWeights(spec, _shards, options.ShardWeightPeriod, time);
        _seeds = new RandomStream(options.Seed);
        Success = new TrajectoryStore(this, EpisodeOutcome.Success);
        Failure = new TrajectoryStore(this, EpisodeOutcome.Failure);
    }

    /// <summary>Gets the memory's name.</summary>
    public string Name { get; }

    /// <summary>Gets what the memory is.</summary>
    public MemorySpec Spec { get; }

    /// <summary>Gets the trajectories that succeeded.</summary>
    public TrajectoryStore Success { get; }

    /// <summary>Gets the trajectories that failed.</summary>
    public TrajectoryStore Failure { get; }

    /// <summary>Gets where the grains are.</summary>
    internal IGrainFactory Grains { get; }

    /// <summary>Appends a finished episode; acknowledged when the agent's memory and the shared stores have it.</summary>
    /// <param name="episode">The episode.</param>
    /// <param name="agentId">The agent that acted; it decides the shard.</param>
    /// <param name="deadline">How long to wait while the memory takes no more; null for the client's default.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>How many episodes were stored, and how many had been there before.</returns>
    /// <exception cref="InvalidExperienceException">The episode is of another spec.</exception>
    /// <exception cref="InvalidInputException">The memory does not allow the episode; nothing was stored.</exception>
    /// <exception cref="MemoryTimeoutException">The deadline passed; the message says why the memory takes no more.</exception>
    public Task<AppendResult> AppendAsync(Episode episode, string agentId = "agent", TimeSpan? deadline = null, CancellationToken cancellationToken = default) =>
        AppendAsync([episode], agentId, deadline, cancellationToken);

    /// <summary>Appends one agent's finished episodes, all or none; acknowledged when the agent's memory and the shared stores have them.</summary>
    /// <param name="episodes">The episodes in the order in which they ended.</param>
    /// <param name="agentId">The agent that acted; it decides the shard.</param>
    /// <param name="deadline">How long to wait while the memory takes no more; null for the client's default.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>How many episodes were stored, and how many had been there before.</returns>
    /// <exception cref="InvalidExperienceException">An episode is of another spec.</exception>
    /// <exception cref="InvalidInputException">The memory does not allow an episode; nothing was stored.</exception>
    /// <exception cref="MemoryTimeoutException">The deadline passed; the message says why the memory takes no more.</exception>
    public Task<AppendResult> AppendAsync(IReadOnlyList<Episode> episodes, string agentId, TimeSpan? deadline = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(episodes);
        var messages = ImmutableArray.CreateBuilder<EpisodeMessage>(episodes.Count);
        foreach (var episode in episodes)
        {
            InvalidExperienceException.ThrowUnless(episode.Spec.Equals(Spec.Experience), "episode.spec", Spec.Experience.ToString(), episode.Spec);
            messages.Add(episode.ToMessage(agentId));
        }

        var batch = messages.MoveToImmutable();
        var agent = Grains.GetAgentMemory(new AgentMemoryKey(Name, agentId));
        return Wait("appending", deadline).UntilAnsweredAsync(
            (wait, token) => agent.AppendAsync(new AppendRequest(batch, wait), token), static result => result.WaitReason, retried: null, cancellationToken);
    }

    /// <summary>Gets an agent's most recent episodes, the newest last.</summary>
    /// <param name="agentId">The agent.</param>
    /// <param name="count">How many at most, at least 1.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The episodes.</returns>
    public async Task<IReadOnlyList<AgentEpisode>> GetRecentAsync(string agentId, int count, CancellationToken cancellationToken = default)
    {
        var recent = await Grains.GetAgentMemory(new AgentMemoryKey(Name, agentId)).GetRecentAsync(count, cancellationToken);
        return [.. recent.Select(message => message.ToEpisode(Spec.Experience))];
    }

    /// <summary>Samples transitions uniformly over the steps that all shards hold.</summary>
    /// <param name="count">How many, at least 1.</param>
    /// <param name="seed">The seed of the draw; null for the next of the client's.</param>
    /// <param name="deadline">How long to wait until the memory holds its minimum; null for the client's default.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The batch.</returns>
    /// <exception cref="MemoryTimeoutException">The deadline passed; the message says how many steps are there.</exception>
    public async Task<TransitionBatch> SampleTransitionsAsync(int count, ulong? seed = null, TimeSpan? deadline = null, CancellationToken cancellationToken = default)
    {
        var batches = await SampleAsync(count, 1, seed, deadline, columns => columns.ToTransitions(Spec.Experience), cancellationToken);
        return BatchJoin.Join(Spec.Experience, batches);
    }

    /// <summary>Samples sequences whose first steps are uniform over the steps that all shards hold.</summary>
    /// <param name="count">How many, at least 1.</param>
    /// <param name="length">The number of steps of each, at least 2; behind its episode's end a sequence is padded.</param>
    /// <param name="seed">The seed of the draw; null for the next of the client's.</param>
    /// <param name="deadline">How long to wait until the memory holds its minimum; null for the client's default.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The batch.</returns>
    /// <exception cref="MemoryTimeoutException">The deadline passed; the message says how many steps are there.</exception>
    public async Task<SequenceBatch> SampleSequencesAsync(
        int count, int length, ulong? seed = null, TimeSpan? deadline = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 2);
        var batches = await SampleAsync(count, length, seed, deadline, columns => columns.ToSequences(Spec.Experience, length), cancellationToken);
        return BatchJoin.Join(Spec.Experience, batches);
    }

    /// <summary>Enumerates the episodes that the memory holds, shard after shard, the oldest of each first; no reader's cursor moves.</summary>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <returns>The episodes with their agents and outcomes.</returns>
    public async IAsyncEnumerable<AgentEpisode> EnumerateAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var shard in _shards)
        {
            await foreach (var episode in shard.EnumerateAsync(cancellationToken))
            {
                yield return episode.ToEpisode(Spec.Experience);
            }
        }
    }

    /// <summary>Sums the statistics of the memory's shards.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The sums.</returns>
    public Task<MemoryStatistics> GetStatisticsAsync(CancellationToken cancellationToken = default) => _memory.GetStatisticsAsync(cancellationToken);

    /// <summary>Writes a snapshot of every shard and store now, where the memory's durability keeps any.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Completes when all are on disk.</returns>
    public Task SnapshotAsync(CancellationToken cancellationToken = default) => _memory.SnapshotAsync(cancellationToken);

    /// <summary>Makes a wait by the client's options.</summary>
    /// <param name="operation">What waits.</param>
    /// <param name="deadline">The deadline; null for the client's default.</param>
    /// <returns>The wait.</returns>
    internal Waiting Wait(string operation, TimeSpan? deadline) => new(operation, Name, deadline ?? _options.Deadline, _options.MaxCallWait, _time);

    /// <summary>Takes a seed for one draw.</summary>
    /// <param name="seed">The caller's seed, or null for the next of the client's.</param>
    /// <returns>The seed.</returns>
    internal ulong TakeSeed(ulong? seed)
    {
        lock (_seedsLock)
        {
            return seed ?? _seeds.NextUInt64();
        }
    }

    private async Task<T[]> SampleAsync<T>(
        int count, int length, ulong? seed, TimeSpan? deadline, Func<Columns, T> unwrap, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        using var activity = ClientTelemetry.Activities.StartActivity("memoryrl.sample");
        var started = Stopwatch.GetTimestamp();
        Exception? failure = null;
        try
        {
            var drawSeed = TakeSeed(seed);
            var results = await Wait("sampling", deadline).UntilAnsweredAsync(
                (wait, token) => TrySampleAsync(count, length, drawSeed, wait, token), static results => results.WaitReason, retried: null, cancellationToken);
            return [.. results.Batches.Select(unwrap)];
        }
        catch (Exception error)
        {
            failure = error;
            throw;
        }
        finally
        {
            ClientTelemetry.SampleDuration.Record(Stopwatch.GetElapsedTime(started).TotalSeconds, ClientTelemetry.ErrorTags(failure));
        }
    }

    // One try; a seed splits the same counts the same way, and where a shard cannot be sampled after all, the next try splits anew.
    private async Task<Samples> TrySampleAsync(int count, int length, ulong seed, TimeSpan wait, CancellationToken cancellationToken)
    {
        try
        {
            if (await _weights.SplitAsync(count, seed, cancellationToken) is not { } draws)
            {
                var reason = await _shards.WaitForAnyAsync(wait, cancellationToken);
                return new Samples([], reason ?? "sampling waits: the minimum size has just been inserted");
            }

            var shardSeeds = new RandomStream(seed, 1);
            var calls = new List<Task<SampleResult>>(1);
            for (var shard = 0; shard < _shards.Length; shard++)
            {
                if (draws[shard] > 0)
                {
                    // Shards of many were found ready; only a single one waits by itself.
                    var request = new SampleRequest(draws[shard], length, shardSeeds.NextUInt64(), _shards.Length == 1 ? wait : TimeSpan.Zero);
                    calls.Add(_shards[shard].SampleAsync(request, cancellationToken));
                }
            }

            var results = await Task.WhenAll(calls);
            var waiting = Array.Find(results, result => result.Batch is null);
            if (waiting is null)
            {
                return new Samples([.. results.Select(result => result.Batch!.Value)], null);
            }

            _weights.Forget();
            return new Samples([], waiting.WaitReason ?? throw new InvalidOperationException("Expected a batch or a reason to wait but got neither."));
        }
        catch
        {
            _weights.Forget();
            throw;
        }
    }

    private sealed record Samples(ImmutableArray<Columns> Batches, string? WaitReason);
}
