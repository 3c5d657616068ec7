using System.Collections.Immutable;

namespace MemoryRL.Core;

/// <summary>Episodes of a <see cref="StepArena"/> that arrived after a cursor.</summary>
/// <param name="Episodes">The episodes in the order of their arrival; their arrival numbers are consecutive and end with <paramref name="NextCursor"/>.</param>
/// <param name="Steps">The number of their steps.</param>
/// <param name="NextCursor">The cursor to read on from: the arrival number of the last episode read or missed.</param>
/// <param name="MissedEpisodes">How many episodes after the cursor were evicted before they could be read.</param>
public readonly record struct ArenaRead(ImmutableArray<AgentEpisode> Episodes, long Steps, long NextCursor, long MissedEpisodes);
