using System.Collections.Immutable;
using MemoryRL.Core;
using MemoryRL.Datasets;
using MemoryRL.Grains.Interfaces;

namespace MemoryRL.Client;

/// <summary>
/// Brings recorded episodes into a memory, straight into its shards and trajectory stores: nobody lived through them, so no agent's own memory
/// takes part. Reading goes on while the shards copy, one call a shard under way, so that memory stays bounded whatever comes.
/// </summary>
/// <remarks>
/// The first shard gets the first episodes until it has its share of the steps, then comes the next, so that
/// <see cref="ExperienceMemory.EnumerateAsync"/> gives them back in their order. Outcomes are decided in the order of the episodes, by the
/// memory's rule. An import may be repeated: episodes that the memory holds are left alone.
/// </remarks>
public sealed class EpisodeImport
{
    private readonly ExperienceMemory _memory;
    private readonly EpisodeImportOptions _options;
    private readonly OutcomeClassifier _classifier;
    private readonly ShardFeed[] _shards;
    private readonly long _share;
    private long _episodes;
    private long _steps;
    private long _duplicates;

    private EpisodeImport(ExperienceMemory memory, long stepCount, EpisodeImportOptions options)
    {
        (_memory, _options) = (memory, options);
        _classifier = new OutcomeClassifier(memory.Spec.Outcome);
        _shards = [.. Enumerable.Range(0, memory.Spec.ShardCount).Select(shard => new ShardFeed(memory.Grains.GetMemoryShard(new MemoryShardKey(memory.Name, shard))))];
        _share = Math.Max(1, (stepCount + _shards.Length - 1) / _shards.Length);
    }

    /// <summary>Brings episodes into a memory.</summary>
    /// <param name="memory">The memory.</param>
    /// <param name="source">The episodes; read once.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="progress">Is told of what was read, every now and then.</param>
    /// <param name="cancellationToken">Ends the import between two episodes.</param>
    /// <returns>What was brought.</returns>
    /// <exception cref="InvalidExperienceException">An episode is of another spec, or an option is not allowed.</exception>
    /// <exception cref="MemoryTimeoutException">The memory took no more before the deadline; the message says why.</exception>
    /// <remarks>What was appended before an error stays: whoever made the memory for the import deletes it.</remarks>
    public static Task<EpisodeImportResult> RunAsync(
        ExperienceMemory memory,
        IEpisodeSource source,
        EpisodeImportOptions? options = null,
        IProgress<EpisodeImportResult>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(memory);
        ArgumentNullException.ThrowIfNull(source);
        options ??= new EpisodeImportOptions();
        options.Validate();
        var import = new EpisodeImport(memory, source.StepCount, options);
        return Task.Run(() => import.RunAsync(source.ReadEpisodes(), progress, cancellationToken), cancellationToken);
    }

    private async Task<EpisodeImportResult> RunAsync(IEnumerable<Episode> episodes, IProgress<EpisodeImportResult>? progress, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var episode in episodes)
            {
                cancellationToken.ThrowIfCancellationRequested();
                InvalidExperienceException.ThrowUnless(episode.Spec.Equals(_memory.Spec.Experience), "episode.spec", _memory.Spec.Experience.ToString(), episode.Spec);
                var shard = _shards[Math.Min(_steps / _share, _shards.Length - 1)];
                shard.Add(episode.ToMessage(_options.AgentId) with { Outcome = (int)_classifier.Classify(episode.Return) });
                _episodes++;
                _steps += episode.Length;
                if (shard.Steps >= _options.BatchSteps)
                {
                    await SendAsync(shard, cancellationToken);
                    progress?.Report(Result);
                }
            }
        }
        finally
        {
            // Calls that are under way end before the caller hears of anything, also of an error.
            Task all = Task.WhenAll(_shards.Select(shard => shard.Sending));
            await all.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        foreach (var shard in _shards)
        {
            await SendAsync(shard, cancellationToken);
        }

        foreach (var shard in _shards)
        {
            await FinishAsync(shard);
        }

        progress?.Report(Result);
        return Result;
    }

    private EpisodeImportResult Result => new(_episodes, _steps, _duplicates);

    private async Task SendAsync(ShardFeed shard, CancellationToken cancellationToken)
    {
        await FinishAsync(shard);
        var episodes = shard.Take();
        shard.Sending = episodes.IsEmpty ? Task.FromResult(0) : AppendAsync(shard.Grain, episodes, cancellationToken);
    }

    private async Task FinishAsync(ShardFeed shard)
    {
        _duplicates += await shard.Sending;
        shard.Sending = Task.FromResult(0);
    }

    private async Task<int> AppendAsync(IMemoryShardGrain shard, ImmutableArray<EpisodeMessage> episodes, CancellationToken cancellationToken)
    {
        var result = await _memory.Wait("importing", _options.Deadline).UntilAnsweredAsync(
            (wait, token) => shard.AppendAsync(new AppendRequest(episodes, wait), token), static result => result.WaitReason, retried: null, cancellationToken);
        await Task.WhenAll(OfferAsync(EpisodeOutcome.Success, episodes), OfferAsync(EpisodeOutcome.Failure, episodes));
        return result.Duplicates;
    }

    private Task OfferAsync(EpisodeOutcome outcome, ImmutableArray<EpisodeMessage> episodes)
    {
        var offered = ImmutableArray.CreateBuilder<EpisodeMessage>();
        foreach (var episode in episodes)
        {
            if (episode.Outcome == (int)outcome)
            {
                offered.Add(episode);
            }
        }

        return offered.Count == 0
            ? Task.CompletedTask
            : _memory.Grains.GetTrajectoryStore(new TrajectoryStoreKey(_memory.Name, outcome)).AppendAsync(new AppendRequest(offered.DrainToImmutable(), TimeSpan.Zero));
    }

    /// <summary>What waits for one shard, and the call that is under way.</summary>
    private sealed class ShardFeed(IMemoryShardGrain grain)
    {
        private readonly ImmutableArray<EpisodeMessage>.Builder _episodes = ImmutableArray.CreateBuilder<EpisodeMessage>();

        public IMemoryShardGrain Grain { get; } = grain;

        public long Steps { get; private set; }

        public Task<int> Sending { get; set; } = Task.FromResult(0);

        public void Add(EpisodeMessage episode)
        {
            _episodes.Add(episode);
            Steps += episode.Steps.Count;
        }

        public ImmutableArray<EpisodeMessage> Take()
        {
            Steps = 0;
            return _episodes.DrainToImmutable();
        }
    }
}
