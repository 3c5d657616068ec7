namespace MemoryRL.Cli;

/// <summary>What greedy evaluation episodes came to.</summary>
/// <param name="Episodes">How many there were.</param>
/// <param name="SuccessShare">The share that succeeded, in [0, 1].</param>
/// <param name="MeanReturn">Their mean undiscounted return, in the task's units.</param>
public readonly record struct EvaluationResult(int Episodes, double SuccessShare, double MeanReturn);
