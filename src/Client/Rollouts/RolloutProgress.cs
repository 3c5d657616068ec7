namespace MemoryRL.Client;

/// <summary>Where a <see cref="RolloutWorker"/> stands.</summary>
/// <param name="Elapsed">The time since it started.</param>
/// <param name="Steps">Steps taken.</param>
/// <param name="Episodes">Episodes finished.</param>
/// <param name="Successes">Episodes that the task counts as successes.</param>
/// <param name="WindowEpisodes">How many of the last episodes the following means are over.</param>
/// <param name="WindowSuccess">The share of successes among them, in [0, 1]; NaN before the first.</param>
/// <param name="WindowReturn">Their mean return; NaN before the first.</param>
/// <param name="WindowLength">Their mean number of steps; NaN before the first.</param>
/// <param name="ExplorerActions">Actions that the explorer chose.</param>
/// <param name="MemoryActions">Actions that the memory's advice chose.</param>
/// <param name="RandomActions">Actions chosen at random, before the first policy.</param>
/// <param name="PolicyVersion">The newest policy version; 0 before the first.</param>
/// <param name="ActiveAgents">Agents that have not stopped.</param>
public readonly record struct RolloutProgress(
    TimeSpan Elapsed,
    long Steps,
    long Episodes,
    long Successes,
    int WindowEpisodes,
    double WindowSuccess,
    double WindowReturn,
    double WindowLength,
    long ExplorerActions,
    long MemoryActions,
    long RandomActions,
    long PolicyVersion,
    int ActiveAgents);
