using System.Collections.Immutable;
using MemoryRL.Core;

namespace MemoryRL.Client;

/// <summary>What one piece of a collection came to: one episode, or the episodes into which a stretch of a stream was cut.</summary>
/// <param name="Number">The piece's number, from 0 within its source.</param>
/// <param name="Episodes">Its episodes in the order in which they were played, at least 1.</param>
public sealed record CollectedPiece(long Number, ImmutableArray<Episode> Episodes);
