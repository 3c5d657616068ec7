using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MemoryRL.Core;

namespace MemoryRL.Learning;

/// <summary>One linear layer for acting: plain arrays, no tensors, no allocation. The weights are those of PyTorch's <c>Linear</c>.</summary>
/// <remarks>
/// Weights lie in panels of 64 outputs, then of 16: within a panel an input's weights lie side by side and the next input's follow. One
/// observation thus reads every weight once and in order, which is all that it costs, and a one-hot input is one short row of each panel.
/// </remarks>
internal sealed class DenseLayer
{
    private const int Wide = 64;
    private const int Narrow = 16;
    private const int RowsAtOnce = 6;

    private readonly float[] _weights;
    private readonly float[] _bias;

    /// <summary>Reads a layer.</summary>
    /// <param name="bundle">The bundle.</param>
    /// <param name="name">The layer's name; its tensors are <c>name.weight</c> <c>[outputs, inputs]</c> and <c>name.bias</c> <c>[outputs]</c>.</param>
    /// <param name="inputs">The number of inputs that it must have.</param>
    /// <param name="outputs">The number of outputs that it must have; 0 for whatever the bias has.</param>
    /// <exception cref="SafetensorsFormatException">A tensor is missing or has another shape.</exception>
    public DenseLayer(SafetensorsDocument bundle, string name, int inputs, int outputs)
        : this(
            bundle.Require($"{name}.weight", ElementType.Float32, outputs > 0 ? outputs : bundle.Require($"{name}.bias", ElementType.Float32, -1).Shape[0], inputs).Values<float>(),
            bundle.Require($"{name}.bias", ElementType.Float32, outputs > 0 ? outputs : -1).Values<float>(),
            inputs)
    {
    }

