namespace TorchSharp;

public static partial class torch
{
    /// <summary>Zeros.</summary>
    public static Tensor zeros(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => Created(size, dtype, device, requires_grad, names, v => Filling.Fill(v, 0));

    /// <summary>Zeros.</summary>
    public static Tensor zeros(ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => Created(size.ToArray(), dtype, device, requires_grad, names, v => Filling.Fill(v, 0));

    /// <summary>Zeros.</summary>
    public static Tensor zeros(long size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => Created([size], dtype, device, requires_grad, names, v => Filling.Fill(v, 0));

    /// <summary>Zeros.</summary>
    public static Tensor zeros(long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => Created([rows, columns], dtype, device, requires_grad, names, v => Filling.Fill(v, 0));

    /// <summary>Zeros.</summary>
    public static Tensor zeros(long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => Created([dim0, dim1, dim2], dtype, device, requires_grad, names, v => Filling.Fill(v, 0));

    /// <summary>Zeros.</summary>
    public static Tensor zeros(long dim0, long dim1, long dim2, long dim3, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => Created([dim0, dim1, dim2, dim3], dtype, device, requires_grad, names, v => Filling.Fill(v, 0));

    /// <summary>Ones.</summary>
    public static Tensor ones(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => Created(size, dtype, device, requires_grad, names, v => Filling.Fill(v, 1));

    /// <summary>Ones.</summary>
    public static Tensor ones(ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => Created(size.ToArray(), dtype, device, requires_grad, names, v => Filling.Fill(v, 1));

    /// <summary>Ones.</summary>
    public static Tensor ones(long size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => Created([size], dtype, device, requires_grad, names, v => Filling.Fill(v, 1));

    /// <summary>Ones.</summary>
    public static Tensor ones(long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => Created([rows, columns], dtype, device, requires_grad, names, v => Filling.Fill(v, 1));

    /// <summary>Ones.</summary>
    public static Tensor ones(long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => Created([dim0, dim1, dim2], dtype, device, requires_grad, names, v => Filling.Fill(v, 1));

    /// <summary>Ones.</summary>
    public static Tensor ones(long dim0, long dim1, long dim2, long dim3, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => Created([dim0, dim1, dim2, dim3], dtype, device, requires_grad, names, v => Filling.Fill(v, 1));

    /// <summary>Memory as it comes: write before reading.</summary>
    public static Tensor empty(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => Created(size, dtype, device, requires_grad, names, null);

    /// <summary>Memory as it comes: write before reading.</summary>
    public static Tensor empty(ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => Created(size.ToArray(), dtype, device, requires_grad, names, null);

    /// <summary>Memory as it comes: write before reading.</summary>
    public static Tensor empty(long size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => Created([size], dtype, device, requires_grad, names, null);

    /// <summary>Memory as it comes: write before reading.</summary>
    public static Tensor empty(long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => Created([rows, columns], dtype, device, requires_grad, names, null);

    /// <summary>Memory as it comes: write before reading.</summary>
    public static Tensor empty(long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => Created([dim0, dim1, dim2], dtype, device, requires_grad, names, null);

    /// <summary>Memory as it comes: write before reading.</summary>
    public static Tensor empty(long dim0, long dim1, long dim2, long dim3, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => Created([dim0, dim1, dim2, dim3], dtype, device, requires_grad, names, null);

    /// <summary>Uniform numbers in [0, 1).</summary>
    public static Tensor rand(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) => Created(size, dtype, device, requires_grad, names, v => Sampling.Uniform(v, 0, 1, generator));

    /// <summary>Uniform numbers in [0, 1).</summary>
    public static Tensor rand(ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) => Created(size.ToArray(), dtype, device, requires_grad, names, v => Sampling.Uniform(v, 0, 1, generator));

    /// <summary>Uniform numbers in [0, 1).</summary>
    public static Tensor rand(long size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) => Created([size], dtype, device, requires_grad, names, v => Sampling.Uniform(v, 0, 1, generator));

    /// <summary>Uniform numbers in [0, 1).</summary>
    public static Tensor rand(long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) => Created([rows, columns], dtype, device, requires_grad, names, v => Sampling.Uniform(v, 0, 1, generator));

    /// <summary>Uniform numbers in [0, 1).</summary>
    public static Tensor rand(long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) => Created([dim0, dim1, dim2], dtype, device, requires_grad, names, v => Sampling.Uniform(v, 0, 1, generator));

    /// <summary>Uniform numbers in [0, 1).</summary>
    public static Tensor rand(long dim0, long dim1, long dim2, long dim3, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) => Created([dim0, dim1, dim2, dim3], dtype, device, requires_grad, names, v => Sampling.Uniform(v, 0, 1, generator));

    /// <summary>Standard normal numbers.</summary>
    public static Tensor randn(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) => Created(size, dtype, device, requires_grad, names, v => Sampling.Normal(v, 0, 1, generator));

    /// <summary>Standard normal numbers.</summary>
    public static Tensor randn(ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) => Created(size.ToArray(), dtype, device, requires_grad, names, v => Sampling.Normal(v, 0, 1, generator));

    /// <summary>Standard normal numbers.</summary>
    public static Tensor randn(long size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) => Created([size], dtype, device, requires_grad, names, v => Sampling.Normal(v, 0, 1, generator));

    /// <summary>Standard normal numbers.</summary>
    public static Tensor randn(long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) => Created([rows, columns], dtype, device, requires_grad, names, v => Sampling.Normal(v, 0, 1, generator));

    /// <summary>Standard normal numbers.</summary>
    public static Tensor randn(long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) => Created([dim0, dim1, dim2], dtype, device, requires_grad, names, v => Sampling.Normal(v, 0, 1, generator));

    /// <summary>Standard normal numbers.</summary>
    public static Tensor randn(long dim0, long dim1, long dim2, long dim3, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) => Created([dim0, dim1, dim2, dim3], dtype, device, requires_grad, names, v => Sampling.Normal(v, 0, 1, generator));

    /// <summary>One number everywhere.</summary>
    public static Tensor full(long[] size, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => Created(size, dtype ?? value.DefaultType, device, requires_grad, names, v => Filling.Fill(v, value));

    /// <summary>One number everywhere.</summary>
    public static Tensor full(ReadOnlySpan<long> size, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => Created(size.ToArray(), dtype ?? value.DefaultType, device, requires_grad, names, v => Filling.Fill(v, value));

    /// <summary>One number everywhere.</summary>
    public static Tensor full(long size, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => Created([size], dtype ?? value.DefaultType, device, requires_grad, names, v => Filling.Fill(v, value));

    /// <summary>One number everywhere.</summary>
    public static Tensor full(long rows, long columns, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => Created([rows, columns], dtype ?? value.DefaultType, device, requires_grad, names, v => Filling.Fill(v, value));

    /// <summary>One number everywhere.</summary>
    public static Tensor full(long dim0, long dim1, long dim2, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => Created([dim0, dim1, dim2], dtype ?? value.DefaultType, device, requires_grad, names, v => Filling.Fill(v, value));

    /// <summary>Zeros in the shape of the input.</summary>
    public static Tensor zeros_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => Created(input.Value.Shape, dtype ?? input.dtype, device, requires_grad, names, v => Filling.Fill(v, 0));

    /// <summary>Ones in the shape of the input.</summary>
    public static Tensor ones_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => Created(input.Value.Shape, dtype ?? input.dtype, device, requires_grad, names, v => Filling.Fill(v, 1));

    /// <summary>Unwritten memory in the shape of the input.</summary>
    public static Tensor empty_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => Created(input.Value.Shape, dtype ?? input.dtype, device, requires_grad, names, null);

    /// <summary>One number everywhere, in the shape of the input.</summary>
    public static Tensor full_like(Tensor input, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => Created(input.Value.Shape, dtype ?? input.dtype, device, requires_grad, names, v => Filling.Fill(v, value));

    /// <summary>Whole numbers in [0, high).</summary>
    public static Tensor randint(long high, long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) => Created(size, dtype ?? ScalarType.Int64, device, requires_grad, names, v => Sampling.Integers(v, 0, high, generator));

    /// <summary>Whole numbers in [low, high).</summary>
    public static Tensor randint(long low, long high, long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) => Created(size, dtype ?? ScalarType.Int64, device, requires_grad, names, v => Sampling.Integers(v, low, high, generator));

    /// <summary>The whole numbers below n in random order.</summary>
    public static Tensor randperm(long n, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null) => Created([n], dtype ?? ScalarType.Int64, device, requires_grad, null, v => Operations.FillPermutation(v, generator));

    /// <summary>The numbers from 0 to below stop.</summary>
    public static Tensor arange(Scalar stop, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Range(0, stop, 1, dtype, device, requires_grad);

    /// <summary>The numbers from start to below stop.</summary>
    public static Tensor arange(Scalar start, Scalar stop, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Range(start, stop, 1, dtype, device, requires_grad);

    /// <summary>The numbers from start to before stop by step.</summary>
    public static Tensor arange(Scalar start, Scalar stop, Scalar step, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Range(start, stop, step, dtype, device, requires_grad);

    /// <summary>The identity matrix.</summary>
    public static Tensor eye(long rows, long columns = -1, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => Created([rows, columns < 0 ? rows : columns], dtype, device, requires_grad, names, Operations.FillIdentity);

    /// <summary>A tensor without dimensions.</summary>
    public static Tensor tensor(float scalar, Device? device = null, bool requires_grad = false) => FromSpan<float>([scalar], [], null, device, requires_grad, null);

    /// <summary>A vector with a copy of the numbers.</summary>
    public static Tensor tensor(float[] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => FromSpan<float>(rawArray, [rawArray.Length], dtype, device, requires_grad, names);

    /// <summary>A copy of the numbers in a shape.</summary>
    public static Tensor tensor(float[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => FromSpan<float>(rawArray, dimensions, dtype, device, requires_grad, names);

    /// <summary>A tensor without dimensions.</summary>
    public static Tensor tensor(double scalar, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromSpan<double>([scalar], [], dtype, device, requires_grad, null);

    /// <summary>A vector with a copy of the numbers.</summary>
    public static Tensor tensor(double[] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => FromSpan<double>(rawArray, [rawArray.Length], dtype, device, requires_grad, names);

    /// <summary>A copy of the numbers in a shape.</summary>
    public static Tensor tensor(double[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => FromSpan<double>(rawArray, dimensions, dtype, device, requires_grad, names);

    /// <summary>A tensor without dimensions.</summary>
    public static Tensor tensor(long scalar, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromSpan<long>([scalar], [], dtype, device, requires_grad, null);

    /// <summary>A vector with a copy of the numbers.</summary>
    public static Tensor tensor(long[] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => FromSpan<long>(rawArray, [rawArray.Length], dtype, device, requires_grad, names);

    /// <summary>A copy of the numbers in a shape.</summary>
    public static Tensor tensor(long[] dataArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => FromSpan<long>(dataArray, dimensions, dtype, device, requires_grad, names);

    /// <summary>A tensor without dimensions.</summary>
    public static Tensor tensor(int scalar, Device? device = null, bool requires_grad = false) => FromSpan<int>([scalar], [], null, device, requires_grad, null);

    /// <summary>A vector with a copy of the numbers.</summary>
    public static Tensor tensor(int[] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => FromSpan<int>(rawArray, [rawArray.Length], dtype, device, requires_grad, names);

    /// <summary>A copy of the numbers in a shape.</summary>
    public static Tensor tensor(int[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => FromSpan<int>(rawArray, dimensions, dtype, device, requires_grad, names);

    /// <summary>A tensor without dimensions.</summary>
    public static Tensor tensor(bool scalar, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromSpan<bool>([scalar], [], dtype, device, requires_grad, null);

    /// <summary>A vector with a copy of the numbers.</summary>
    public static Tensor tensor(bool[] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => FromSpan<bool>(rawArray, [rawArray.Length], dtype, device, requires_grad, names);

    /// <summary>A copy of the numbers in a shape.</summary>
    public static Tensor tensor(bool[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => FromSpan<bool>(rawArray, dimensions, dtype, device, requires_grad, names);

    /// <summary>A tensor without dimensions.</summary>
    public static Tensor tensor(byte scalar, Device? device = null, bool requires_grad = false) => FromSpan<byte>([scalar], [], null, device, requires_grad, null);

    /// <summary>A vector with a copy of the numbers.</summary>
    public static Tensor tensor(byte[] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => FromSpan<byte>(rawArray, [rawArray.Length], dtype, device, requires_grad, names);

    /// <summary>A copy of the numbers in a shape.</summary>
    public static Tensor tensor(byte[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => FromSpan<byte>(rawArray, dimensions, dtype, device, requires_grad, names);

    private static Tensor Created(long[] shape, ScalarType? type, Device? device, bool gradient, string[]? names, Action<TensorValue>? fill)
    {
        Device.Check(device);
        Operations.RefuseNames(names);
        var value = TensorValue.Empty(type ?? ScalarType.Float32, (long[])shape.Clone());
        fill?.Invoke(value);
        value.RequiresGradient = gradient;
        return new Tensor(value);
    }

    private static Tensor FromSpan<T>(ReadOnlySpan<T> numbers, ReadOnlySpan<long> shape, ScalarType? type, Device? device, bool gradient, string[]? names)
        where T : unmanaged
    {
        Device.Check(device);
        Operations.RefuseNames(names);
        if (Shapes.Count(shape) != numbers.Length)
        {
            throw new ArgumentException($"mismatched total size creating a tensor from an array: {numbers.Length} elements don't fill the shape {Shapes.Text(shape)}");
        }

        using var value = TensorValue.Empty(DataTypes.Of<T>(), shape.ToArray());
        numbers.CopyTo(value.Span<T>());
        var result = Copying.Convert(value, type ?? value.Type);
        result.RequiresGradient = gradient;
        return new Tensor(result);
    }

    private static Tensor Range(Scalar start, Scalar stop, Scalar step, ScalarType? type, Device? device, bool gradient)
    {
        if (step.Number == 0 || (stop.Number - start.Number) / step.Number < 0)
        {
            throw new TensorException($"arange: upper bound and larger bound inconsistent with step sign: from {start.Number} to {stop.Number} by {step.Number}");
        }

        var whole = !DataTypes.IsFloat(start.Type) && !DataTypes.IsFloat(stop.Type) && !DataTypes.IsFloat(step.Type);
        var count = (long)Math.Ceiling((stop.Number - start.Number) / step.Number);
        return Created([count], type ?? (whole ? ScalarType.Int64 : ScalarType.Float32), device, gradient, null, v => Operations.FillRange(v, start, step));
    }
}
