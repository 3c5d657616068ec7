using System.Collections.Immutable;
using MemoryRL.Core;

namespace MemoryRL.Grains;

/// <summary>A batch that was fetched for a learner.</summary>
/// <param name="Batch">The batch.</param>
/// <param name="FreshSteps">How many fresh steps are in it.</param>
/// <param name="MissedEpisodes">How many fresh episodes were evicted before they could be read.</param>
/// <param name="Cursors">For each shard, the cursor after the batch.</param>
internal sealed record FetchedBatch(LearnerBatch Batch, long FreshSteps, long MissedEpisodes, ImmutableArray<long> Cursors);
