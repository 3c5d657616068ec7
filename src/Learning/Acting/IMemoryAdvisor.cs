namespace MemoryRL.Learning;

/// <summary>A memory's suggestion for an observation: what it would do and how sure it is.</summary>
internal interface IMemoryAdvisor
{
    /// <summary>Gets the confidence from which on the memory acts, in [0, 1].</summary>
    double Threshold { get; }

    /// <summary>Gets the width of a piece of advice: the predicted action (an index, or normalised elements) and its confidence.</summary>
    int AdviceWidth { get; }

    /// <summary>Advises.</summary>
    /// <param name="observation">The observation.</param>
    /// <param name="advice">Receives the advice; the confidence is the last element.</param>
    void Advise(in Features observation, Span<float> advice);

    /// <summary>Writes the advised action.</summary>
    /// <param name="advice">The advice.</param>
    /// <param name="action">Receives the action inside its space.</param>
    void WriteAction(ReadOnlySpan<float> advice, Span<byte> action);
}
