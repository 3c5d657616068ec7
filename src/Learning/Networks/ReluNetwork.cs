using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using MemoryRL.Core;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MemoryRL.Learning;

/// <summary>Linear layers with ReLU between them: what actors, values and critics of offline learners are made of.</summary>
/// <remarks>Layers are registered as <c>fc1</c>, <c>fc2</c> and so on, and the last one as <c>out</c>; they start as <see cref="LinearWeights"/> says.</remarks>
[SuppressMessage("Usage", "CA2213:Disposable fields should be disposed", Justification = "Registered submodules are disposed with their module.")]
internal abstract class ReluNetwork : Module<Tensor, Tensor>
{
    private readonly Linear[] _layers;

    /// <summary>Initializes the network.</summary>
    /// <param name="name">The module's name.</param>
    /// <param name="inputs">The number of features.</param>
    /// <param name="hidden">The widths of the hidden layers, first to last; none for a linear network.</param>
    /// <param name="outputs">The number of answers.</param>
    /// <param name="random">Where the weights are drawn from.</param>
    /// <param name="device">Where the weights live.</param>
    protected ReluNetwork(string name, int inputs, IReadOnlyList<int> hidden, int outputs, ref RandomStream random, Device device)
        : base(name)
    {
        _layers = new Linear[hidden.Count + 1];
        for (var i = 0; i < _layers.Length; i++)
        {
            var isLast = i == hidden.Count;
            _layers[i] = LinearWeights.Create(i == 0 ? inputs : hidden[i - 1], isLast ? outputs : hidden[i], ref random, device);
            register_module(isLast ? "out" : string.Create(CultureInfo.InvariantCulture, $"fc{i + 1}"), _layers[i]);
        }
    }

    /// <summary>Evaluates a batch.</summary>
    /// <param name="input">Features, <c>[B, inputs]</c>.</param>
    /// <returns>The last layer's answers, <c>[B, outputs]</c>.</returns>
    public override Tensor forward(Tensor input)
    {
        var answer = _layers[0].call(input);
        for (var i = 1; i < _layers.Length; i++)
        {
            answer = _layers[i].call(answer.relu());
        }

        return answer;
    }

    /// <summary>Copies the layers out.</summary>
    /// <returns>The layers as a policy bundle has them.</returns>
    public GaussianActorLayer[] CopyLayers()
    {
        using var scope = NewDisposeScope();
        return Array.ConvertAll(_layers, static layer => new GaussianActorLayer(Copy(layer.weight), Copy(layer.bias!)));
    }

    /// <summary>Copies a tensor's numbers out.</summary>
    /// <param name="values">The tensor, on any device.</param>
    /// <returns>Its numbers, row-major.</returns>
    protected static float[] Copy(Tensor values) => values.detach().cpu().data<float>().ToArray();
}
