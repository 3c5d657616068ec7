namespace MemoryRL.Core;

/// <summary>What became of an append to a <see cref="TrajectoryStore"/>.</summary>
/// <param name="Stored">The number of trajectories stored now, though the same append may have evicted some again.</param>
/// <param name="Duplicates">The number that were held already, by id, and were left alone.</param>
/// <param name="Rejected">The number that the retention rule did not keep: too poor for a full store, or longer than the whole store.</param>
public readonly record struct TrajectoryAppend(int Stored, int Duplicates, int Rejected);
