using System.Collections.Immutable;
using System.Globalization;
using MemoryRL.Core;
using MemoryRL.Grains.Interfaces;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace MemoryRL.Grains;

/// <summary>
/// One agent's door to a memory: decides outcomes, routes episodes to the shard and the trajectory stores, and keeps the latest for the agent
/// itself. Appends of the agent go one after the other; its reads never wait for them. An append may be repeated at any point of it: every
/// store knows the ids that it has, and outcomes are decided once.
/// </summary>
[Reentrant, GrainType("memoryrl.agent-memory")]
internal sealed partial class AgentMemoryGrain(
    [PersistentState("agent", GrainStorageNames.Provider)] IPersistentState<GrainDocument> state,
    WaitLimit waits,
    TimeProvider time,
    MemoryRLTelemetry telemetry,
    ILogger<AgentMemoryGrain> logger) : Grain, IAgentMemoryGrain, IDisposable
{
    private const string Schema = "memoryrl.agent/1";

    private readonly ChangeSignal _clock = new(time, waits.Stopping);
    private readonly SemaphoreSlim _appending = new(1, 1);
    private AgentMemoryKey _key;
    private AgentMemory? _memory;
    private SnapshotWriter? _snapshots;
    private SharedLoad<AgentMemory> _load = null!;

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _key = AgentMemoryKey.Parse(this.GetPrimaryKeyString());
        _load = new SharedLoad<AgentMemory>(LoadAsync);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (_snapshots is not null)
        {
            await _snapshots.WriteAsync();
        }
    }

    /// <inheritdoc/>
    public async Task<AppendResult> AppendAsync(AppendRequest request, CancellationToken cancellationToken)
    {
        var memory = _memory ?? await _load.GetAsync();
        var wait = waits.Bound(request.MaxWait);
        var deadline = _clock.DeadlineAfter(wait);
        var episodes = EpisodeMessages.Read(memory.Spec, request);
        Check(memory, episodes);
        if (!await _appending.WaitAsync(wait, cancellationToken))
        {
            return new AppendResult(0, 0, "appending waits: an append of the same agent before this one still waits");
        }

        try
        {
            var completed = memory.Outcomes.CountCompleted(episodes);
            if (completed > 0)
            {
                // The shard may have evicted them since, and would take them a second time.
                episodes = Array.FindAll(episodes, episode => !memory.Outcomes.IsCompleted(episode.Episode.Id));
            }

            if (episodes.Length == 0)
            {
                return new AppendResult(0, completed, null);
            }

            var result = await RouteAsync(memory, episodes, _clock.LeftUntil(deadline), cancellationToken);
            if (result.WaitReason is null)
            {
                memory.Outcomes.Complete(episodes);
                Keep(memory, episodes);
            }

            return result with { Duplicates = result.Duplicates + completed };
        }
        finally
        {
            _ = _appending.Release();
        }
    }

    /// <inheritdoc/>
    public async Task<ImmutableArray<EpisodeMessage>> GetRecentAsync(int count, CancellationToken cancellationToken)
    {
        var memory = _memory ?? await _load.GetAsync();
        if (count < 1)
        {
            throw new InvalidInputException("request.count", "1 or more episodes", count.ToString(CultureInfo.InvariantCulture));
        }

        return EpisodeMessages.Write(memory.Recent.TakeNewest(count));
    }

    /// <inheritdoc/>
    public void Dispose() => _appending.Dispose();

    // First the shard, which alone may wait: as long as it does, nothing is stored anywhere.
    private async Task<AppendResult> RouteAsync(AgentMemory memory, AgentEpisode[] episodes, TimeSpan maxWait, CancellationToken cancellationToken)
    {
        var shard = GrainFactory.GetMemoryShard(MemoryShardKey.ForAgent(_key.MemoryName, _key.AgentId, memory.Spec.ShardCount));
        var decided = memory.Outcomes.Decide(episodes);
        var messages = EpisodeMessages.Write(episodes);
        AppendResult result;
        try
        {
            result = await shard.AppendAsync(new AppendRequest(messages, maxWait), cancellationToken);
        }
        catch (Exception fault) when (fault is not MemoryRLException)
        {
            // The shard may have them: what was decided stands, and a retry finds it.
            memory.Outcomes.Accept(decided, episodes);
            throw;
        }

        if (result.WaitReason is null)
        {
            memory.Outcomes.Accept(decided, episodes);

            // No longer cancelled: what the shard has, the trajectory stores get too.
            await Task.WhenAll(OfferAsync(EpisodeOutcome.Success, messages), OfferAsync(EpisodeOutcome.Failure, messages));
        }

        return result;
    }

    private Task OfferAsync(EpisodeOutcome outcome, ImmutableArray<EpisodeMessage> messages)
    {
        var offered = EpisodeMessages.Pick(messages, outcome);
        return offered.IsEmpty
            ? Task.CompletedTask
            : GrainFactory.GetTrajectoryStore(new TrajectoryStoreKey(_key.MemoryName, outcome)).AppendAsync(new AppendRequest(offered, TimeSpan.Zero));
    }

    private void Keep(AgentMemory memory, AgentEpisode[] episodes)
    {
        foreach (ref readonly var episode in episodes.AsSpan())
        {
            memory.Recent.Add(episode);
        }

        _snapshots?.Change();
    }

    private void Check(AgentMemory memory, AgentEpisode[] episodes)
    {
        foreach (ref readonly var episode in episodes.AsSpan())
        {
            if (episode.AgentId != _key.AgentId)
            {
                throw new InvalidInputException("episode.agent_id", $"'{_key.AgentId}', whose memory this is,", $"'{episode.AgentId}'");
            }

            if (episode.Episode.Length > memory.MaxEpisodeSteps)
            {
                throw new InvalidInputException("episode.length", $"at most {memory.MaxEpisodeSteps} steps, what the memory takes", episode.Episode.Length.ToString(CultureInfo.InvariantCulture));
            }
        }
    }

    private async Task<AgentMemory> LoadAsync()
    {
        var spec = MemorySpec.FromJson((await GrainFactory.GetMemory(_key.MemoryName).DescribeAsync()).SpecJson);
        var memory = new AgentMemory(spec);
        if (spec.Durability == Durability.Snapshot)
        {
            var document = new DocumentState(state, Schema, _key.ToString());
            _ = document.Restore(memory.Restore);
            _snapshots = new SnapshotWriter(document, memory.Save, telemetry, logger, _key.ToString());
            _ = this.RegisterGrainTimer(_ => _snapshots.WriteAsync(), new GrainTimerCreationOptions(spec.SnapshotPeriod, spec.SnapshotPeriod) { Interleave = true });
        }
        else
        {
            // Nothing else holds what the agent lived through.
            DelayDeactivation(Timeout.InfiniteTimeSpan);
        }

        LogOpened(logger, _key.ToString(), memory.Recent.Count);
        _memory = memory;
        return memory;
    }

    [LoggerMessage(EventId = 1201, EventName = "AgentMemoryOpened", Level = LogLevel.Debug, Message = "Agent memory {AgentMemoryKey} was opened with {EpisodeCount} episodes.")]
    private static partial void LogOpened(ILogger logger, string agentMemoryKey, int episodeCount);
}
