namespace MemoryRL.Core;

/// <summary>
/// What a learner wants for its next update. Whoever feeds it waits until the asked-for data are there; a count of 0 asks for nothing.
/// </summary>
/// <param name="FreshSteps">
/// On-policy data: whole episodes that were appended since the last feeding, in order, at least this many steps together.
/// </param>
/// <param name="Transitions">Transitions sampled uniformly from the memory.</param>
/// <param name="SuccessSteps">Steps sampled from the success trajectories; fewer come, possibly none, while the store is short.</param>
/// <param name="FailureSteps">Steps sampled from the failure trajectories, likewise.</param>
/// <param name="Planned">Transitions sampled uniformly from the memory with the targets that were planned for them; only for an <see cref="IPlanningLearner"/>.</param>
public sealed record DataRequest(int FreshSteps = 0, int Transitions = 0, int SuccessSteps = 0, int FailureSteps = 0, int Planned = 0);
