namespace MemoryRL.Client;

/// <summary>A part of a collection that one source plays, such as one policy of several.</summary>
/// <param name="Name">What acts, for progress.</param>
/// <param name="Source">What is played; all phases of a collection have the same spec.</param>
/// <param name="EndStep">How many steps the collection has at least when this phase ends: its last episode is kept whole unless the phase is the last.</param>
public sealed record CollectionPhase(string Name, IPieceSource Source, long EndStep);
