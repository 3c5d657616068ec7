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
    private readonly Sequential _chain;

    /// <summary>Initializes the network.</summary>
    /// <param name="name">The module's name.</param>
    /// <param name="inputs">The number of features.</param>
    /// <param name="hidden">The widths of the hidden layers, first to last; none for a linear network.</param>
    /// <param name="outputs">The number of answers.</param>
    /// <param name="random">Where the weights are drawn from.</param>
    /// <param name="device">Where the weights live.</param>
    [SuppressMessage("Design", "MA0056:Do not call overridable members in constructor", Justification = "A module registers its layers while it is made; no network changes how.")]
    protected ReluNetwork(string name, int inputs, IReadOnlyList<int> hidden, int outputs, ref RandomStream random, Device device)
        : base(name)
    {
        _layers = new Linear[hidden.Count + 1];
        var chain = new List<(string Name, Module<Tensor, Tensor> Module)>();
        for (var i = 0; i < _layers.Length; i++)
        {
            var isLast = i == hidden.Count;
            _layers[i] = LinearWeights.Create(i == 0 ? inputs : hidden[i - 1], isLast ? outputs : hidden[i], ref random, device);
            var layer = LayerName(i, hidden.Count);
            register_module(layer, _layers[i]);
            chain.Add((layer, _layers[i]));
            if (!isLast)
            {
                chain.Add(($"{layer}_relu", ReLU()));
            }
        }

        // Engines evaluate a chain better than its links; it owns nothing that the layers don't.
        _chain = Sequential(chain);
    }

    /// <summary>Gets the number of hidden layers.</summary>
    public int HiddenCount => _layers.Length - 1;

    /// <summary>Evaluates a batch.</summary>
    /// <param name="input">Features, <c>[B, inputs]</c>.</param>
    /// <returns>The last layer's answers, <c>[B, outputs]</c>.</returns>
    public override Tensor forward(Tensor input) => _chain.call(input);

    /// <summary>Gets the name that a layer is registered under.</summary>
    /// <param name="index">Which layer, from 0.</param>
    /// <param name="hidden">The number of hidden layers.</param>
    /// <returns>The name.</returns>
    public static string LayerName(int index, int hidden) => index == hidden ? "out" : string.Create(CultureInfo.InvariantCulture, $"fc{index + 1}");

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
