namespace MemoryRL.Learning;

/// <summary>A map from value tables to value tables.</summary>
public interface ITabularOperator
{
    /// <summary>Gets the process that the tables are of.</summary>
    TabularMdp Mdp { get; }

    /// <summary>Applies the operator.</summary>
    /// <param name="values">A value of every state, <c>[S]</c>.</param>
    /// <param name="result">Receives the new values, <c>[S]</c>; not the same memory.</param>
    void Apply(ReadOnlySpan<double> values, Span<double> result);
}
