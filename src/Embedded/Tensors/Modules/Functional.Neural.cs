namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            /// <summary>x Φ(x): the exact GELU.</summary>
            public static Tensor gelu(Tensor x) => x.gelu();

            /// <summary>x Φ(x): the exact GELU.</summary>
            public static Tensor gelu(Tensor x, bool inplace) => inplace ? x.Written(static v => Operations.InPlace("gelu_", v, Operations.Gelu)) : x.gelu();

            /// <summary>log(1 + exp(beta x)) / beta.</summary>
            public static Tensor softplus(Tensor x, double beta = 1, double threshold = 20) => x.softplus(beta, threshold);

            /// <summary>x where it is above 0 and negative_slope x elsewhere.</summary>
            public static Tensor leaky_relu(Tensor input, double negative_slope = 0.01, bool inplace = false)
                => inplace ? input.Written(v => Operations.InPlace("leaky_relu_", v, x => Operations.LeakyRelu(x, negative_slope))) : input.leaky_relu(negative_slope);

            /// <summary>In training, some elements 0 by chance p and the others divided by 1 - p; else the input.</summary>
            /// <exception cref="ArgumentException">p is not in [0, 1].</exception>
            public static Tensor dropout(Tensor input, double p = 0.5, bool training = true, bool inplace = false)
            {
                Operations.CheckChance("dropout", p);
                return !training || p == 0 ? input.alias()
                    : inplace ? input.Written(v => Operations.InPlace("dropout_", v, x => Operations.Dropout(x, p)))
                    : new Tensor(Operations.Dropout(input.Value, p));
            }

            /// <summary>(x - mean) / sqrt(variance + eps) over the last dimensions, times weight plus bias, both of the normalised shape.</summary>
            public static Tensor layer_norm(Tensor input, long[] normalized_shape, Tensor? weight = null, Tensor? bias = null, double eps = 1E-05)
                => new(Operations.LayerNorm(input.Value, normalized_shape, weight?.Value, bias?.Value, eps));

            /// <summary>softmax(query keyᵀ / √width + mask) value, over [.., queries, width], [.., keys, width] and [.., keys, value width].</summary>
            /// <remarks>A mask [.., queries, keys] of truth values says what may be seen, one of numbers is added and gets no gradient here. p is the chance that a weight is dropped.</remarks>
            /// <exception cref="ArgumentException">A mask and causality are both asked for, or p is not in [0, 1].</exception>
            public static Tensor scaled_dot_product_attention(Tensor query, Tensor key, Tensor value, Tensor? attn_mask = null, double p = 0, bool is_casual = false)
                => new(Operations.Attention(query.Value, key.Value, value.Value, attn_mask?.Value, p, is_casual));

            /// <summary>Images [batch, in, height, width] under kernels [out, in / groups, kernel height, kernel width], plus bias [out].</summary>
            public static Tensor conv2d(
                Tensor input, Tensor weight, Tensor? bias = null, long[]? strides = null, long[]? padding = null, long[]? dilation = null, long groups = 1)
                => new(Operations.Convolve(input.Value, weight.Value, bias?.Value, strides, padding, dilation, groups));

            /// <summary>Images [batch, in, height, width] spread by kernels [in, out / groups, kernel height, kernel width], plus bias [out].</summary>
            public static Tensor conv_transpose2d(
                Tensor input, Tensor weight, Tensor? bias = null, long[]? strides = null, long[]? padding = null, long[]? output_padding = null, long[]? dilation = null, long groups = 1)
                => new(Operations.ConvolveTransposed(input.Value, weight.Value, bias?.Value, strides, padding, output_padding, dilation, groups));

            /// <summary>The largest number under each place of a square window.</summary>
            public static Tensor max_pool2d(Tensor input, long kernel_size, long? stride = null, long? padding = null, long? dilation = null, bool ceil_mode = false)
                => max_pool2d(input, [kernel_size], One(stride), One(padding), One(dilation), ceil_mode);

            /// <summary>The largest number under each place of a window.</summary>
            public static Tensor max_pool2d(
                Tensor input, (long, long) kernel_size, (long, long)? stride = null, (long, long)? padding = null, (long, long)? dilation = null, bool ceil_mode = false)
                => max_pool2d(input, Two(kernel_size)!, Two(stride), Two(padding), Two(dilation), ceil_mode);

            /// <summary>The largest number under each place of a window.</summary>
            public static Tensor max_pool2d(
                Tensor input, long[] kernel_size, long[]? strides = null, long[]? padding = null, long[]? dilation = null, bool ceil_mode = false)
            {
                var (values, indices) = Operations.MaxPool(input.Value, kernel_size, strides, padding, dilation, ceil_mode);
                indices.Dispose();
                return new Tensor(values);
            }

            private static long[]? One(long? size) => size is { } given ? [given] : null;

            private static long[]? Two((long, long)? sizes) => sizes is { } given ? [given.Item1, given.Item2] : null;
        }
    }
}
