using System.Diagnostics.CodeAnalysis;
using MemoryRL.Core;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MemoryRL.Learning;

/// <summary>Two hidden layers with tanh and a linear answer: <c>W3 tanh(W2 tanh(W1 x + b1) + b2) + b3</c>, the size that algorithms.md 3.2 gives vectors and grids.</summary>
/// <remarks>Submodules are registered as <c>fc1</c>, <c>fc2</c> and <c>out</c>; weights are orthogonal, biases zero (the usual start for PPO; our choice).</remarks>
[SuppressMessage("Usage", "CA2213:Disposable fields should be disposed", Justification = "Registered submodules are disposed with their module.")]
internal sealed class MultilayerPerceptron : Module<Tensor, Tensor>
{
    private const double HiddenGain = 1.4142135623730951;

    private readonly Linear _first;
    private readonly Linear _second;
    private readonly Linear _output;

    /// <summary>Initializes the network.</summary>
    /// <param name="name">The module's name.</param>
    /// <param name="inputs">The number of features.</param>
    /// <param name="hidden">The width of both hidden layers.</param>
    /// <param name="outputs">The number of answers.</param>
    /// <param name="outputGain">The scale of the last layer's first weights.</param>
    /// <param name="random">Where the weights are drawn from.</param>
    /// <param name="device">Where the weights live.</param>
    public MultilayerPerceptron(string name, int inputs, int hidden, int outputs, double outputGain, ref RandomStream random, Device device)
        : base(name)
    {
        _first = Linear(inputs, hidden, device: device);
        _second = Linear(hidden, hidden, device: device);
        _output = Linear(hidden, outputs, device: device);
        OrthogonalWeights.Draw(_first, HiddenGain, ref random);
        OrthogonalWeights.Draw(_second, HiddenGain, ref random);
        OrthogonalWeights.Draw(_output, outputGain, ref random);
        register_module("fc1", _first);
        register_module("fc2", _second);
        register_module("out", _output);
    }

    /// <summary>Evaluates a batch.</summary>
    /// <param name="input">Features, <c>[B, inputs]</c>.</param>
    /// <returns>Answers, <c>[B, outputs]</c>.</returns>
    public override Tensor forward(Tensor input) => _output.call(_second.call(_first.call(input).tanh()).tanh());
}
