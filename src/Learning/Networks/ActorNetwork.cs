using MemoryRL.Core;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MemoryRL.Learning;

/// <summary>An actor for continuous actions: a <see cref="ReluNetwork"/> for the mean, with tanh behind it where the actions are bounded, and deviations that no observation changes.</summary>
internal sealed class ActorNetwork : ReluNetwork
{
    private readonly bool _isTanhOutput;
    private readonly ActorDeviation _deviation;

    /// <summary>Initializes the network.</summary>
    /// <param name="name">The module's name.</param>
    /// <param name="features">The number of features of an observation.</param>
    /// <param name="hidden">The widths of the hidden layers, first to last.</param>
    /// <param name="actions">The number of elements of an action.</param>
    /// <param name="isTanhOutput">Whether tanh follows the last layer.</param>
    /// <param name="deviation">Whether and how the deviations of the actions are learned.</param>
    /// <param name="random">Where the weights are drawn from.</param>
    /// <param name="device">Where the weights live.</param>
    public ActorNetwork(string name, int features, IReadOnlyList<int> hidden, int actions, bool isTanhOutput, ActorDeviation deviation, ref RandomStream random, Device device)
        : base(name, features, hidden, actions, ref random, device)
    {
        _isTanhOutput = isTanhOutput;
        _deviation = deviation;
        if (deviation != ActorDeviation.None)
        {
            LogDeviation = new Parameter(zeros(actions, dtype: ScalarType.Float32, device: device));
            register_parameter("log_deviation", LogDeviation);
        }
    }

    /// <summary>Gets the parameters of the deviations, <c>[A]</c>; null where they are not learned.</summary>
    public Parameter? LogDeviation { get; }

    /// <summary>Evaluates a batch.</summary>
    /// <param name="input">Features, <c>[B, features]</c>.</param>
    /// <returns>Mean actions, <c>[B, A]</c>.</returns>
    public override Tensor forward(Tensor input)
    {
        var answer = base.forward(input);
        return _isTanhOutput ? answer.tanh() : answer;
    }

    /// <summary>Gets the natural logarithms of the deviations inside their bounds: data that one action fits exactly would drive them to minus infinity.</summary>
    /// <returns>The logarithms, <c>[A]</c>; null where they are not learned.</returns>
    public Tensor? BoundedLogDeviation() => _deviation == ActorDeviation.Sigmoid ? (LogDeviation!.sigmoid() * 6) - 6 : LogDeviation?.clamp(-5, 2);

    /// <summary>Copies the deviations out.</summary>
    /// <returns>The logarithms inside their bounds, <c>[A]</c>; empty where they are not learned.</returns>
    public float[] CopyLogDeviation()
    {
        using var scope = NewDisposeScope();
        return BoundedLogDeviation() is { } logDeviation ? Copy(logDeviation) : [];
    }
}
