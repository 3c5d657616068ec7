namespace MemoryRL.Client;

/// <summary>What an import brought.</summary>
/// <param name="Episodes">The episodes read.</param>
/// <param name="Steps">Their steps.</param>
/// <param name="Duplicates">How many of the episodes the memory had already, by id.</param>
public readonly record struct EpisodeImportResult(long Episodes, long Steps, long Duplicates);
