namespace MemoryRL.Core;

/// <summary>One named number that a learner reports.</summary>
/// <param name="Name">The name in snake case with its group, such as <c>losses/policy_loss</c>.</param>
/// <param name="Value">The number.</param>
public readonly record struct Metric(string Name, double Value);
