namespace MemoryRL.Grains.Interfaces;

/// <summary>One episode on its way to or from a memory.</summary>
/// <param name="EpisodeId">The id by which appends are idempotent.</param>
/// <param name="AgentId">The agent that acted.</param>
/// <param name="Terminated">Whether the task ended; otherwise a time limit cut the episode.</param>
/// <param name="Outcome">The outcome as a number of <c>MemoryRL.Core.EpisodeOutcome</c>; 0 until an agent memory has decided it.</param>
/// <param name="Steps">The columns, of kind <see cref="ColumnsKind.Episode"/>.</param>
[GenerateSerializer, Immutable, Alias("memoryrl.EpisodeMessage")]
public readonly record struct EpisodeMessage(
    [property: Id(0)] Guid EpisodeId,
    [property: Id(1)] string AgentId,
    [property: Id(2)] bool Terminated,
    [property: Id(3)] int Outcome,
    [property: Id(4)] Columns Steps);
