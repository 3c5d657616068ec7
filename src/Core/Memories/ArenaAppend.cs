namespace MemoryRL.Core;

/// <summary>What became of an append to a <see cref="StepArena"/>.</summary>
/// <param name="Stored">The number of episodes stored now.</param>
/// <param name="Duplicates">The number of episodes that were held already, by id, and were left alone.</param>
public readonly record struct ArenaAppend(int Stored, int Duplicates);
