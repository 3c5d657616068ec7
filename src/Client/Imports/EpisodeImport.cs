using System.Collections.Immutable;
using MemoryRL.Core;
using MemoryRL.Datasets;
using MemoryRL.Grains.Interfaces;

namespace MemoryRL.Client;

/// <summary>
/// Brings recorded episodes into a memory, straight into its shards and trajectory stores: nobody lived through them, so no agent's own memory
/// takes part. Reading goes on while a shard copies, one call under way, so that memory stays bounded whatever comes.
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
    private readonly long _share;
    private readonly ImmutableArray<EpisodeMessage>.Builder _batch = ImmutableArray.CreateBuilder<EpisodeMessage>();
    private long _batchSteps;
    private int _shard;
    private Task<int> _sending = Task.FromResult(0);
    private long _episodes;
    private long _steps;
    private long _duplicates;

    private EpisodeImport(ExperienceMemory memory, long stepCount, EpisodeImportOptions options)
    {
        (_memory, _options) = (memory, options);
        _classifier = new OutcomeClassifier(memory.Spec.Outcome);
        _share = Math.Max(1, (stepCount + memory.Spec.ShardCount - 1) / memory.Spec.ShardCount);
    }

    private EpisodeImportResult Result => new(_episodes, _steps, _duplicates);

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
                var shard = (int)Math.Min(_steps / _share, _memory.Spec.ShardCount - 1);
                if (shard != _shard || _batchSteps >= _options.BatchSteps)
                {
                    await SendAsync(cancellationToken);
                    _shard = shard;
                    progress?.Report(Result);
                }

                Add(episode);
            }

            await SendAsync(cancellationToken);
            await FinishAsync();
        }
        finally
        {
            // A call that is under way ends before the caller hears of anything, also of an error.
            Task last = _sending;
            await last.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        progress?.Report(Result);
        return Result;
    }

    private void Add(Episode episode)
    {
        InvalidExperienceException.ThrowUnless(episode.Spec.Equals(_memory.Spec.Experience), "episode.spec", _memory.Spec.Experience.ToString(), episode.Spec);
        _batch.Add(episode.ToMessage(_options.AgentId) with { Outcome = (int)_classifier.Classify(episode.Return) });
        _batchSteps += episode.Length;
        _episodes++;
        _steps += episode.Length;
    }

    private async Task SendAsync(CancellationToken cancellationToken)
    {
        await FinishAsync();
        if (_batch.Count > 0)
        {
            var shard = _memory.Grains.GetMemoryShard(new MemoryShardKey(_memory.Name, _shard));
            _sending = AppendAsync(shard, _batch.DrainToImmutable(), cancellationToken);
            _batchSteps = 0;
        }
    }

    private async Task FinishAsync()
    {
        _duplicates += await _sending;
        _sending = Task.FromResult(0);
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
}
