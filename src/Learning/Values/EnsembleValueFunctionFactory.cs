using MemoryRL.Core;

namespace MemoryRL.Learning;

/// <summary>Makes value functions from the bundles of learners whose values are heads of ReLU networks, whichever algorithm they come from.</summary>
/// <param name="algorithm">The algorithm's name.</param>
/// <param name="device"><c>auto</c>, <c>cpu</c> or <c>cuda</c>, as the tensor engine has it.</param>
public sealed class EnsembleValueFunctionFactory(string algorithm, string device = "auto") : IValueFunctionFactory
{
    /// <inheritdoc/>
    public string Algorithm { get; } = algorithm;

    /// <inheritdoc/>
    public IValueFunction Create(ReadOnlyMemory<byte> bundle) => new EnsembleValueFunction(bundle, Algorithm, TensorDevices.Resolve(device));
}
