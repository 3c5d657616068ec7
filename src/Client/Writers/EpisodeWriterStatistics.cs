namespace MemoryRL.Client;

/// <summary>What an <see cref="EpisodeWriter"/> has done so far.</summary>
/// <param name="AcceptedEpisodes">Episodes accepted.</param>
/// <param name="AcceptedSteps">Steps accepted.</param>
/// <param name="AcknowledgedEpisodes">Episodes that the memory acknowledged, duplicates included.</param>
/// <param name="AcknowledgedSteps">Steps that the memory acknowledged.</param>
/// <param name="DuplicateEpisodes">Acknowledged episodes that the memory had already, since an earlier acknowledgement was lost.</param>
/// <param name="UnacknowledgedEpisodes">Episodes given up.</param>
/// <param name="OutstandingEpisodes">Episodes accepted, and neither acknowledged nor given up.</param>
/// <param name="OutstandingSteps">Steps of the outstanding episodes: the credit in use.</param>
/// <param name="Calls">Appends answered.</param>
/// <param name="Retries">Appends that had to be tried again.</param>
/// <param name="BlockedWrites">Writes that wait for credit now.</param>
/// <param name="CreditWait">The time that writes have waited for credit, summed.</param>
/// <param name="WaitReason">Why the last append that had to be tried again was; null once one went through.</param>
public readonly record struct EpisodeWriterStatistics(
    long AcceptedEpisodes,
    long AcceptedSteps,
    long AcknowledgedEpisodes,
    long AcknowledgedSteps,
    long DuplicateEpisodes,
    long UnacknowledgedEpisodes,
    int OutstandingEpisodes,
    long OutstandingSteps,
    long Calls,
    long Retries,
    int BlockedWrites,
    TimeSpan CreditWait,
    string? WaitReason);
