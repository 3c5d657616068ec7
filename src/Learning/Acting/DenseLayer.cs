using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MemoryRL.Core;

namespace MemoryRL.Learning;

/// <summary>One linear layer for acting: plain arrays, one row at a time, no allocation. The weights are those of PyTorch's <c>Linear</c>.</summary>
internal sealed class DenseLayer
{
    private readonly float[] _weights;
    private readonly float[] _bias;

    /// <summary>Reads a layer.</summary>
    /// <param name="bundle">The bundle.</param>
    /// <param name="name">The layer's name; its tensors are <c>name.weight</c> <c>[outputs, inputs]</c> and <c>name.bias</c> <c>[outputs]</c>.</param>
    /// <param name="inputs">The number of inputs that it must have.</param>
    /// <param name="outputs">The number of outputs that it must have; 0 for whatever the bias has.</param>
    /// <exception cref="SafetensorsFormatException">A tensor is missing or has another shape.</exception>
    public DenseLayer(SafetensorsDocument bundle, string name, int inputs, int outputs)
    {
        Inputs = inputs;
        Outputs = outputs > 0 ? outputs : bundle.Require($"{name}.bias", ElementType.Float32, -1).Shape[0];
        Stride = (Outputs + Vector512<float>.Count - 1) / Vector512<float>.Count * Vector512<float>.Count;
        var weights = bundle.Require($"{name}.weight", ElementType.Float32, Outputs, inputs).Values<float>();
        _bias = new float[Stride];
        bundle.Require($"{name}.bias", ElementType.Float32, Outputs).Values<float>().CopyTo(_bias);

        // Transposed: an input's weights lie side by side, so that a one-hot input is the sum of one row and the bias.
        _weights = new float[inputs * Stride];
        for (var output = 0; output < Outputs; output++)
        {
            for (var input = 0; input < inputs; input++)
            {
                _weights[(input * Stride) + output] = weights[(output * inputs) + input];
            }
        }
    }

    /// <summary>Gets the number of inputs.</summary>
    public int Inputs { get; }

    /// <summary>Gets the number of outputs.</summary>
    public int Outputs { get; }

    /// <summary>Gets the length of an output row: <see cref="Outputs"/> rounded up to whole vectors; the rest is zero.</summary>
    public int Stride { get; }

    /// <summary>Starts an answer with the bias.</summary>
    /// <param name="output">Receives <c>[Stride]</c>.</param>
    public void Start(Span<float> output) => _bias.CopyTo(output);

    /// <summary>Adds the weights of one input that is 1.</summary>
    /// <param name="input">The input.</param>
    /// <param name="output">The answer so far, <c>[Stride]</c>.</param>
    public void AddOne(int input, Span<float> output) =>
        System.Numerics.Tensors.TensorPrimitives.Add(_weights.AsSpan(input * Stride, Stride), output[..Stride], output);

    /// <summary>Adds the weights of some inputs.</summary>
    /// <param name="values">The inputs' values.</param>
    /// <param name="first">Which input the first value is.</param>
    /// <param name="output">The answer so far, <c>[Stride]</c>.</param>
    public void Add(ReadOnlySpan<float> values, int first, Span<float> output)
    {
        var weights = _weights.AsSpan(first * Stride, values.Length * Stride);
        var column = 0;
        for (; column + (4 * Vector512<float>.Count) <= Stride; column += 4 * Vector512<float>.Count)
        {
            AddFourVectors(values, weights, column, output);
        }

        for (; column < Stride; column += Vector512<float>.Count)
        {
            AddVector(values, weights, column, output);
        }
    }

    // Four independent sums hide the latency of the multiply-add.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddFourVectors(ReadOnlySpan<float> values, ReadOnlySpan<float> weights, int column, Span<float> output)
    {
        var width = Vector512<float>.Count;
        var row = output.Slice(column, 4 * width);
        var sum0 = Vector512.Create<float>(row[..width]);
        var sum1 = Vector512.Create<float>(row[width..]);
        var sum2 = Vector512.Create<float>(row[(2 * width)..]);
        var sum3 = Vector512.Create<float>(row[(3 * width)..]);
        ref var weight = ref Unsafe.Add(ref MemoryMarshal.GetReference(weights), column);
        for (var i = 0; i < values.Length; i++)
        {
            var value = Vector512.Create(values[i]);
            ref var block = ref Unsafe.Add(ref weight, i * Stride);
            sum0 = Vector512.FusedMultiplyAdd(value, Vector512.LoadUnsafe(ref block), sum0);
            sum1 = Vector512.FusedMultiplyAdd(value, Vector512.LoadUnsafe(ref block, (nuint)width), sum1);
            sum2 = Vector512.FusedMultiplyAdd(value, Vector512.LoadUnsafe(ref block, (nuint)(2 * width)), sum2);
            sum3 = Vector512.FusedMultiplyAdd(value, Vector512.LoadUnsafe(ref block, (nuint)(3 * width)), sum3);
        }

        sum0.CopyTo(row);
        sum1.CopyTo(row[width..]);
        sum2.CopyTo(row[(2 * width)..]);
        sum3.CopyTo(row[(3 * width)..]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddVector(ReadOnlySpan<float> values, ReadOnlySpan<float> weights, int column, Span<float> output)
    {
        var sum = Vector512.Create<float>(output[column..]);
        ref var weight = ref Unsafe.Add(ref MemoryMarshal.GetReference(weights), column);
        for (var i = 0; i < values.Length; i++)
        {
            sum = Vector512.FusedMultiplyAdd(Vector512.Create(values[i]), Vector512.LoadUnsafe(ref Unsafe.Add(ref weight, i * Stride)), sum);
        }

        sum.CopyTo(output[column..]);
    }
}
