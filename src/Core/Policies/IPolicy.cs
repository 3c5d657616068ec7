namespace MemoryRL.Core;

/// <summary>A policy made from a bundle, acting for many agents at once. Frozen: it never learns. One thread at a time.</summary>
public interface IPolicy : IDisposable
{
    /// <summary>Gets the algorithm's name.</summary>
    string Algorithm { get; }

    /// <summary>Gets the version of the bundle.</summary>
    long Version { get; }

    /// <summary>Chooses one action for each agent, advice included.</summary>
    /// <param name="observations">The agents' observations, <c>[B, ...obsShape]</c> as bytes, where <c>B</c> is the number of <paramref name="randoms"/>.</param>
    /// <param name="mode">Whether to explore or act greedily.</param>
    /// <param name="randoms">One random stream for each agent, so that an agent's choices do not depend on its neighbours in the batch.</param>
    /// <param name="actions">Receives the first <c>B</c> rows.</param>
    /// <exception cref="ArgumentException">The observations are not <c>B</c> rows, or <paramref name="actions"/> is too small.</exception>
    void Act(ReadOnlySpan<byte> observations, ActMode mode, Span<RandomStream> randoms, ActionBatch actions);
}
