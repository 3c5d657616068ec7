using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>Normalises over the last dimensions (Ba et al. 2016), then scales and shifts.</summary>
    public sealed class LayerNorm : Module<Tensor, Tensor>
    {
        private Parameter? _weight;
        private Parameter? _bias;

        internal LayerNorm(long[] normalized_shape, double eps, bool elementwise_affine, bool bias, Device? device, ScalarType? dtype)
            : base(nameof(LayerNorm))
        {
            this.normalized_shape = normalized_shape;
            this.eps = eps;
            this.elementwise_affine = elementwise_affine;
            if (!elementwise_affine)
            {
                return;
            }

            weight = ones(normalized_shape, dtype, device).AsParameter();
            if (bias)
            {
                this.bias = zeros(normalized_shape, dtype, device).AsParameter();
            }
        }

        /// <summary>The sizes of the dimensions that are normalised together.</summary>
        public long[] normalized_shape { get; set; }

        /// <summary>Added to the variance.</summary>
        public double eps { get; set; }

        /// <summary>Whether there are a scale and a shift.</summary>
        public bool elementwise_affine { get; set; }

        /// <summary>The scale, of the normalised shape, 1 at first; or null.</summary>
        public Parameter? weight
        {
            get => _weight;
            set => _weight = Replace(nameof(weight), _weight, value);
        }

        /// <summary>The shift, of the normalised shape, 0 at first; or null.</summary>
        public Parameter? bias
        {
            get => _bias;
            set => _bias = Replace(nameof(bias), _bias, value);
        }

        /// <summary>(x - mean) / sqrt(variance + eps) weight + bias.</summary>
        public override Tensor forward(Tensor tensor) => functional.layer_norm(tensor, normalized_shape, _weight, _bias, eps);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>Normalises over the last dimension.</summary>
            public static LayerNorm LayerNorm(
                long normalized_shape, double eps = 1E-05, bool elementwise_affine = true, bool bias = true, Device? device = null, ScalarType? dtype = null)
                => new([normalized_shape], eps, elementwise_affine, bias, device, dtype);

            /// <summary>Normalises over the last dimensions.</summary>
            public static LayerNorm LayerNorm(
                long[] normalized_shape, double eps = 1E-05, bool elementwise_affine = true, bool bias = true, Device? device = null, ScalarType? dtype = null)
                => new(normalized_shape, eps, elementwise_affine, bias, device, dtype);
        }
    }
}
