namespace TorchSharp;

public static partial class torch
{
    /// <summary>The elements in order along a dimension, and where each stood. Equal ones stay in order, stable or not; not-a-number counts as largest.</summary>
    public static (Tensor Values, Tensor Indices) sort(Tensor input, long dim = -1, bool descending = false, bool stable = false) => input.sort(dim, descending, stable);

    /// <summary>Where the elements in order along a dimension stand.</summary>
    public static Tensor argsort(Tensor input, long dim = -1, bool descending = false) => input.argsort(dim, descending);

    /// <summary>The k largest (or smallest) elements along a dimension, in order, and where each stands.</summary>
    public static (Tensor values, Tensor indices) topk(Tensor tensor, int k, int dim = -1, bool largest = true, bool sorted = true) => tensor.topk(k, dim, largest, sorted);

    /// <summary>Running sums along a dimension; integers and truth values sum as longs.</summary>
    public static Tensor cumsum(Tensor input, long dim, ScalarType? type = null) => input.cumsum(dim, type);

    public partial class Tensor
    {
        /// <summary>The elements in order along a dimension, and where each stood. Equal ones stay in order, stable or not; not-a-number counts as largest.</summary>
        public (Tensor Values, Tensor Indices) sort(long dim = -1, bool descending = false, bool stable = false)
        {
            var (values, indices) = Operations.Sort(Value, dim, descending);
            return (new Tensor(values), new Tensor(indices));
        }

        /// <summary>Where the elements in order along a dimension stand.</summary>
        public Tensor argsort(long dim = -1, bool descending = false)
        {
            var (values, indices) = Operations.Sort(Value, dim, descending);
            values.Dispose();
            return new Tensor(indices);
        }

        /// <summary>The k largest (or smallest) elements along a dimension, in order, sorted or not asked for, and where each stands.</summary>
        /// <exception cref="TensorException">k is negative or larger than the dimension.</exception>
        public (Tensor values, Tensor indices) topk(int k, int dim = -1, bool largest = true, bool sorted = true)
        {
            var (values, indices) = Operations.TopK(Value, k, dim, largest);
            return (new Tensor(values), new Tensor(indices));
        }

        /// <summary>Running sums along a dimension; integers and truth values sum as longs.</summary>
        public Tensor cumsum(long dim, ScalarType? type = null) => new(Operations.CumulativeSum(Value, dim, type));
    }
}
