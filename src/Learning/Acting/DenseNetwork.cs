using System.Numerics.Tensors;
using MemoryRL.Core;

namespace MemoryRL.Learning;

/// <summary>A <see cref="MultilayerPerceptron"/> for acting: the same answers to float precision, from plain arrays, without tensors or allocation.</summary>
internal sealed class DenseNetwork
{
    private readonly DenseLayer _first;
    private readonly DenseLayer _second;
    private readonly DenseLayer _output;
    private readonly float[] _firstRow;
    private readonly float[] _secondRow;
    private readonly float[] _outputRow;

    /// <summary>Reads a network.</summary>
    /// <param name="bundle">The bundle.</param>
    /// <param name="prefix">The network's place in the bundle.</param>
    /// <param name="inputs">The number of inputs that it must have.</param>
    /// <param name="outputs">The number of answers that it must have.</param>
    /// <exception cref="SafetensorsFormatException">A tensor is missing or has another shape.</exception>
    public DenseNetwork(SafetensorsDocument bundle, string prefix, int inputs, int outputs)
    {
        _first = new DenseLayer(bundle, $"{prefix}.fc1", inputs, 0);
        _second = new DenseLayer(bundle, $"{prefix}.fc2", _first.Outputs, 0);
        _output = new DenseLayer(bundle, $"{prefix}.out", _second.Outputs, outputs);
        _firstRow = new float[_first.Stride];
        _secondRow = new float[_second.Stride];
        _outputRow = new float[_output.Stride];
    }

    /// <summary>Evaluates one row.</summary>
    /// <param name="observation">What the network sees of the observation.</param>
    /// <param name="action">Further inputs behind the observation's; none for a network that does not see the action.</param>
    /// <returns>The answers; they hold until the next call.</returns>
    public ReadOnlySpan<float> Evaluate(in Features observation, in Features action = default)
    {
        _first.Start(_firstRow);
        observation.AddTo(_first, 0, _firstRow);
        action.AddTo(_first, observation.Count, _firstRow);
        TensorPrimitives.Tanh(_firstRow, _firstRow);

        _second.Start(_secondRow);
        _second.Add(_firstRow.AsSpan(0, _first.Outputs), 0, _secondRow);
        TensorPrimitives.Tanh(_secondRow, _secondRow);

        _output.Start(_outputRow);
        _output.Add(_secondRow.AsSpan(0, _second.Outputs), 0, _outputRow);
        return _outputRow.AsSpan(0, _output.Outputs);
    }
}
