using System.Collections.Concurrent;
using MemoryRL.Core;

namespace MemoryRL.Client;

/// <summary>What the threads of one worker share.</summary>
/// <param name="Options">The worker's options.</param>
/// <param name="Spec">What a step is made of, extra columns included.</param>
/// <param name="Policies">Where the policy comes from; null for random actions throughout.</param>
/// <param name="Sink">Where finished episodes go.</param>
/// <param name="Counters">What is counted.</param>
/// <param name="RunBits">What tells the run's episodes from those of others.</param>
/// <param name="Stop">Asks the threads to stop.</param>
/// <param name="Abort">Ends what a stop still allows.</param>
internal sealed record RolloutRun(
    RolloutOptions Options,
    ExperienceSpec Spec,
    IPolicySource? Policies,
    IEpisodeSink Sink,
    RolloutCounters Counters,
    ulong RunBits,
    CancellationToken Stop,
    CancellationToken Abort)
{
    /// <summary>Gets the episodes that were under way when their agents stopped.</summary>
    public ConcurrentQueue<DroppedEpisode> Dropped { get; } = new();

    /// <summary>Gets the finished episodes that the sink did not take.</summary>
    public ConcurrentQueue<UnwrittenEpisode> Unwritten { get; } = new();
}
