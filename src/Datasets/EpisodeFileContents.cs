using System.Collections.Immutable;
using MemoryRL.Core;

namespace MemoryRL.Datasets;

/// <summary>What an episode file holds.</summary>
/// <param name="Spec">What a step is made of, in every episode.</param>
/// <param name="Episodes">The episodes in the order in which they were written; possibly none.</param>
public sealed record EpisodeFileContents(ExperienceSpec Spec, ImmutableArray<AgentEpisode> Episodes);
