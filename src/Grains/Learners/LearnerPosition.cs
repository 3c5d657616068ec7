using System.Collections.Immutable;

namespace MemoryRL.Grains;

/// <summary>How far a learner has come in what it reads: what a checkpoint keeps beside the learner's own state.</summary>
/// <param name="FeedCount">Batches fed so far.</param>
/// <param name="UpdateCount">Gradient steps done so far.</param>
/// <param name="StepsRead">Fresh steps read so far.</param>
/// <param name="PolicyVersion">The last version given out, whether or not its publish was acknowledged; 0 before the first.</param>
/// <param name="Cursors">For each shard, the cursor after the last fresh episode that was fed.</param>
/// <param name="PublishedFeedCount">Batches fed when a publish last succeeded, or had nothing new to give.</param>
/// <param name="PublishedUpdateCount">Gradient steps done when a publish last succeeded.</param>
internal sealed record LearnerPosition(long FeedCount, long UpdateCount, long StepsRead, long PolicyVersion, ImmutableArray<long> Cursors, long PublishedFeedCount = 0, long PublishedUpdateCount = 0)
{
    /// <summary>Tells whether a policy that a period of feedings ago should have been published was not, as when a stop came between.</summary>
    /// <param name="publishPeriod">The feedings between two publishes.</param>
    /// <returns>Whether it is missing.</returns>
    public bool LacksPublish(int publishPeriod) => FeedCount - (FeedCount % publishPeriod) > PublishedFeedCount;

    /// <summary>Gets where a new learner stands.</summary>
    /// <param name="shardCount">The number of the memory's shards.</param>
    /// <returns>A position before the first feeding.</returns>
    public static LearnerPosition Start(int shardCount) => new(0, 0, 0, 0, [.. Enumerable.Repeat(0L, shardCount)]);
}
