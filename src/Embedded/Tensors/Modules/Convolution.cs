using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>A layer of kernels over images.</summary>
    public abstract class Convolution : Module<Tensor, Tensor>
    {
        private Parameter _weightOfKernels;
        private Parameter? _biasOfKernels;

        internal Convolution(string name, ConvolutionLayout layout, bool isTransposed, bool hasBias, Device? device, ScalarType? dtype)
            : base(name)
        {
            if (layout.Groups <= 0 || layout.InChannels % layout.Groups != 0 || layout.OutChannels % layout.Groups != 0)
            {
                throw new ArgumentException($"{name}: in_channels ({layout.InChannels}) and out_channels ({layout.OutChannels}) must be divisible by groups ({layout.Groups})", nameof(layout));
            }

            if (layout.PaddingMode != PaddingModes.Zeros)
            {
                throw new NotSupportedException($"{name}: the managed engine pads with zeros only, got {layout.PaddingMode}");
            }

            in_channels = layout.InChannels;
            out_channels = layout.OutChannels;
            kernel_size = layout.Kernel;
            stride = layout.Stride;
            padding = layout.Padding;
            dilation = layout.Dilation;
            output_padding = layout.OutputPadding;
            groups = layout.Groups;
            transposed = isTransposed;
            var (first, second) = isTransposed ? (in_channels, out_channels / groups) : (out_channels, in_channels / groups);
            _weightOfKernels = Replace(nameof(weight), null, empty([first, second, kernel_size[0], kernel_size[1]], dtype, device).AsParameter())!;
            if (hasBias)
            {
                _biasOfKernels = Replace(nameof(bias), null, empty(out_channels, dtype, device).AsParameter());
            }

            reset_parameters();
        }

        /// <summary>Channels of an image that comes in.</summary>
        public long in_channels { get; }

        /// <summary>Channels of an image that goes out.</summary>
        public long out_channels { get; }

        /// <summary>The kernels' height and width.</summary>
        public long[] kernel_size { get; set; }

        /// <summary>Steps between places of the kernels.</summary>
        public long[] stride { get; set; }

        /// <summary>A border of zeros.</summary>
        public long[] padding { get; }

        /// <summary>Steps between numbers under a kernel.</summary>
        public long[] dilation { get; set; }

        /// <summary>Rows and columns added to the output of a transposed convolution.</summary>
        public long[] output_padding { get; set; }

        /// <summary>Parts of the channels that don't see each other.</summary>
        public long groups { get; set; }

        /// <summary>Whether it spreads images instead of gathering.</summary>
        public bool transposed { get; }

        /// <summary>The kernels.</summary>
        public Parameter weight
        {
            get => _weightOfKernels;
            set => _weightOfKernels = Replace(nameof(weight), _weightOfKernels, value)!;
        }

        /// <summary>[out], or null.</summary>
        public Parameter? bias
        {
            get => _biasOfKernels;
            set => _biasOfKernels = Replace(nameof(bias), _biasOfKernels, value);
        }

        /// <summary>Draws kernels and bias as PyTorch does: U(-1/sqrt(patch), 1/sqrt(patch)).</summary>
        public void reset_parameters()
        {
            init.kaiming_uniform_(_weightOfKernels, Math.Sqrt(5)).Dispose();
            if (_biasOfKernels is not null)
            {
                var bound = 1 / Math.Sqrt(_weightOfKernels.Value.Count / Math.Max(_weightOfKernels.Value.Shape[0], 1));
                init.uniform_(_biasOfKernels, -bound, bound).Dispose();
            }
        }
    }

    /// <summary>A layer of kernels that spreads images.</summary>
    public abstract class ConvolutionTranspose : Convolution
    {
        internal ConvolutionTranspose(string name, ConvolutionLayout layout, bool hasBias, Device? device, ScalarType? dtype)
            : base(name, layout, isTransposed: true, hasBias, device, dtype)
        {
        }

        /// <summary>The spread images, of an output size [height, width] where it isn't null.</summary>
        public abstract Tensor forward(Tensor input, long[]? output_size);

        /// <summary>The spread images.</summary>
        public override Tensor forward(Tensor input) => forward(input, null);
    }

    /// <summary>Kernels [out, in / groups, height, width] over images [batch, in, height, width].</summary>
    public sealed class Conv2d : Convolution
    {
        internal Conv2d(ConvolutionLayout layout, bool hasBias, Device? device, ScalarType? dtype)
            : base(nameof(Conv2d), layout, isTransposed: false, hasBias, device, dtype)
        {
        }

        /// <summary>[batch, out, height, width].</summary>
        public override Tensor forward(Tensor input) => functional.conv2d(input, weight, bias, stride, padding, dilation, groups);
    }

    /// <summary>Kernels [in, out / groups, height, width] that spread images [batch, in, height, width].</summary>
    public sealed class ConvTranspose2d : ConvolutionTranspose
    {
        internal ConvTranspose2d(ConvolutionLayout layout, bool hasBias, Device? device, ScalarType? dtype)
            : base(nameof(ConvTranspose2d), layout, hasBias, device, dtype)
        {
        }

        /// <summary>[batch, out, height, width], of an output size [height, width] where it isn't null.</summary>
        /// <exception cref="ArgumentException">No output padding gives that size.</exception>
        public override Tensor forward(Tensor input, long[]? output_size)
            => functional.conv_transpose2d(input, weight, bias, stride, padding, output_size is null ? output_padding : PaddingFor(input, output_size), dilation, groups);

        private long[] PaddingFor(Tensor input, long[] output_size)
        {
            var size = input.shape;
            var result = new long[2];
            for (var i = 0; i < 2; i++)
            {
                var least = ((size[^(2 - i)] - 1) * stride[i]) - (2 * padding[i]) + (dilation[i] * (kernel_size[i] - 1)) + 1;
                result[i] = output_size[^(2 - i)] - least;
                if (result[i] < 0 || result[i] >= stride[i])
                {
                    throw new ArgumentException(
                        $"ConvTranspose2d: requested an output size of {Shapes.Text(output_size)}, but valid sizes of dimension {i} range from {least} to {least + stride[i] - 1} (for an input of {Shapes.Text(size)})", nameof(output_size));
                }
            }

            return result;
        }
    }

    /// <summary>How a convolution lies.</summary>
    internal sealed record ConvolutionLayout(
        long InChannels, long OutChannels, long[] Kernel, long[] Stride, long[] Padding, long[] Dilation, long[] OutputPadding, PaddingModes PaddingMode, long Groups);
}

