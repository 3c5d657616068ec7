using System.Diagnostics.CodeAnalysis;
using MemoryRL.Core;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MemoryRL.Learning;

/// <summary>The explorer's two networks: a policy <c>pi(a|s)</c> and a value <c>V(s)</c>, which share nothing.</summary>
[SuppressMessage("Usage", "CA2213:Disposable fields should be disposed", Justification = "Registered submodules are disposed with their module.")]
internal sealed class ExplorerNetwork : Module<Tensor, (Tensor Answer, Tensor Value)>
{
    private const double FirstLogDeviation = -0.5;

    private readonly MultilayerPerceptron _policy;
    private readonly MultilayerPerceptron _value;

    /// <summary>Initializes the networks.</summary>
    /// <param name="features">The number of features of an observation.</param>
    /// <param name="action">The actions.</param>
    /// <param name="hidden">The width of the hidden layers.</param>
    /// <param name="random">Where the weights are drawn from.</param>
    /// <param name="device">Where the weights live.</param>
    public ExplorerNetwork(int features, ActionEncoder action, int hidden, ref RandomStream random, Device device)
        : base("explorer")
    {
        // Small last layers make the first policy almost uniform and the first values almost zero.
        _policy = new MultilayerPerceptron("policy", features, hidden, action.Width, 0.01, ref random, device);
        _value = new MultilayerPerceptron("value", features, hidden, 1, 0.01, ref random, device);
        register_module("policy", _policy);
        register_module("value", _value);
        if (action.DiscreteCount == 0)
        {
            LogDeviation = new Parameter(full(action.Width, FirstLogDeviation, dtype: ScalarType.Float32, device: device));
            register_parameter("log_deviation", LogDeviation);
        }
    }

    /// <summary>Gets the logarithms of a box policy's standard deviations, <c>[A]</c>, in normalised units; null for discrete actions.</summary>
    public Parameter? LogDeviation { get; }

    /// <summary>Gets the parameters that decide how to act.</summary>
    /// <returns>The policy network's, and the deviations.</returns>
    public IEnumerable<Parameter> PolicyParameters() => LogDeviation is null ? _policy.parameters() : _policy.parameters().Append(LogDeviation);

    /// <summary>Gets the value network's parameters.</summary>
    /// <returns>The parameters.</returns>
    public IEnumerable<Parameter> ValueParameters() => _value.parameters();

    /// <summary>Adds what is needed to act to a policy bundle.</summary>
    /// <param name="bundle">Where the tensors go.</param>
    public void AddToBundle(SafetensorsBuilder bundle)
    {
        LearnerCheckpoint.SaveModule(bundle, "explorer.policy", _policy);
        if (LogDeviation is not null)
        {
            LearnerCheckpoint.SaveTensor(bundle, "explorer.log_deviation", LogDeviation);
        }
    }

    /// <summary>Evaluates a batch.</summary>
    /// <param name="input">Features, <c>[B, features]</c>.</param>
    /// <returns>Logits or means, <c>[B, A]</c>, and values, <c>[B]</c>.</returns>
    public override (Tensor Answer, Tensor Value) forward(Tensor input) => (_policy.call(input), Value(input));

    /// <summary>Evaluates values alone.</summary>
    /// <param name="input">Features, <c>[B, features]</c>.</param>
    /// <returns>Values, <c>[B]</c>.</returns>
    public Tensor Value(Tensor input) => _value.call(input).squeeze(1);
}
