namespace MemoryRL.Core;

/// <summary>Makes policies of one algorithm from their bundles.</summary>
public interface IPolicyFactory
{
    /// <summary>Gets the algorithm's name, which a bundle's metadata carry under <c>algorithm</c>.</summary>
    string Algorithm { get; }

    /// <summary>Makes a policy.</summary>
    /// <param name="bundle">A bundle that the algorithm's learner published.</param>
    /// <returns>The policy.</returns>
    /// <exception cref="SafetensorsFormatException">The bundle is damaged or another algorithm's; the message says what is wrong.</exception>
    IPolicy Create(ReadOnlyMemory<byte> bundle);
}
