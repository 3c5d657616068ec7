using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>A vector for every number: longs [..] to [.., size].</summary>
    public sealed class Embedding : Module<Tensor, Tensor>
    {
        private readonly long? _padding;
        private Parameter _weight;

        internal Embedding(long count, long size, long? padding, Device? device, ScalarType? dtype)
            : base(nameof(Embedding))
        {
            if (padding is { } index)
            {
                if (index < -count || index >= count)
                {
                    throw new ArgumentException($"Embedding: padding_idx must be within num_embeddings, got {index} for {count}", nameof(padding));
                }

                _padding = index < 0 ? index + count : index;
            }

            _weight = Replace(nameof(weight), null, empty(count, size, dtype, device).AsParameter())!;
            init.normal_(_weight).Dispose();
            if (_padding is { } row)
            {
                using var unrecorded = no_grad();
                using var vector = _weight.select(0, row);
                vector.zero_().Dispose();
            }
        }

        /// <summary>[count, size], drawn from the standard normal distribution; the row of padding is 0.</summary>
        public Parameter weight
        {
            get => _weight;
            set => _weight = Replace(nameof(weight), _weight, value)!;
        }

        /// <summary>The rows of the numbers; the row of padding gets no gradient.</summary>
        /// <exception cref="TensorException">A number has no row, or the input isn't of integers.</exception>
        public override Tensor forward(Tensor input) => new(Operations.Embed(_weight.Value, input.Value, _padding));
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>A vector for every number from 0 to num_embeddings - 1.</summary>
            /// <exception cref="NotSupportedException">max_norm, scale_grad_by_freq or sparse: the managed engine doesn't have them.</exception>
            public static Embedding Embedding(
                long num_embeddings, long embedding_dims, long? padding_idx = null, double? max_norm = null, double norm_type = 2, bool scale_grad_by_freq = false, bool sparse = false,
                Device? device = null, ScalarType? dtype = null)
                => max_norm is not null || scale_grad_by_freq || sparse
                    ? throw new NotSupportedException($"Embedding: the managed engine has no max_norm (given with norm_type {norm_type}), scale_grad_by_freq or sparse")
                    : new(num_embeddings, embedding_dims, padding_idx, device, dtype);
        }
    }
}
