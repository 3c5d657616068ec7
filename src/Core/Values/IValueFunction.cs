namespace MemoryRL.Core;

/// <summary>A frozen, versioned value function: batches of observations in, values out. One thread at a time.</summary>
public interface IValueFunction : IDisposable
{
    /// <summary>Gets the version of the weights.</summary>
    long Version { get; }

    /// <summary>Gets the number of values of one observation (the heads of an ensemble), at least 1.</summary>
    int HeadCount { get; }

    /// <summary>Evaluates observations.</summary>
    /// <param name="observations">The observations, <c>[B, ...obsShape]</c> as bytes.</param>
    /// <param name="values">Receives the values, <c>[B, HeadCount]</c>, in reward units; its length says what <c>B</c> is.</param>
    void Evaluate(ReadOnlySpan<byte> observations, Span<float> values);
}
