using System.Diagnostics.CodeAnalysis;
using MemoryRL.Core;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MemoryRL.Learning;

/// <summary>The cloned actor: two hidden layers with ReLU, and tanh behind the last one where the actions are bounded.</summary>
/// <remarks>CORL's <c>any_percent_bc</c>. Weights and biases start as PyTorch's do, uniform within <c>1 / sqrt(inputs)</c>, but drawn from our own stream.</remarks>
[SuppressMessage("Usage", "CA2213:Disposable fields should be disposed", Justification = "Registered submodules are disposed with their module.")]
internal sealed class BehaviorCloningNetwork : Module<Tensor, Tensor>
{
    private readonly Linear[] _layers;
    private readonly bool _isTanhOutput;

    /// <summary>Initializes the network.</summary>
    /// <param name="features">The number of features of an observation.</param>
    /// <param name="hidden">The width of the hidden layers.</param>
    /// <param name="actions">The number of elements of an action.</param>
    /// <param name="isTanhOutput">Whether tanh follows the last layer.</param>
    /// <param name="hasDeviation">Whether the deviations of the actions are learned.</param>
    /// <param name="random">Where the weights are drawn from.</param>
    /// <param name="device">Where the weights live.</param>
    public BehaviorCloningNetwork(int features, int hidden, int actions, bool isTanhOutput, bool hasDeviation, ref RandomStream random, Device device)
        : base("cloner")
    {
        _isTanhOutput = isTanhOutput;
        _layers = [Linear(features, hidden, device: device), Linear(hidden, hidden, device: device), Linear(hidden, actions, device: device)];
        string[] names = ["fc1", "fc2", "out"];
        for (var i = 0; i < _layers.Length; i++)
        {
            Draw(_layers[i], ref random);
            register_module(names[i], _layers[i]);
        }

        if (hasDeviation)
        {
            LogDeviation = new Parameter(zeros(actions, dtype: ScalarType.Float32, device: device));
            register_parameter("log_deviation", LogDeviation);
        }
    }

    /// <summary>Gets the logarithms of the deviations, <c>[A]</c>; null where they are not learned.</summary>
    public Parameter? LogDeviation { get; }

    /// <summary>Evaluates a batch.</summary>
    /// <param name="input">Features, <c>[B, features]</c>.</param>
    /// <returns>Mean actions, <c>[B, A]</c>.</returns>
    public override Tensor forward(Tensor input)
    {
        var answer = _layers[2].call(_layers[1].call(_layers[0].call(input).relu()).relu());
        return _isTanhOutput ? answer.tanh() : answer;
    }

    /// <summary>Copies the layers out.</summary>
    /// <returns>The layers as a policy bundle has them.</returns>
    public GaussianActorLayer[] CopyLayers()
    {
        using var scope = NewDisposeScope();
        return Array.ConvertAll(_layers, static layer => new GaussianActorLayer(Copy(layer.weight), Copy(layer.bias!)));
    }

    /// <summary>Copies the deviations out.</summary>
    /// <returns>The logarithms, <c>[A]</c>; empty where they are not learned.</returns>
    public float[] CopyLogDeviation()
    {
        using var scope = NewDisposeScope();
        return LogDeviation is null ? [] : Copy(BoundedLogDeviation()!);
    }

    /// <summary>Gets the logarithms of the deviations inside [-5, 2]: data that one action fits exactly would drive them to minus infinity (our choice).</summary>
    /// <returns>The logarithms, <c>[A]</c>; null where they are not learned.</returns>
    public Tensor? BoundedLogDeviation() => LogDeviation?.clamp(-5, 2);

    private static float[] Copy(Tensor values) => values.detach().cpu().data<float>().ToArray();

    private static void Draw(Linear layer, ref RandomStream random)
    {
        var (outputs, inputs) = (checked((int)layer.out_features), checked((int)layer.in_features));
        var (weight, bias) = (new float[outputs * inputs], new float[outputs]);
        Draw(weight, inputs, ref random);
        Draw(bias, inputs, ref random);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        _ = layer.weight.copy_(tensor(weight, [outputs, inputs]));
        _ = layer.bias!.copy_(tensor(bias, [outputs]));
    }

    private static void Draw(Span<float> values, int inputs, ref RandomStream random)
    {
        var bound = 1 / Math.Sqrt(inputs);
        foreach (ref var value in values)
        {
            value = (float)(bound * ((2 * random.NextDouble()) - 1));
        }
    }
}