    /// <summary>Lays weights out.</summary>
    /// <param name="weights"><c>[outputs, inputs]</c>.</param>
    /// <param name="bias"><c>[outputs]</c>.</param>
    /// <param name="inputs">The number of inputs.</param>
    /// <exception cref="ArgumentException">The weights do not fit the bias.</exception>
    public DenseLayer(ReadOnlySpan<float> weights, ReadOnlySpan<float> bias, int inputs)
    {
        if (weights.Length != bias.Length * inputs)
        {
            throw new ArgumentException($"Expected [{bias.Length}, {inputs}] weights but got {weights.Length} numbers.", nameof(weights));
        }

        Inputs = inputs;
        Outputs = bias.Length;
        Stride = (Outputs + Narrow - 1) / Narrow * Narrow;
        _bias = new float[Stride];
        bias.CopyTo(_bias);
        _weights = new float[inputs * Stride];
        for (var output = 0; output < Outputs; output++)
        {
            var width = PanelWidth(output);
            var panel = _weights.AsSpan(output / width * width * inputs);
            for (var input = 0; input < inputs; input++)
            {
                panel[(input * width) + (output % width)] = weights[(output * inputs) + input];
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
    public void AddOne(int input, Span<float> output)
    {
        for (var column = 0; column < Stride;)
        {
            var width = PanelWidth(column);
            var row = output.Slice(column, width);
            TensorPrimitives.Add(_weights.AsSpan((column * Inputs) + (input * width), width), row, row);
            column += width;
        }
    }

    /// <summary>Adds the weights of some inputs.</summary>
    /// <param name="values">The inputs' values.</param>
    /// <param name="first">Which input the first value is.</param>
    /// <param name="output">The answer so far, <c>[Stride]</c>.</param>
    public void Add(ReadOnlySpan<float> values, int first, Span<float> output)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first + values.Length, Inputs, nameof(values));
        for (var column = 0; column < Stride;)
        {
            var width = PanelWidth(column);
            var panel = _weights.AsSpan((column * Inputs) + (first * width), values.Length * width);
            var row = output.Slice(column, width);
            if (width == Narrow)
            {
                AddNarrow(values, panel, row);
            }
            else if (Vector512.IsHardwareAccelerated)
            {
                AddWide512(values, panel, row);
            }
            else
            {
                AddWide256(values, panel, row);
            }

            column += width;
        }
    }

    /// <summary>Answers a batch: <c>outputs = inputs Wᵀ + b</c>.</summary>
    /// <param name="values">The inputs, <c>[B, valuesStride]</c>, of which the first <see cref="Inputs"/> of each row count.</param>
    /// <param name="valuesStride">The distance between two rows of inputs.</param>
    /// <param name="batch">B.</param>
    /// <param name="output">Receives <c>[B, Stride]</c>.</param>
    public void Evaluate(ReadOnlySpan<float> values, int valuesStride, int batch, Span<float> output)
    {
        if (batch < RowsAtOnce)
        {
            for (var row = 0; row < batch; row++)
            {
                var answer = output.Slice(row * Stride, Stride);
                Start(answer);
                Add(values.Slice(row * valuesStride, Inputs), 0, answer);
            }

            return;
        }

        for (var row = 0; row < batch; row += RowsAtOnce)
        {
            // The last block reaches back over rows that are answered already: cheaper than its rows one by one.
            var first = Math.Min(row, batch - RowsAtOnce);
            for (var column = 0; column < Stride; column += Narrow)
            {
                EvaluateBlock(values[(first * valuesStride)..], valuesStride, column, output[(first * Stride)..]);
            }
        }
    }

    // Whole wide panels first; what is left over lies in narrow ones.
    private int PanelWidth(int column) => column < Stride / Wide * Wide ? Wide : Narrow;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddWide512(ReadOnlySpan<float> values, ReadOnlySpan<float> panel, Span<float> row)
    {
        ref var sums = ref MemoryMarshal.GetReference(row);
        ref var block = ref MemoryMarshal.GetReference(panel);
        var (a, b) = (Vector512.LoadUnsafe(ref sums), Vector512.LoadUnsafe(ref sums, 16));
        var (c, d) = (Vector512.LoadUnsafe(ref sums, 32), Vector512.LoadUnsafe(ref sums, 48));
        for (var i = 0; i < values.Length; i++)
        {
            var value = Vector512.Create(values[i]);
            a = Vector512.FusedMultiplyAdd(value, Vector512.LoadUnsafe(ref block), a);
            b = Vector512.FusedMultiplyAdd(value, Vector512.LoadUnsafe(ref block, 16), b);
            c = Vector512.FusedMultiplyAdd(value, Vector512.LoadUnsafe(ref block, 32), c);
            d = Vector512.FusedMultiplyAdd(value, Vector512.LoadUnsafe(ref block, 48), d);
            block = ref Unsafe.Add(ref block, Wide);
        }

        a.StoreUnsafe(ref sums);
        b.StoreUnsafe(ref sums, 16);
        c.StoreUnsafe(ref sums, 32);
        d.StoreUnsafe(ref sums, 48);
    }

    // Eight independent sums hide the latency of the multiply-add.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddWide256(ReadOnlySpan<float> values, ReadOnlySpan<float> panel, Span<float> row)
    {
        ref var sums = ref MemoryMarshal.GetReference(row);
        ref var block = ref MemoryMarshal.GetReference(panel);
        var (a, b) = (Vector256.LoadUnsafe(ref sums), Vector256.LoadUnsafe(ref sums, 8));
        var (c, d) = (Vector256.LoadUnsafe(ref sums, 16), Vector256.LoadUnsafe(ref sums, 24));
        var (e, f) = (Vector256.LoadUnsafe(ref sums, 32), Vector256.LoadUnsafe(ref sums, 40));
        var (g, h) = (Vector256.LoadUnsafe(ref sums, 48), Vector256.LoadUnsafe(ref sums, 56));
        for (var i = 0; i < values.Length; i++)
        {
            var value = Vector256.Create(values[i]);
            a = Vector256.FusedMultiplyAdd(value, Vector256.LoadUnsafe(ref block), a);
            b = Vector256.FusedMultiplyAdd(value, Vector256.LoadUnsafe(ref block, 8), b);
            c = Vector256.FusedMultiplyAdd(value, Vector256.LoadUnsafe(ref block, 16), c);
            d = Vector256.FusedMultiplyAdd(value, Vector256.LoadUnsafe(ref block, 24), d);
            e = Vector256.FusedMultiplyAdd(value, Vector256.LoadUnsafe(ref block, 32), e);
            f = Vector256.FusedMultiplyAdd(value, Vector256.LoadUnsafe(ref block, 40), f);
            g = Vector256.FusedMultiplyAdd(value, Vector256.LoadUnsafe(ref block, 48), g);
            h = Vector256.FusedMultiplyAdd(value, Vector256.LoadUnsafe(ref block, 56), h);
            block = ref Unsafe.Add(ref block, Wide);
        }

        a.StoreUnsafe(ref sums);
        b.StoreUnsafe(ref sums, 8);
        c.StoreUnsafe(ref sums, 16);
        d.StoreUnsafe(ref sums, 24);
        e.StoreUnsafe(ref sums, 32);
        f.StoreUnsafe(ref sums, 40);
        g.StoreUnsafe(ref sums, 48);
        h.StoreUnsafe(ref sums, 56);
    }

    // Four inputs at a time, each with sums of its own, for the same reason.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddNarrow(ReadOnlySpan<float> values, ReadOnlySpan<float> panel, Span<float> row)
    {
        ref var sums = ref MemoryMarshal.GetReference(row);
        ref var block = ref MemoryMarshal.GetReference(panel);
        var (a, b) = (Vector256.LoadUnsafe(ref sums), Vector256.LoadUnsafe(ref sums, 8));
        Vector256<float> c = default, d = default, e = default, f = default, g = default, h = default;
        var i = 0;
        for (; i + 4 <= values.Length; i += 4)
        {
            var value = Vector256.Create(values[i]);
            a = Vector256.FusedMultiplyAdd(value, Vector256.LoadUnsafe(ref block), a);
            b = Vector256.FusedMultiplyAdd(value, Vector256.LoadUnsafe(ref block, 8), b);
            value = Vector256.Create(values[i + 1]);
            c = Vector256.FusedMultiplyAdd(value, Vector256.LoadUnsafe(ref block, 16), c);
            d = Vector256.FusedMultiplyAdd(value, Vector256.LoadUnsafe(ref block, 24), d);
            value = Vector256.Create(values[i + 2]);
            e = Vector256.FusedMultiplyAdd(value, Vector256.LoadUnsafe(ref block, 32), e);
            f = Vector256.FusedMultiplyAdd(value, Vector256.LoadUnsafe(ref block, 40), f);
            value = Vector256.Create(values[i + 3]);
            g = Vector256.FusedMultiplyAdd(value, Vector256.LoadUnsafe(ref block, 48), g);
            h = Vector256.FusedMultiplyAdd(value, Vector256.LoadUnsafe(ref block, 56), h);
            block = ref Unsafe.Add(ref block, 4 * Narrow);
        }

        for (; i < values.Length; i++)
        {
            var value = Vector256.Create(values[i]);
            a = Vector256.FusedMultiplyAdd(value, Vector256.LoadUnsafe(ref block), a);
            b = Vector256.FusedMultiplyAdd(value, Vector256.LoadUnsafe(ref block, 8), b);
            block = ref Unsafe.Add(ref block, Narrow);
        }

        (a + c + (e + g)).StoreUnsafe(ref sums);
        (b + d + (f + h)).StoreUnsafe(ref sums, 8);
    }

    // Six observations share each weight that is read.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void EvaluateBlock(ReadOnlySpan<float> values, int valuesStride, int column, Span<float> output)
    {
        var width = PanelWidth(column);
        var start = column / width * width;
        ref var block = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_weights), (start * Inputs) + (column - start));
        ref var x = ref MemoryMarshal.GetReference(values[..((5 * valuesStride) + Inputs)]);
        ref var bias = ref MemoryMarshal.GetReference(_bias.AsSpan(column, Narrow));
        var (a, b) = (Vector256.LoadUnsafe(ref bias), Vector256.LoadUnsafe(ref bias, 8));
        var (c, d, e, f, g, h) = (a, b, a, b, a, b);
        var (k, l, m, n) = (a, b, a, b);
        nint second = valuesStride, third = 2 * second, fourth = 3 * second, fifth = 4 * second, sixth = 5 * second;
        for (var i = 0; i < Inputs; i++)
        {
            var (left, right) = (Vector256.LoadUnsafe(ref block), Vector256.LoadUnsafe(ref block, 8));
            var value = Vector256.Create(x);
            a = Vector256.FusedMultiplyAdd(value, left, a);
            b = Vector256.FusedMultiplyAdd(value, right, b);
            value = Vector256.Create(Unsafe.Add(ref x, second));
            c = Vector256.FusedMultiplyAdd(value, left, c);
            d = Vector256.FusedMultiplyAdd(value, right, d);
            value = Vector256.Create(Unsafe.Add(ref x, third));
            e = Vector256.FusedMultiplyAdd(value, left, e);
            f = Vector256.FusedMultiplyAdd(value, right, f);
            value = Vector256.Create(Unsafe.Add(ref x, fourth));
            g = Vector256.FusedMultiplyAdd(value, left, g);
            h = Vector256.FusedMultiplyAdd(value, right, h);
            value = Vector256.Create(Unsafe.Add(ref x, fifth));
            k = Vector256.FusedMultiplyAdd(value, left, k);
            l = Vector256.FusedMultiplyAdd(value, right, l);
            value = Vector256.Create(Unsafe.Add(ref x, sixth));
            m = Vector256.FusedMultiplyAdd(value, left, m);
            n = Vector256.FusedMultiplyAdd(value, right, n);
            x = ref Unsafe.Add(ref x, 1);
            block = ref Unsafe.Add(ref block, width);
        }

        ref var to = ref MemoryMarshal.GetReference(output.Slice(column, (5 * Stride) + Narrow));
        a.StoreUnsafe(ref to);
        b.StoreUnsafe(ref to, 8);
        c.StoreUnsafe(ref to, (nuint)Stride);
        d.StoreUnsafe(ref to, (nuint)Stride + 8);
        e.StoreUnsafe(ref to, (nuint)(2 * Stride));
        f.StoreUnsafe(ref to, (nuint)(2 * Stride) + 8);
        g.StoreUnsafe(ref to, (nuint)(3 * Stride));
        h.StoreUnsafe(ref to, (nuint)(3 * Stride) + 8);
        k.StoreUnsafe(ref to, (nuint)(4 * Stride));
        l.StoreUnsafe(ref to, (nuint)(4 * Stride) + 8);
        m.StoreUnsafe(ref to, (nuint)(5 * Stride));
        n.StoreUnsafe(ref to, (nuint)(5 * Stride) + 8);
    }
}
