namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The sum of all elements; integers and truth values sum to longs.</summary>
        public Tensor sum(ScalarType? type = null) => new(Operations.Sum(Value, [], keep: false, type));

        /// <summary>The sum along a dimension.</summary>
        public Tensor sum(long dim, bool keepdim = false, ScalarType? type = null) => new(Operations.Sum(Value, [dim], keepdim, type));

        /// <summary>The sum along the dimensions.</summary>
        public Tensor sum(ReadOnlySpan<long> dim, bool keepdim = false, ScalarType? type = null) => new(Operations.Sum(Value, dim, keepdim, type));

        /// <summary>The mean of all elements.</summary>
        public Tensor mean() => new(Operations.Mean(Value, [], keep: false));

        /// <summary>The mean along the dimensions.</summary>
        public Tensor mean(long[] dimensions, bool keepdim = false, ScalarType? type = null) => new(Operations.Mean(Value, dimensions, keepdim, type));

        /// <summary>The standard deviation of all elements; unbiased divides by one less than their number.</summary>
        public Tensor std(bool unbiased = true) => new(Operations.StandardDeviation(Value, [], unbiased, keep: false));

        /// <summary>The standard deviation along a dimension.</summary>
        public Tensor std(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => new(Operations.StandardDeviation(Value, [dim], unbiased, keepdim, type));

        /// <summary>The variance of all elements; unbiased divides by one less than their number.</summary>
        public Tensor var(bool unbiased = true) => new(Operations.Variance(Value, [], unbiased, keep: false));

        /// <summary>The variance along a dimension.</summary>
        public Tensor var(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => new(Operations.Variance(Value, [dim], unbiased, keepdim, type));

        /// <summary>The largest of all elements.</summary>
        public Tensor max() => new(Operations.ExtremeOfAll(Value, largest: true));

        /// <summary>The largest along a dimension, and where each first stands.</summary>
        public (Tensor values, Tensor indices) max(long dim, bool keepdim = false) => Pair(Operations.Extreme(Value, dim, keepdim, largest: true));

        /// <summary>The larger of two elements.</summary>
        public Tensor max(Tensor other) => new(Operations.Maximum(Value, other.Value));

        /// <summary>Where the largest of all elements first stands.</summary>
        public Tensor argmax() => new(Operations.ExtremeIndex(Value, null, keep: false, largest: true));

        /// <summary>Where the largest along a dimension first stands.</summary>
        public Tensor argmax(long dim, bool keepdim = false) => new(Operations.ExtremeIndex(Value, dim, keepdim, largest: true));

        /// <summary>The smallest of all elements.</summary>
        public Tensor min() => new(Operations.ExtremeOfAll(Value, largest: false));

        /// <summary>The smallest along a dimension, and where each first stands.</summary>
        public (Tensor values, Tensor indices) min(long dim, bool keepdim = false) => Pair(Operations.Extreme(Value, dim, keepdim, largest: false));

        /// <summary>The smaller of two elements.</summary>
        public Tensor min(Tensor other) => new(Operations.Minimum(Value, other.Value));

        /// <summary>Where the smallest of all elements first stands.</summary>
        public Tensor argmin() => new(Operations.ExtremeIndex(Value, null, keep: false, largest: false));

        /// <summary>Where the smallest along a dimension first stands.</summary>
        public Tensor argmin(long dim, bool keepdim = false) => new(Operations.ExtremeIndex(Value, dim, keepdim, largest: false));

        /// <summary>Whether every element holds.</summary>
        public Tensor all() => new(Operations.Truth(Value, all: true));

        /// <summary>Whether any element holds.</summary>
        public Tensor any() => new(Operations.Truth(Value, all: false));

        /// <summary>exp(x) / sum exp(x) along a dimension.</summary>
        public Tensor softmax(long dim, ScalarType? dtype = null) => new(Operations.SoftmaxAs(Value, dim, logarithm: false, dtype));

        /// <summary>The logarithm of softmax along a dimension.</summary>
        public Tensor log_softmax(long dim, ScalarType? dtype = null) => new(Operations.SoftmaxAs(Value, dim, logarithm: true, dtype));

        /// <summary>log sum exp(x) along a dimension.</summary>
        public Tensor logsumexp(long dim, bool keepdim = false) => new(Operations.LogSumExp(Value, dim, keepdim));

        /// <summary>Matrix product of vectors, matrices or batches of matrices.</summary>
        public Tensor matmul(Tensor target) => new(Operations.MatMul(Value, target.Value));

        /// <summary>Matrix product of two matrices.</summary>
        public Tensor mm(Tensor target) => new(Operations.MatrixProduct(Value, target.Value));

        /// <summary>The products of two batches of matrices, [batch, m, k] and [batch, k, n].</summary>
        public Tensor bmm(Tensor batch2) => new(Operations.BatchedMatrixProduct(Value, batch2.Value));

        /// <summary>Draws indices by the weights in each row.</summary>
        public Tensor multinomial(long num_samples, bool replacement = false, Generator? generator = null) => new(Sampling.Multinomial(Value, num_samples, replacement, generator));

        private static (Tensor Values, Tensor Indices) Pair((TensorValue Values, TensorValue Indices) results) => (new(results.Values), new(results.Indices));
    }
}
