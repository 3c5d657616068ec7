namespace MemoryRL.Learning;

/// <summary>Which part of AdaMemento's ensemble acts; results report all three (algorithms.md 3.2).</summary>
public enum PolicyView
{
    /// <summary>The ensemble: the memory where it is sure enough, else the explorer.</summary>
    Ensemble = 0,

    /// <summary>The explorer <c>pi</c> alone.</summary>
    Explorer = 1,

    /// <summary>The prediction network <c>P</c> alone; the explorer until there is one.</summary>
    Prediction = 2,
}
