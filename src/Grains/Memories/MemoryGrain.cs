using System.Text.Json;
using MemoryRL.Core;
using MemoryRL.Grains.Interfaces;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MemoryRL.Grains;

/// <summary>A memory's spec, kept from its creation on; its shards and trajectory stores are grains of their own.</summary>
[GrainType("memoryrl.memory")]
internal sealed partial class MemoryGrain(
    [PersistentState("memory", GrainStorageNames.Provider)] IPersistentState<GrainDocument> state,
    IOptions<MemoryRLOptions> options,
    ILogger<MemoryGrain> logger) : Grain, IMemoryGrain
{
    private const string Schema = "memoryrl.memory/1";
    private const string SpecKey = "spec";

    private DocumentState _document = null!;
    private MemorySpec? _spec;

    private string Name => this.GetPrimaryKeyString();

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _document = new DocumentState(state, Schema, Name);
        if (_document.Take() is { } document)
        {
            _spec = MemorySpec.FromJson(document.Metadata[SpecKey]);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task<MemoryDescription> CreateAsync(string specJson, CancellationToken cancellationToken)
    {
        var wanted = Parse(specJson);
        if (_spec is not null)
        {
            return _spec.DescribeDifference(wanted) is { } difference ? throw new MemorySpecMismatchException(Name, difference) : Describe(_spec);
        }

        CheckDurability(wanted);
        _ = await _document.WriteAsync(() =>
        {
            var content = new SafetensorsBuilder();
            content.Metadata[SpecKey] = wanted.ToJson();
            return content;
        });
        _spec = wanted;
        LogCreated(logger, Name, wanted.ShardCount, wanted.CapacitySteps, wanted.Durability);
        return Describe(wanted);
    }

    /// <inheritdoc/>
    public Task<MemoryDescription> DescribeAsync(CancellationToken cancellationToken) => Task.FromResult(Describe(Existing()));

    /// <inheritdoc/>
    public async Task<MemoryStatistics> GetStatisticsAsync(CancellationToken cancellationToken)
    {
        var shards = await Task.WhenAll(Shards().Select(shard => shard.GetStatisticsAsync(cancellationToken)));
        return shards.Aggregate((left, right) => new MemoryStatistics(
            left.Episodes + right.Episodes,
            left.Steps + right.Steps,
            left.Bytes + right.Bytes,
            left.CapacitySteps + right.CapacitySteps,
            left.CapacityBytes + right.CapacityBytes,
            left.AppendedEpisodes + right.AppendedEpisodes,
            left.AppendedSteps + right.AppendedSteps,
            left.EvictedEpisodes + right.EvictedEpisodes,
            left.SampledRows + right.SampledRows));
    }

    /// <inheritdoc/>
    public async Task SnapshotAsync(CancellationToken cancellationToken)
    {
        // One after the other: while it is written, a snapshot takes as much memory again as its shard.
        foreach (var shard in Shards())
        {
            await shard.SnapshotAsync(cancellationToken);
        }

        await Task.WhenAll(Stores().Select(store => store.SnapshotAsync(cancellationToken)));
    }

    /// <inheritdoc/>
    public async Task DeleteAsync(CancellationToken cancellationToken)
    {
        if (_spec is null)
        {
            return;
        }

        // The spec goes last: a deletion that was cut short finds its shards again.
        await Task.WhenAll(Shards().Select(shard => shard.DeleteAsync(cancellationToken)).Concat(Stores().Select(store => store.DeleteAsync(cancellationToken))));
        await _document.ClearAsync();
        _spec = null;
        LogDeleted(logger, Name);
    }

    private static MemorySpec Parse(string specJson)
    {
        try
        {
            return MemorySpec.FromJson(specJson ?? throw new InvalidInputException("spec", "the JSON of a memory spec", "null"));
        }
        catch (JsonException fault)
        {
            throw new InvalidInputException("spec", "the JSON of a memory spec", fault.Message);
        }
    }

    private IEnumerable<IMemoryShardGrain> Shards() =>
        Enumerable.Range(0, Existing().ShardCount).Select(shard => GrainFactory.GetMemoryShard(new MemoryShardKey(Name, shard)));

    private IEnumerable<ITrajectoryStoreGrain> Stores() =>
        new[] { EpisodeOutcome.Success, EpisodeOutcome.Failure }.Select(outcome => GrainFactory.GetTrajectoryStore(new TrajectoryStoreKey(Name, outcome)));

    private MemorySpec Existing() => _spec ?? throw new UnknownMemoryException(Name);

    private MemoryDescription Describe(MemorySpec spec) => new(Name, spec.ToJson());

    private void CheckDurability(MemorySpec spec)
    {
        if (spec.Durability == Durability.Snapshot && options.Value.Storage == GrainStorageKind.Memory)
        {
            throw new InvalidInputException("spec.durability", $"None, because {MemoryRLOptions.SectionName}:{nameof(MemoryRLOptions.Storage)} is Memory and nothing outlives the process", spec.Durability.ToString());
        }

        SnapshotLimits.Check(spec);
    }

    [LoggerMessage(EventId = 1001, EventName = "MemoryCreated", Level = LogLevel.Information,
        Message = "Memory {MemoryName} was created: {ShardCount} shards, {CapacitySteps} steps, durability {Durability}.")]
    private static partial void LogCreated(ILogger logger, string memoryName, int shardCount, int capacitySteps, Durability durability);

    [LoggerMessage(EventId = 1002, EventName = "MemoryDeleted", Level = LogLevel.Information, Message = "Memory {MemoryName} was deleted.")]
    private static partial void LogDeleted(ILogger logger, string memoryName);
}
