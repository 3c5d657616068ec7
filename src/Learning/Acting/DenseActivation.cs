namespace MemoryRL.Learning;

/// <summary>What stands between the layers of a <see cref="DenseNetwork"/>.</summary>
public enum DenseActivation
{
    /// <summary>The hyperbolic tangent.</summary>
    Tanh,

    /// <summary>max(x, 0).</summary>
    Relu,
}
