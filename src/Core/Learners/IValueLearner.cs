namespace MemoryRL.Core;

/// <summary>A learner that learns values of observations too. Whoever publishes its policies publishes its value function beside each of them.</summary>
public interface IValueLearner : ILearner
{
    /// <summary>Makes the bundle of the value function as it is now, for whoever looks at its values.</summary>
    /// <param name="version">The version that the bundle says.</param>
    /// <returns>The bundle, readable by the algorithm's <see cref="IValueFunctionFactory"/>.</returns>
    ReadOnlyMemory<byte> CreateValueBundle(long version);
}
