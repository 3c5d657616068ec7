using System.Collections;
using static TorchSharp.torch;

namespace TorchSharp.Utils;

/// <summary>Typed access to a tensor's elements in order, whatever its strides.</summary>
/// <typeparam name="T">The element type, which must be the tensor's.</typeparam>
public sealed class TensorAccessor<T> : IDisposable, IEnumerable<T>
    where T : unmanaged
{
    private readonly Tensor _tensor;

    internal TensorAccessor(Tensor tensor)
    {
        _tensor = tensor;
    }

    /// <summary>How many elements there are.</summary>
    public long Count => _tensor.Value.Count;

    /// <summary>Elements can be written.</summary>
    public bool IsReadOnly => false;

    /// <summary>The element at an index in every dimension, or at a position in order where one index is given.</summary>
    public T this[params long[] indices]
    {
        get => Elements()[Position(indices)];
        set
        {
            Elements()[Position(indices)] = value;
            _tensor.Value.MarkWritten();
        }
    }

    /// <summary>A copy of the elements in order.</summary>
    public T[] ToArray()
    {
        var result = new T[Count];
        CopyTo(result.AsSpan());
        return result;
    }

    /// <summary>Copies the elements in order, from one on.</summary>
    public void CopyTo(T[] array, int arrayIndex = 0, long tensorIndex = 0) => CopyTo(array.AsSpan(), arrayIndex, tensorIndex);

    /// <summary>Copies the elements in order, from one on.</summary>
    public void CopyTo(Span<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        using var ordered = Copying.Contiguous(_tensor.Value);
        ordered.Span<T>()[(int)tensorIndex..].CopyTo(array[arrayIndex..]);
    }

    /// <summary>Writes elements in order, from one on.</summary>
    public void CopyFrom(T[] array, int arrayIndex = 0, long tensorIndex = 0) => CopyFrom((ReadOnlySpan<T>)array, arrayIndex, tensorIndex);

    /// <summary>Writes elements in order, from one on.</summary>
    public void CopyFrom(ReadOnlySpan<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        var value = _tensor.Value;
        var count = (int)Math.Min(value.Count - tensorIndex, array.Length - arrayIndex);
        if (value.IsContiguous)
        {
            array.Slice(arrayIndex, count).CopyTo(value.Span<T>()[(int)tensorIndex..]);
        }
        else
        {
            using var ordered = Copying.Clone(value);
            array.Slice(arrayIndex, count).CopyTo(ordered.Span<T>()[(int)tensorIndex..]);
            Copying.Into(value, ordered);
        }

        value.MarkWritten();
    }

    /// <summary>The elements in order.</summary>
    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)ToArray()).GetEnumerator();

    /// <summary>Lets go of the access, not of the tensor.</summary>
    public void Dispose()
    {
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private Span<T> Elements() => _tensor.Value.StridedSpan<T>();

    private int Position(long[] indices)
    {
        var value = _tensor.Value;
        var shape = value.Shape;
        var position = 0L;
        if (indices.Length == 1 && shape.Length != 1)
        {
            var rest = indices[0];
            for (var d = shape.Length - 1; d >= 0; d--)
            {
                position += rest % shape[d] * value.Strides[d];
                rest /= shape[d];
            }

            return rest == 0 || shape.Length == 0 ? (int)position : throw new ArgumentOutOfRangeException(nameof(indices));
        }

        for (var d = 0; d < shape.Length; d++)
        {
            if (indices[d] < 0 || indices[d] >= shape[d])
            {
                throw new ArgumentOutOfRangeException(nameof(indices), $"index {indices[d]} is out of bounds for dimension {d} with size {shape[d]}");
            }

            position += indices[d] * value.Strides[d];
        }

        return (int)position;
    }
}
