namespace MemoryRL.Learning;

/// <summary>What the values minimise.</summary>
public enum VemValueLoss
{
    /// <summary>The asymmetric squared error of Eq. 4 (<c>expectile</c>).</summary>
    Expectile = 0,

    /// <summary>The asymmetric absolute error (<c>quantile</c>): the paper's ablation VEM(abs), as recalled.</summary>
    Quantile = 1,
}
