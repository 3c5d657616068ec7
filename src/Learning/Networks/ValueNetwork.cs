using MemoryRL.Core;
using static TorchSharp.torch;

namespace MemoryRL.Learning;

/// <summary>A value: a <see cref="ReluNetwork"/> that answers with one number, <c>[B, 1]</c>.</summary>
internal sealed class ValueNetwork : ReluNetwork
{
    /// <summary>Initializes the network.</summary>
    /// <param name="name">The module's name.</param>
    /// <param name="inputs">The number of features: of an observation, or of an observation and an action.</param>
    /// <param name="hidden">The widths of the hidden layers, first to last.</param>
    /// <param name="random">Where the weights are drawn from.</param>
    /// <param name="device">Where the weights live.</param>
    public ValueNetwork(string name, int inputs, IReadOnlyList<int> hidden, ref RandomStream random, Device device)
        : base(name, inputs, hidden, 1, ref random, device)
    {
    }
}
