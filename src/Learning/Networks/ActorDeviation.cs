namespace MemoryRL.Learning;

/// <summary>How an actor's deviations are learned: one for each element of an action, whatever the observation.</summary>
internal enum ActorDeviation
{
    /// <summary>Not at all: the actor is deterministic.</summary>
    None = 0,

    /// <summary>The logarithms are the parameters, clipped to [-5, 2] (IQL's bounds); they start at 0.</summary>
    Clipped = 1,

    /// <summary>The logarithms are <c>-6 + 6 sigmoid(p)</c> of the parameters, as the official code of VEM has them; they start at -3.</summary>
    Sigmoid = 2,
}
