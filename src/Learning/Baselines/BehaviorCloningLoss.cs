namespace MemoryRL.Learning;

/// <summary>What behaviour cloning minimises.</summary>
public enum BehaviorCloningLoss
{
    /// <summary>The squared error of the actions (<c>mse</c>): the policy is deterministic.</summary>
    SquaredError = 0,

    /// <summary>The negative log-likelihood of the actions (<c>nll</c>): the policy is a normal distribution with a learned deviation.</summary>
    NegativeLogLikelihood = 1,
}