namespace TorchSharp
{
    /// <summary>What stands beyond the border of an image.</summary>
    public enum PaddingModes
    {
        /// <summary>Zeros.</summary>
        Zeros = 0,

        /// <summary>The image mirrored.</summary>
        Reflect = 1,

        /// <summary>The border's number.</summary>
        Replicate = 2,

        /// <summary>The image again.</summary>
        Circular = 3,

        /// <summary>One number.</summary>
        Constant = 4,
    }

    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>Square kernels over images [batch, in, height, width]; padding with zeros only.</summary>
            public static Conv2d Conv2d(
                long in_channels, long out_channels, long kernel_size, long stride = 1, long padding = 0, long dilation = 1, PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1,
                bool bias = true, Device? device = null, ScalarType? dtype = null)
                => new(Layout(in_channels, out_channels, kernel_size, stride, padding, 0, dilation, padding_mode, groups), bias, device, dtype);

            /// <summary>Kernels over images [batch, in, height, width]; padding with zeros only.</summary>
            public static Conv2d Conv2d(
                long in_channels, long out_channels, (long, long) kernel_size, (long, long)? stride = null, (long, long)? padding = null, (long, long)? dilation = null,
                PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1, bool bias = true, Device? device = null, ScalarType? dtype = null)
                => new(Layout(in_channels, out_channels, kernel_size, stride, padding, null, dilation, padding_mode, groups), bias, device, dtype);

            /// <summary>Square kernels that spread images [batch, in, height, width].</summary>
            public static ConvTranspose2d ConvTranspose2d(
                long in_channels, long out_channels, long kernel_size, long stride = 1, long padding = 0, long output_padding = 0, long dilation = 1,
                PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1, bool bias = true, Device? device = null, ScalarType? dtype = null)
                => new(Layout(in_channels, out_channels, kernel_size, stride, padding, output_padding, dilation, padding_mode, groups), bias, device, dtype);

            /// <summary>Kernels that spread images [batch, in, height, width].</summary>
            public static ConvTranspose2d ConvTranspose2d(
                long in_channels, long out_channels, (long, long) kernel_size, (long, long)? stride = null, (long, long)? padding = null, (long, long)? output_padding = null,
                (long, long)? dilation = null, PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1, bool bias = true, Device? device = null, ScalarType? dtype = null)
                => new(Layout(in_channels, out_channels, kernel_size, stride, padding, output_padding, dilation, padding_mode, groups), bias, device, dtype);

            private static ConvolutionLayout Layout(
                long inChannels, long outChannels, long kernel, long stride, long padding, long outputPadding, long dilation, PaddingModes mode, long groups)
                => new(inChannels, outChannels, Pair(kernel)!, Pair(stride)!, Pair(padding)!, Pair(dilation)!, Pair(outputPadding)!, mode, groups);

            private static ConvolutionLayout Layout(
                long inChannels, long outChannels, (long, long) kernel, (long, long)? stride, (long, long)? padding, (long, long)? outputPadding, (long, long)? dilation, PaddingModes mode, long groups)
                => new(inChannels, outChannels, Pair(kernel)!, Pair(stride ?? (1, 1))!, Pair(padding ?? (0, 0))!, Pair(dilation ?? (1, 1))!, Pair(outputPadding ?? (0, 0))!, mode, groups);
        }
    }
}
