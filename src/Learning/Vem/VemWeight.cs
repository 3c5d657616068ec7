namespace MemoryRL.Learning;

/// <summary>The form of <c>f</c> in Eq. 7: what an action's likelihood weighs, given its advantage <c>A</c>.</summary>
public enum VemWeight
{
    /// <summary><c>min(exp(A / temperature), 100)</c> (<c>exp</c>), as IQL has it (AWR's limit is 20); our default.</summary>
    Exponential = 0,

    /// <summary><c>B softmax(A / temperature)</c> over the batch (<c>softmax</c>), as the official code has it; its mean is 1.</summary>
    Softmax = 1,

    /// <summary>
    /// Leaky ReLU of <c>A / deviation(A)</c> over the batch (<c>leaky-relu</c>), which the official code has as a comment beside the softmax. It is below 0 for
    /// disadvantages, which Eq. 7 as we recall it does not allow, unless <see cref="VemOptions.NegativeSlope"/> is 0.
    /// </summary>
    LeakyRelu = 2,
}
