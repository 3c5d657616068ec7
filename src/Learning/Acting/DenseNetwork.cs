using System.Numerics.Tensors;
using MemoryRL.Core;

namespace MemoryRL.Learning;

/// <summary>
/// A chain of linear layers with activations between them, for acting: the answers of the trained network to float precision, from plain
/// arrays, without tensors and, after the first batch of a size, without allocation. One instance serves one thread at a time.
/// </summary>
public sealed class DenseNetwork
{
    private readonly DenseLayer[] _layers;
    private readonly DenseActivation _activation;
    private readonly float[][] _rows;
    private readonly float[][] _batches;

    /// <summary>Reads a <see cref="MultilayerPerceptron"/>: layers <c>fc1</c>, <c>fc2</c> and <c>out</c> with tanh between them.</summary>
    /// <param name="bundle">The bundle.</param>
    /// <param name="prefix">The network's place in the bundle.</param>
    /// <param name="inputs">The number of inputs that it must have.</param>
    /// <param name="outputs">The number of answers that it must have.</param>
    /// <exception cref="SafetensorsFormatException">A tensor is missing or has another shape.</exception>
    internal DenseNetwork(SafetensorsDocument bundle, string prefix, int inputs, int outputs)
        : this(bundle, [$"{prefix}.fc1", $"{prefix}.fc2", $"{prefix}.out"], DenseActivation.Tanh, inputs, outputs)
    {
    }

    /// <summary>Reads a network.</summary>
    /// <param name="bundle">Where the tensors are, under PyTorch's names: <c>layer.weight</c> <c>[out, in]</c> and <c>layer.bias</c> <c>[out]</c>.</param>
    /// <param name="layers">The names of the layers, first to last; those of a <c>Sequential</c> are "0", "2", "4".</param>
    /// <param name="activation">What follows every layer but the last.</param>
    /// <param name="inputs">The number of inputs that it must have.</param>
    /// <param name="outputs">The number of answers that it must have.</param>
    /// <exception cref="ArgumentException">There is no layer.</exception>
    /// <exception cref="SafetensorsFormatException">A tensor is missing or has another shape.</exception>
    public DenseNetwork(SafetensorsDocument bundle, IReadOnlyList<string> layers, DenseActivation activation, int inputs, int outputs)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        ArgumentNullException.ThrowIfNull(layers);
        ArgumentOutOfRangeException.ThrowIfZero(layers.Count, nameof(layers));
        _activation = activation;
        _layers = new DenseLayer[layers.Count];
        for (var i = 0; i < _layers.Length; i++)
        {
            _layers[i] = new DenseLayer(bundle, layers[i], i == 0 ? inputs : _layers[i - 1].Outputs, i == _layers.Length - 1 ? outputs : 0);
        }

        _rows = Array.ConvertAll(_layers, static layer => new float[layer.Stride]);
        _batches = Array.ConvertAll(_layers, static _ => Array.Empty<float>());
    }

    /// <summary>Gets the number of inputs.</summary>
    public int Inputs => _layers[0].Inputs;

    /// <summary>Gets the number of answers.</summary>
    public int Outputs => _layers[^1].Outputs;

    /// <summary>Evaluates one row.</summary>
    /// <param name="observation">The inputs, <c>[inputs]</c>.</param>
    /// <returns>The answers, <c>[outputs]</c>; they hold until the next call.</returns>
    public ReadOnlySpan<float> Evaluate(ReadOnlySpan<float> observation) => Evaluate(new Features(observation));

    /// <summary>Evaluates a batch; each weight that is read serves several rows.</summary>
    /// <param name="observations">The inputs, <c>[B, inputs]</c>.</param>
    /// <param name="answers">Receives the answers, <c>[B, outputs]</c>.</param>
    /// <exception cref="ArgumentException">The lengths do not fit one number of rows.</exception>
    public void Evaluate(ReadOnlySpan<float> observations, Span<float> answers)
    {
        var batch = observations.Length / Inputs;
        if (observations.Length != batch * Inputs || answers.Length != batch * Outputs)
        {
            throw new ArgumentException(
                $"Expected [B, {Inputs}] observations and [B, {Outputs}] answers but got {observations.Length} and {answers.Length} numbers.", nameof(answers));
        }

        var values = observations;
        var stride = Inputs;
        for (var i = 0; i < _layers.Length; i++)
        {
            var layer = _layers[i];
            if (_batches[i].Length < batch * layer.Stride)
            {
                _batches[i] = new float[batch * layer.Stride];
            }

            var output = _batches[i].AsSpan(0, batch * layer.Stride);
            layer.Evaluate(values, stride, batch, output);
            Activate(i, output);
            values = output;
            stride = layer.Stride;
        }

        for (var row = 0; row < batch; row++)
        {
            values.Slice(row * stride, Outputs).CopyTo(answers[(row * Outputs)..]);
        }
    }

    /// <summary>Evaluates one row.</summary>
    /// <param name="observation">What the network sees of the observation.</param>
    /// <param name="action">Further inputs behind the observation's; none for a network that does not see the action.</param>
    /// <returns>The answers; they hold until the next call.</returns>
    internal ReadOnlySpan<float> Evaluate(scoped in Features observation, scoped in Features action = default)
    {
        _layers[0].Start(_rows[0]);
        observation.AddTo(_layers[0], 0, _rows[0]);
        action.AddTo(_layers[0], observation.Count, _rows[0]);
        for (var i = 1; i < _layers.Length; i++)
        {
            Activate(i - 1, _rows[i - 1]);
            _layers[i].Start(_rows[i]);
            _layers[i].Add(_rows[i - 1].AsSpan(0, _layers[i - 1].Outputs), 0, _rows[i]);
        }

        return _rows[^1].AsSpan(0, Outputs);
    }

    private void Activate(int layer, Span<float> values)
    {
        if (layer == _layers.Length - 1)
        {
            return;
        }

        if (_activation == DenseActivation.Tanh)
        {
            TensorPrimitives.Tanh(values, values);
        }
        else
        {
            TensorPrimitives.Max(values, 0f, values);
        }
    }
}
