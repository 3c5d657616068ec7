using System.Numerics;
using static TorchSharp.torch;

namespace TorchSharp;

internal static partial class Operations
{
    /// <summary>In order along a dimension, equal ones as they stood; not-a-number counts as largest.</summary>
    internal static (TensorValue Values, TensorValue Indices) Sort(TensorValue a, long dimension, bool descending)
    {
        var d = Shapes.Dimension("sort", dimension, a.Rank);
        var indices = Order(a, d, descending);
        if (a.Rank == 0)
        {
            return (Clone(a), indices);
        }

        return (Gather(a, d, indices), indices);
    }

    /// <summary>The k largest or smallest along a dimension, in order.</summary>
    internal static (TensorValue Values, TensorValue Indices) TopK(TensorValue a, long k, long dimension, bool largest)
    {
        var d = Shapes.Dimension("topk", dimension, a.Rank);
        var size = a.Rank == 0 ? 1 : a.Shape[d];
        if (k < 0 || k > size)
        {
            throw new TensorException($"topk: selected index k out of range: k is {k} and dimension {d} of {Shapes.Text(a.Shape)} has size {size}");
        }

        if (a.Rank == 0)
        {
            return Sort(a, dimension, largest);
        }

        using var order = Order(a, d, largest);
        using var first = Narrow(order, d, 0, k);
        var indices = Copying.Clone(first);
        return (Gather(a, d, indices), indices);
    }

    /// <summary>Running sums along a dimension; integers and truth values sum as longs.</summary>
    internal static TensorValue CumulativeSum(TensorValue a, long dimension, ScalarType? type)
    {
        var d = Shapes.Dimension("cumsum", dimension, a.Rank);
        using var x = ToType(a, type ?? (DataTypes.IsFloat(a.Type) ? a.Type : ScalarType.Int64));
        return Recorder.Record(RunningSum(x, d, fromEnd: false), "cumsum", [x], [], (_, g, _) => RunningSum(g, d, fromEnd: true));
    }

    private static TensorValue RunningSum(TensorValue a, int dimension, bool fromEnd)
    {
        var result = Copying.Clone(a);
        if (a.Rank == 0)
        {
            return result;
        }

        switch (a.Type)
        {
            case ScalarType.Float32: RunningSum<float>(result, dimension, fromEnd); break;
            case ScalarType.Float64: RunningSum<double>(result, dimension, fromEnd); break;
            case ScalarType.Int64: RunningSum<long>(result, dimension, fromEnd); break;
            case ScalarType.Int32: RunningSum<int>(result, dimension, fromEnd); break;
            default: throw new TensorException($"cumsum: not implemented for {DataTypes.Name(a.Type)}, got a tensor of shape {Shapes.Text(a.Shape)}");
        }

        return result;
    }

    private static void RunningSum<T>(TensorValue value, int dimension, bool fromEnd)
        where T : unmanaged, INumber<T>
    {
        var (outer, size, inner) = Reductions.Split(value.Shape, dimension);
        var numbers = value.Span<T>();
        for (var o = 0; o < outer; o++)
        {
            for (var step = 1; step < size; step++)
            {
                var at = fromEnd ? size - 1 - step : step;
                var to = (int)(((o * size) + at) * inner);
                var from = (int)(to + (fromEnd ? inner : -inner));
                for (var i = 0; i < inner; i++)
                {
                    numbers[to + i] += numbers[from + i];
                }
            }
        }
    }

    private static TensorValue Order(TensorValue a, int dimension, bool descending)
    {
        var indices = TensorValue.Empty(ScalarType.Int64, a.Shape);
        using var x = Copying.Contiguous(a);
        switch (a.Type)
        {
            case ScalarType.Float32: Order<float>(x, dimension, descending, indices); break;
            case ScalarType.Float64: Order<double>(x, dimension, descending, indices); break;
            case ScalarType.Int64: Order<long>(x, dimension, descending, indices); break;
            case ScalarType.Int32: Order<int>(x, dimension, descending, indices); break;
            default: Order<byte>(x, dimension, descending, indices); break;
        }

        return indices;
    }

    private static void Order<T>(TensorValue a, int dimension, bool descending, TensorValue indices)
        where T : unmanaged, INumber<T>
    {
        var (outer, size, inner) = a.Rank == 0 ? (1, 1, 1) : Reductions.Split(a.Shape, dimension);
        var numbers = a.Span<T>();
        var order = indices.Span<long>();
        var line = new T[size];
        var places = new int[size];
        for (var o = 0; o < outer; o++)
        {
            for (var i = 0; i < inner; i++)
            {
                var start = (o * size * inner) + i;
                for (var j = 0; j < size; j++)
                {
                    line[j] = numbers[(int)(start + (j * inner))];
                    places[j] = j;
                }

                places.AsSpan().Sort((first, second) => Compare(line, first, second, descending));
                for (var j = 0; j < size; j++)
                {
                    order[(int)(start + (j * inner))] = places[j];
                }
            }
        }
    }

    /// <summary>By value and then by place, so that no two are equal and the order is stable.</summary>
    private static int Compare<T>(T[] line, int first, int second, bool descending)
        where T : unmanaged, INumber<T>
    {
        var (x, y) = (line[first], line[second]);
        var byValue = T.IsNaN(x) || T.IsNaN(y) ? T.IsNaN(x).CompareTo(T.IsNaN(y)) : x.CompareTo(y);
        return byValue == 0 ? first.CompareTo(second) : descending ? -byValue : byValue;
    }
}
