namespace MemoryRL.Environments;

/// <summary>What a step brought.</summary>
/// <param name="Reward">The reward, in the task's units, undiscounted.</param>
/// <param name="Terminated">Whether the task ended: no bootstrap from the observation.</param>
/// <param name="Truncated">Whether a time limit cut the episode: bootstrap from the observation. Never true together with <paramref name="Terminated"/>.</param>
public readonly record struct StepResult(float Reward, bool Terminated, bool Truncated);
